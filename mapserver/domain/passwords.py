"""What a password must be, after NIST SP 800-63B-4, section 3.1.1.2.

Long enough, and none of those that attackers try first: nothing else is asked. There are no
rules of composition (capitals, digits), because they make people write Password1!, and
nobody changes a good password by the calendar. Every character counts, Chinese ones too.
"""

import unicodedata
from collections.abc import Collection
from typing import Literal

from mapserver.domain.password_pieces import pieces_of

Weakness = Literal["short", "long", "common", "named"]
"""Why a password is refused; "named" says that it is little more than whose it is."""

LONGEST = 256
"""Characters; longer ones are refused before anything is made of them."""

FEWEST_PIECES = 3
"""A password of fewer well-known pieces, such as zhangwei19850612, is common."""


def normal(password: str) -> str:
    """Return a password in the one form that is hashed: NFKC, so that keyboards agree."""
    return unicodedata.normalize("NFKC", password)


def weakness(
    password: str, common: Collection[str], about: Collection[str], *, least: int
) -> Weakness | None:
    """Return why `password` is refused, None where it will do.

    Parameters
    ----------
    common : passwords known to be tried first, in lower case; a set
    about : what is known of its owner and of the service: names, in any case
    least : int
        Characters that it must have.
    """
    text = normal(password)
    if len(text) < least:
        return "short"
    if len(text) > LONGEST:
        return "long"
    folded = text.casefold()
    names = {normal(name).casefold() for name in about}
    if _few(folded, common, frozenset()):
        return "common"
    return "named" if _few(folded, common, names) else None


def _few(text: str, common: Collection[str], names: Collection[str]) -> bool:
    return pieces_of(text, common, names, most=FEWEST_PIECES - 1) is not None
