"""What passwords are put together from: the pieces that attackers put together too.

Lists of leaked passwords are short where people think long: few leaked ones have twelve
characters, but many that are typed today are two of the list side by side, or a name in
pinyin with a birthday. So the whole password is held against everything that a few
well-known pieces can make. Nothing is said of a piece that stands in something longer.
"""

import re
from collections.abc import Callable, Collection, Iterator

SHORTEST = 3
"""Characters of a piece; anything would be a pile of shorter ones. A name may have two."""

_LONGEST = 32
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "`1234567890-=",
    "qwertyuiop[]\\",
    "asdfghjkl;'",
    "zxcvbnm,./",
)
_SEQUENCES = tuple(row[::step] for row in _ROWS for step in (1, -1))

# a day: 19850612, 850612, 0612, 1985, with or without marks between
_DAY = re.compile(
    r"(?:(?:19|20)?\d\d[-./年]?)?(?:0?[1-9]|1[0-2])[-./月]?(?:0?[1-9]|[12]\d|3[01])日?|(?:19|20)\d\d年?"
)
# GB/T 16159: what a syllable of Hanyu pinyin may be, near enough to know a name by
_SYLLABLE = (
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ue|"
    r"ui|uo|ve|a|o|e|i|u|v|er))"
)
_NAME = re.compile(rf"{_SYLLABLE}{{1,3}}")
# love for ever, luck, getting rich, going smoothly: what numbers sound like
_SOUNDS = re.compile(
    r"(?:5201314|1314|5201?|521|530|3344|7758|[68]{3}|886|168|518|588|668|999|147)+"
)


def pieces_of(
    text: str, common: Collection[str], names: Collection[str], *, most: int
) -> tuple[str, ...] | None:
    """Return the pieces that `text` is made of, None where it takes more than `most`.

    Parameters
    ----------
    text : str
        In lower case.
    common, names : pieces that are known as they are; sets
    """
    known = _known(common, names)
    reached: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(text)):
        before = reached.get(start)
        if before is None or len(before) == most:
            continue
        for piece, end in _beginnings(text, start, known):
            found = (*before, piece)
            if end not in reached or len(found) < len(reached[end]):
                reached[end] = found
    return reached.get(len(text))


def _beginnings(text: str, start: int, known: Callable[[str], bool]) -> Iterator[tuple[str, int]]:
    """Yield every known piece that begins at `start`, and where its repetitions end."""
    for length in range(SHORTEST - 1, min(_LONGEST, len(text) - start) + 1):
        piece = text[start : start + length]
        if known(piece):
            end = start + length
            yield piece, end
            while text.startswith(piece, end):
                end += length
                yield piece, end


def _known(common: Collection[str], names: Collection[str]) -> Callable[[str], bool]:
    def known(piece: str) -> bool:
        if len(piece) < SHORTEST:
            return piece in names
        return piece in common or piece in names or _is_pattern(piece)

    return known


def _is_pattern(piece: str) -> bool:
    """Whether a piece is one that no list need hold: a run, a day, a name, a lucky number."""
    if _is_run(piece):
        return True
    return any(one.fullmatch(piece) is not None for one in (_DAY, _NAME, _SOUNDS))


def _is_run(piece: str) -> bool:
    """Whether it is one character again and again, a few in turn, or a row of keys."""
    if any(piece in row for row in _SEQUENCES):
        return True
    return any(
        piece == (piece[:width] * len(piece))[: len(piece)]
        for width in range(1, min(4, len(piece) // 2) + 1)
    )
