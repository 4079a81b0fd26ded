"""Identity numbers, credit codes and phone numbers that are well formed and nobody's.

Identity numbers and credit codes carry 430499, a division that was never assigned, with
right check characters; phones are from ranges that no operator has been given.
"""

import datetime
from dataclasses import dataclass, field
from operator import mul
from random import Random

DIVISION = "430499"

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def id_number(born: datetime.date, sequence: int) -> str:
    """Return the 18 characters for the day of birth and a sequence that is odd for a man.

    References
    ----------
    GB 11643-1999.
    """
    body = f"{DIVISION}{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


def check_character(body: str) -> str:
    """Return the eighteenth character that belongs to seventeen digits."""
    return "10X98765432"[sum(map(mul, map(int, body), _ID_WEIGHTS)) % 11]


def credit_code(prefix: str, random: Random) -> str:
    """Return a unified social credit code that starts with `prefix` ("91", "92", ...).

    References
    ----------
    GB 32100-2015; the organization's own check character: GB 11714-1997.
    """
    own = "MA" + "".join(random.choices(_CREDIT_ALPHABET, k=6))
    values = [int(character, 36) for character in own]
    total = sum(map(mul, values, _ORGANIZATION_WEIGHTS))
    body = prefix + DIVISION + own + "0123456789X0"[(11 - total % 11) % 11]
    total = sum(map(mul, map(_CREDIT_ALPHABET.index, body), _CREDIT_WEIGHTS))
    return body + _CREDIT_ALPHABET[(31 - total % 31) % 31]


def mobile(random: Random) -> str:
    """Return a mobile number of the range 154, which no operator has."""
    return f"154{random.randrange(10**8):08d}"


@dataclass(slots=True)
class IdNumbers:
    """Gives every person a number of their own, from the sequences `first` to `last` of a day."""

    first: int = 0
    last: int = 599
    _used: set[str] = field(default_factory=set)

    def draw(self, born: datetime.date, sex: str, random: Random) -> str:
        """Return a number not given before, its parity that of `sex`."""
        span = (self.last + 1 - self.first) // 2
        start = random.randrange(span)
        for step in range(span):
            sequence = self.first + 2 * ((start + step) % span) + (sex == "1")
            number = id_number(born, sequence)
            if number not in self._used:
                self._used.add(number)
                return number
        raise OverflowError(f"more than {span} people of one sex born on {born}")
