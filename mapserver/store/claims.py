"""The grids that registers name, for houses and for who lives in them."""

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from mapserver.store.items import within
from mapserver.store.store import Session

_AT_ONCE = 500


def agreeing(session: Session, grids: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield who of some houses is said to be in the grid given for it: layer, id and house.

    `grids` are codes by a house's id. Houses themselves come, and who lives there.
    """
    for layer, key in (("house", "id"), ("person", "house")):
        table = session.table(layer)
        houses = list(grids)
        for start in range(0, len(houses), _AT_ONCE):
            query = select(table.c.id, table.c[key], table.c.grid_claimed).where(
                within(session, table),
                table.c.grid_claimed.is_not(None),
                table.c[key].in_(houses[start : start + _AT_ONCE]),
            )
            for one, house, claimed in session.connection.execute(query):
                if claimed == grids[house]:
                    yield layer, one, house
