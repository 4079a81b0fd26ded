"""What a secret may be opened for: a reason of a closed list, and a few words.

A reason is one press and says little; the words are what somebody answers for. The record
keeps both, and auditors read them; so the words say why, and hold no number.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, get_args

from mapserver.errors import InvalidRequest

Reason = Literal["visit", "errand", "mediation", "guardianship", "other"]
REASONS: tuple[Reason, ...] = get_args(Reason)

FOR_CHILDREN = "guardianship"
"""The one reason for which the record of somebody under 14 is opened."""

LONGEST = 200
SHORTEST = 2
"""Characters of the words."""

_NUMBER = re.compile(r"\d(?:[ \-]?\d){6,}")


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why somebody opens a secret: a reason of the list, and words."""

    reason: Reason
    words: str

    @property
    def serves_children(self) -> bool:
        """Whether the record of somebody under 14 is opened for it."""
        return self.reason == FOR_CHILDREN


def purpose(reason: str, words: str) -> Purpose:
    """Return the purpose that somebody stated.

    Raises
    ------
    InvalidRequest
        If the reason is not of the list, the words are missing, too long, or hold a number that
        may be somebody's.
    """
    known = next((one for one in REASONS if one == reason), None)
    if known is None:
        raise _refused("用途要从列表里选一个。", "Choose one of the listed purposes.", "purpose")
    text = " ".join(unicodedata.normalize("NFKC", words).split())
    if len(text) < SHORTEST:
        raise _refused(
            f"写明用途，至少 {SHORTEST} 个字。",
            f"Say what it is for, in {SHORTEST} characters at least.",
            "text",
        )
    if len(text) > LONGEST:
        raise _refused(
            f"用途写得太长，最多 {LONGEST} 个字。",
            f"The purpose is too long: at most {LONGEST} characters.",
            "text",
        )
    if _NUMBER.search(text):
        raise _refused(
            "用途里不要写身份证号、电话，写事情就行。",
            "Write no ID number or phone into the purpose, only what it is for.",
            "text",
        )
    return Purpose(known, text)


def _refused(zh: str, en: str, parameter: str) -> InvalidRequest:
    return InvalidRequest(zh, en, parameter=parameter)
