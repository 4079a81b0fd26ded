"""What a person chooses for rows that wait: only answers that were offered are taken."""

from collections.abc import Collection
from typing import NamedTuple

from mapserver.domain.problems import options
from mapserver.errors import InvalidRequest
from mapserver.layers import Layer
from mapserver.services.areas import gazetteer
from mapserver.services.imports.plan import Plan, option_list
from mapserver.store.store import Session


class Answer(NamedTuple):
    """What a person chose for the rows that wait for it.

    Parameters
    ----------
    key : key of the problem
    choice : id of the option
    rows : collection of (sheet, number), optional
        Only these rows; else all that wait for this and offer the option. A head chosen for
        one household is no answer for another.
    text : str, optional
        Only rows whose cell says this: what one wrong name means says nothing of the next.
    """

    key: str
    choice: str
    rows: Collection[tuple[int, int]] | None = None
    text: str | None = None


def new_choices(
    session: Session, plan: Plan, layer: Layer, answer: Answer
) -> dict[tuple[int, str], str]:
    """Return the choices that `answer` makes, by position of the row and key of the problem.

    Raises
    ------
    InvalidRequest
        If no such row offers it.
    """
    key, choice, rows, text = answer
    wanted = None if rows is None else {(sheet, number) for sheet, number in rows}
    villages = gazetteer(session).villages
    made: dict[tuple[int, str], str] = {}
    for index, row in enumerate(plan.rows):
        if wanted is not None and (row.row.sheet, row.row.number) not in wanted:
            continue
        for problem in row.pending:
            if problem.key == key and text in (None, problem.params.get("text")):
                own = option_list(plan, layer, row, problem, villages, "zh")
                if any(option.id == choice for option in options(problem, "zh", own)):
                    made[index, key] = choice
    if not made:
        raise InvalidRequest(
            f"没有哪一行等着选「{choice}」。刷新后再选一次。",
            f"No row waits for the answer “{choice}”. Reload and choose again.",
        )
    return made
