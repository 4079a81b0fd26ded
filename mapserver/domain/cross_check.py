"""A person's birthday and sex, held against what the ID number says of them."""

import datetime
from dataclasses import dataclass

from mapserver.domain.cell_values import Reading
from mapserver.domain.identity import born_and_sex
from mapserver.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """A person's birthday and sex after looking at the ID number.

    An empty cell, or a date of which only the month or year is written and which agrees
    so far, is completed from the ID; where they contradict, the cell's value stays and
    a problem asks.
    """

    born: datetime.date | None
    sex: str | None
    problems: tuple[Problem, ...] = ()


def cross_check(id_number: Reading, born: Reading, sex: Reading) -> CrossChecked:
    """Hold the readings of born and sex against that of the ID number.

    Parameters
    ----------
    id_number, born, sex : Reading
        As the readers of the types id_number, date and code (GB/T 2261.1) gave them.

    Returns
    -------
    CrossChecked
        Its `problems` are new ones ("born-contradicts-id", "sex-contradicts-id"), whose
        params `id_value` and `cell_value` are the two answers as they would be stored;
        those of the readings are not repeated.
    """
    day = born.value if isinstance(born.value, datetime.date) else None
    code = sex.value if isinstance(sex.value, str) else None
    if not isinstance(id_number.value, str):
        return CrossChecked(day, code)
    id_day, id_code = born_and_sex(id_number.value)
    problems: list[Problem] = []
    if day is None or _agrees(born, day, id_day):
        day = id_day
    elif day != id_day:
        params = {"id_value": id_day.isoformat(), "cell_value": day.isoformat()}
        problems.append(Problem("born-contradicts-id", "born", params))
    if code not in ("1", "2"):
        code = id_code
    elif code != id_code:
        params = {"id_value": id_code, "cell_value": code, "sex": id_code}
        problems.append(Problem("sex-contradicts-id", "sex", params))
    return CrossChecked(day, code, tuple(problems))


def _agrees(born: Reading, day: datetime.date, id_day: datetime.date) -> bool:
    """Tell whether `day` was written only as far as it agrees with `id_day`."""
    for problem in born.problems:
        if problem.code == "date-imprecise":
            same_month = problem.params["span"] != "month" or day.month == id_day.month
            return day.year == id_day.year and same_month
    return False
