"""The text of an address before its grammar: one width, one case, one kind of separator.

After `tidy` a text holds only Chinese characters, digits, capital letters, "#" and, between
two numbers, "-". Remarks in brackets are gone unless they are part of the address.
"""

import re
import unicodedata

from mapserver.domain.numerals import CHINESE

CJK = "[〇一-鿿]"
NUMBER_CHARACTERS = f"0-9A-Z{CHINESE}"

_UNTIDY = re.compile(r"[^0-9A-Z〇一-鿿]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SEPARATORS = re.compile(r"[^0-9A-Z〇一-鿿#]+")
_BESIDE_WORDS = re.compile(f"-(?![{NUMBER_CHARACTERS}])|(?<![{NUMBER_CHARACTERS}])-")
_BRACKETS = re.compile(r"[(\[{<〔【《「『](.*?)(?:[)\]}>〕】》」』]|$)")
_PART_OF_ADDRESS = re.compile(
    f"第?[{NUMBER_CHARACTERS}]{{1,6}}"
    "(?:村民小组|居民小组|小组|组|号楼|号|栋|幢|座|单元|室|户)[0-9附之号]{0,4}"
    f"|{CJK}{{1,9}}(?:村|社区|片|片区)"
)
_NOT_THERE = re.compile("旁边|对面|隔壁|附近|后面|前面|背后|对门|斜对|交汇|交叉|路口")


def is_beside(text: str) -> bool:
    """Return whether `text` points next to a place (对面, 隔壁, 旁), not at it."""
    return _NOT_THERE.search(text) is not None or text.endswith("旁")


def tidy(text: str) -> str:
    """Return `text` in half width and capitals, without spaces, punctuation and remarks.

    Between two numbers any space or punctuation is a hyphen: "3 2 402" and "3/2/402" are
    "3-2-402", while "1 1组" stays unreadable and is never guessed to be 11组.
    """
    if _UNTIDY.search(text) is None:
        return text
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).upper()
    if _UNTIDY.search(text) is None:
        return text
    text = _BRACKETS.sub(_remark, text)
    return _BESIDE_WORDS.sub("", _SEPARATORS.sub("-", text)).strip("-")


def _remark(found: re.Match[str]) -> str:
    """Keep what brackets hold where it is part of the address, or at its end says 对面."""
    inner = _SEPARATORS.sub("", found[1])
    beside = found.end() == len(found.string) and is_beside(inner)
    return inner if beside or _PART_OF_ADDRESS.fullmatch(inner) else ""
