"""The people of the clean spreadsheet: they exist, but the register does not have them yet.

They belong behind the doors that `households.py` keeps empty. The control totals count
them, so that a village's gap closes when the spreadsheet is imported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from mapserver.demo.families import family
from mapserver.demo.households import Household, household_number
from mapserver.demo.numbers import IdNumbers
from mapserver.demo.people import Home, describe
from mapserver.demo.records import Value
from mapserver.demo.seeds import Seed

FIRST_NUMBER = 900_001
SEQUENCES = (600, 699)
"""Sequences of ID numbers that the register itself does not use."""


def newcomers(seed: Seed, homes: Sequence[Home]) -> Iterator[dict[str, Value]]:
    """Yield the values of each newcomer, one family a home, heads first."""
    ids = IdNumbers(*SEQUENCES)
    for position, home in enumerate(homes):
        random = seed.random("newcomers", home.address)
        members = [replace(m, deceased=False) for m in family(random, rural=True, full=True)]
        number = household_number(home.village, FIRST_NUMBER + position)
        household = Household(position, number, "here", home.address, members)
        for values in describe(household, home, random, ids):
            yield {
                name: value
                for name, value in values.items()
                if name not in ("moved_out", "moved_on", "confirmed_on")
            }
