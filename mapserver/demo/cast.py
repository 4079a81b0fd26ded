"""New people for a register: families and single heads, at doors that exist."""

from collections.abc import Callable

from mapserver.demo.families import family
from mapserver.demo.homes import home_of, settled_homes
from mapserver.demo.households import Household, household_number
from mapserver.demo.numbers import IdNumbers, mobile
from mapserver.demo.people import Home, describe
from mapserver.demo.records import Township
from mapserver.demo.register_rows import Row, row_of
from mapserver.demo.seeds import Seed

LEFT = frozenset({"moved_out", "moved_on", "deceased", "died_on"})


class Cast:
    """Gives new people one after another, each household at a door of its own."""

    def __init__(self, township: Township, village: str, ids: IdNumbers, first: int) -> None:
        self.random = Seed(township.seed).random("cast", village, first)
        self._ids = ids
        self._next = first
        homes = [home_of(house) for house in settled_homes(township, village)]
        self._homes = iter(self.random.sample(homes, len(homes)))

    def household(self) -> list[Row]:
        """Return the rows of a family with children."""
        return self._rows(next(self._homes), full=True)

    def single(self, fits: Callable[[Row], bool] = lambda row: True) -> Row:
        """Return the row of one head of household who fits, with a phone."""
        home = next(self._homes)
        while True:
            row = {"phone": mobile(self.random), **self._rows(home, full=False)[0]}
            if fits(row):
                return row

    def _rows(self, home: Home, full: bool) -> list[Row]:
        members = family(self.random, rural=not home.urban, full=full)
        number = household_number(home.village, self._next)
        self._next += 1
        household = Household(0, number, "here", home.address, members)
        people = describe(household, home, self.random, self._ids)
        return [
            row_of({name: value for name, value in values.items() if name not in LEFT})
            for values in people
        ]
