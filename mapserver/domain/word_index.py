"""Which rows of a table hold a word, wherever in a text it stands.

Chinese has no spaces, so a word may begin anywhere. The texts of all rows are one string, and
a word is looked for in it as a string is: 28,000 addresses take less than a millisecond.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

_BETWEEN = "\n"


class WordIndex:
    """The texts of rows; upper and lower case are the same.

    Parameters
    ----------
    rows : iterable of (int, sequence of str or None)
        A number for each row, and its texts.
    """

    __slots__ = ("_ends", "_numbers", "_text")

    def __init__(self, rows: Iterable[tuple[int, Sequence[str | None]]]) -> None:
        numbers, texts = [], []
        for number, parts in rows:
            numbers.append(number)
            texts.append(_BETWEEN.join(_folded(part) for part in parts if part) + _BETWEEN)
        self._numbers = np.array(numbers, np.int64)
        self._ends = np.cumsum(np.array([len(text) for text in texts], np.int64))
        self._text = "".join(texts)

    def holding(self, words: Sequence[str], most: int) -> Ints | None:
        """Return the numbers of the rows that hold every word, None where they may be many.

        Parameters
        ----------
        words : sequence of str, at least one
            None of them empty; a word lies in one text of a row.
        most : int
            So many places of the longest word are looked at.
        """
        first, *others = sorted(map(_folded, words), key=len, reverse=True)
        places = []
        at = self._text.find(first)
        while at >= 0:
            places.append(at)
            if len(places) > most:
                return None
            at = self._text.find(first, at + 1)
        rows = np.unique(np.searchsorted(self._ends, np.array(places, np.int64), "right"))
        held = [row for row in rows.tolist() if all(word in self._of(row) for word in others)]
        numbers: Ints = self._numbers[held]
        return numbers

    def _of(self, row: int) -> str:
        return self._text[self._ends[row - 1] if row else 0 : self._ends[row]]


def _folded(text: str) -> str:
    # `lower` may lengthen a text, which does no harm: both sides are treated alike
    return text.replace(_BETWEEN, " ").lower()
