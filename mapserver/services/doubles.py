"""Deciding where somebody lives whom two villages have in their registers."""

from mapserver.domain.records import Change
from mapserver.errors import NotFound
from mapserver.services.context import Context
from mapserver.store import worklists, writing


def settle(context: Context, lives: str) -> int:
    """Keep one record of a person as who lives there; the others moved out.

    Nothing is removed: who moved out is kept and not counted. Returns how many moved out.

    Raises
    ------
    NotFound
        If nobody that the caller may change shares the person's ID number.
    """
    with context.write() as session:
        others = worklists.doubles_of(session, lives)
        if not others:
            raise NotFound(
                "没有和这一条身份证号相同、由您管的另一条。刷新再看。",
                "No other record that is yours to change has this ID number. Reload and look.",
            )
        writing.change(session, "person", [Change(one, {"moved_out": True}) for one in others])
    return len(others)
