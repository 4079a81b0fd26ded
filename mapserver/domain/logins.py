"""The names that people sign in with, in one form, so that nobody is two."""

import re
import unicodedata

LONGEST = 40
LONGEST_TITLE = 60

KEPT = frozenset(["local", "system", "demo", "admin", "administrator", "root"])
"""Names that the program's own work goes by in the record, or that everybody would try."""

_LOGIN = re.compile(r"[^\W_][\w.@-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def login_of(name: str) -> str | None:
    """Return a login name in its one form, None where it can be none.

    Letters of any script, digits, and . _ - @ after the first; NFKC, without upper case.
    """
    text = unicodedata.normalize("NFKC", name).strip().casefold()
    return text if len(text) <= LONGEST and len(text) > 1 and _LOGIN.fullmatch(text) else None


def title_of(text: str) -> str | None:
    """Return a name to show in its one form, None where it can be none."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    good = 0 < len(plain) <= LONGEST_TITLE and not _CONTROL.search(plain)
    return plain if good else None
