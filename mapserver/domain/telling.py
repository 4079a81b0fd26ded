"""What an event tells an auditor: the names of what it holds, never the values.

A write tells the names of the fields it touched. Everything else that is noted (a sign-in,
a refusal, an export, a secret that was opened) says under `note` what an auditor may read;
what somebody typed stands there under `text` alone, and leaves with its numbers covered,
because people write ID numbers and phones into the strangest places.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Noted = Literal[
    "sign-in",
    "sign-out",
    "sign-in-refused",
    "refused",
    "open",
    "export",
    "undo",
    "keys",
    "boundary",
    "backup",
    "restore",
    "cut",
]
"""What is noted beside the writes of records, which are add, change and remove."""

NOTED: tuple[str, ...] = get_args(Noted)

Detail = str | int | float | bool | list[str] | None
"""What a note may say of one thing: never a value of somebody's record."""

NOTE = "note"
FIELD = "field"
"""The one field that a note is about; it is told among the names of fields."""
TYPED = "text"
"""The one detail that a person typed."""

_NUMBER = re.compile(r"\d(?:[ \-]?\d){5,}[\dXx]?")


@dataclass(frozen=True, slots=True)
class Told:
    """What of an event may be shown: names of fields, and details that were meant for it."""

    fields: tuple[str, ...]
    details: Mapping[str, Detail]


def told(data: Mapping[str, Any]) -> Told:
    """Return what an auditor may see of an event's `data`."""
    sides = (data.get(side) for side in ("before", "after"))
    names = {name for side in sides if isinstance(side, Mapping) for name in side}
    note = data.get(NOTE)
    details = dict(note) if isinstance(note, Mapping) else {}
    names |= {details.pop(FIELD)} if isinstance(details.get(FIELD), str) else set()
    if isinstance(details.get(TYPED), str):
        details[TYPED] = covered(details[TYPED])
    return Told(tuple(sorted(names - {"id"})), details)


def covered(text: str) -> str:
    """Return what somebody typed with every number of six digits or more as asterisks."""
    return _NUMBER.sub(lambda found: "*" * len(found[0]), text)
