"""The to-do lists in words: what waits, where, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from mapserver.domain.areas import Gazetteer
from mapserver.services.areas import gazetteer
from mapserver.services.context import Context
from mapserver.store import items, worklists
from mapserver.store.store import Session
from mapserver.store.worklists import Kind

UNNAMED = "***"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that waits for somebody."""

    layer: str
    id: str
    title: str
    subtitle: str
    village: str | None
    village_name: str
    people: int
    reason: str


def listed(
    context: Context, kind: Kind, language: str, *, village: str | None, offset: int, limit: int
) -> tuple[int, list[Task]]:
    """Return how many things wait, and some of them."""
    with context.read() as session:
        names = gazetteer(session)
        total, found = worklists.listed(session, kind, village=village, offset=offset, limit=limit)
        called = _names(session, found) if kind == "doubles" else {}
    tasks = []
    for one in found:
        name = names.villages.get(one.village or "", "")
        tasks.append(
            Task(
                layer=one.layer,
                id=one.id,
                title=called.get(one.id) or one.title or one.detail or name,
                subtitle=one.detail or "",
                village=one.village,
                village_name=name,
                people=one.people,
                reason=_reason(kind, one, names, language),
            )
        )
    return total, tasks


def _names(session: Session, found: Sequence[worklists.Waiting]) -> dict[str, str]:
    """Return what people are called, as far as it may be told; a child is called nothing."""
    people = items.of_ids(session, "person", [one.id for one in found])
    return {one.id: str(one.values.get("name") or UNNAMED) for one in people.values()}


def _reason(kind: Kind, one: worklists.Waiting, names: Gazetteer, language: str) -> str:
    grids = names.grids
    english = language == "en"
    match kind:
        case "unplaced":
            whole = one.title is not None
            zh = "还没有在地图上定位" if whole else "地址没有写到栋或号"
            en = "Not placed on the map yet" if whole else "The address stops short of the door"
        case "unassigned":
            zh, en = "不在任何网格里", "Lies in no grid"
        case "contradictions":
            claimed = grids.get(one.detail or "", one.detail or "")
            found = grids.get(one.grid or "", one.grid or "")
            zh = f"表中写{claimed}，位置在{found}"
            en = f"The register says {claimed}, the point lies in {found}"
        case "doubles":
            there = names.villages.get(one.detail or "", one.detail or "")
            zh = f"{there}也有一条，身份证号相同"
            en = f"{there} has a record of the same ID number"
    return en if english else zh
