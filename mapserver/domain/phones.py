"""Phone numbers as people write them: mobiles, landlines, several in a cell, masked ones.

Only the shape is judged. Whether a range is in use changes every month and is no reason
to lose what a neighbour wrote down.
"""

import re
from dataclasses import dataclass

import phonenumbers

from mapserver.domain.text import BLANK_WORDS, clean_text

NO_PHONE = BLANK_WORDS | {"0", "无号码", "暂无电话", "无联系电话", "无联系方式"}
NO_PHONE |= {f"{no}{what}" for no in ("无", "没", "没有") for what in ("电话", "手机")}
"""What says that somebody has no phone (after `clean_text`)."""

LONGEST = 200
"""Characters; a longer cell is a story, and searching it would take long."""

_MOBILE = re.compile(r"1[0-9]{10}")
_MASKED = re.compile(r"[0-9]{2,}[*xX#●•]{2,}[0-9]*")
_BETWEEN = re.compile(r"[/\\、,;|]|或者?|(?<=[0-9]{7}) (?=0[0-9]{2,3}-|[0-9]{7})")
_NOISE = re.compile(r"[\s\-–—‐‑.()]+")
_NUMBER = re.compile(r"\+?[0-9][0-9 ()\-–—‐‑.]{5,22}[0-9](?:(?:转|#|ext\.?|-) ?[0-9]{1,5})?", re.I)
_EXTENSION = re.compile(r"(?:转|#|(?<=[0-9]{7})-) ?([0-9]{1,5})$")
_LABELS = re.compile(r"(?:联系)?(?:电话|手机)(?:号码?)?|tel", re.I)
_CHINESE = re.compile(r"1[0-9]{10}|0[1-9][0-9]{8,10}|[2-9][0-9]{6,9}")
_LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}|[2-8][0-9]{6,7}")


@dataclass(frozen=True, slots=True)
class Phones:
    """What a cell says: the first number ("" for none), how many, and other words in it.

    `masked` is the number as written where digits of it are hidden.
    """

    first: str = ""
    count: int = 0
    words: str = ""
    masked: str = ""


def read_phones(text: str) -> Phones | None:
    """Return the phones in `text`, None where something is written that is no phone.

    A number is given as dialled inside China, digits only: "13812342617", "07345222333",
    an extension after "-"; from elsewhere with its country, "+85221234567".
    """
    if _MOBILE.fullmatch(text):
        return Phones(text, 1)
    text = clean_text(text)
    if text in NO_PHONE:
        return Phones()
    if len(text) > LONGEST:
        return None
    parts = _BETWEEN.split(text)
    numbers = [number for number in map(_number, parts) if number]
    if not numbers:
        masked = next((part for part in parts if _MASKED.search(_NOISE.sub("", part))), None)
        return None if masked is None else Phones(masked=masked.strip())
    return Phones(numbers[0], len(set(numbers)), _words(text))


def _number(part: str) -> str | None:
    """Return the first number written in `part` as it is dialled, None where there is none."""
    found = _NUMBER.search(part)
    if found is None:
        return None
    digits = _NOISE.sub("", found[0])
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix) and _MOBILE.fullmatch(digits.removeprefix(prefix)):
            return digits.removeprefix(prefix)
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return digits
    # eleven digits make a mobile; one more or less is a slip that phonenumbers lets pass
    return None if digits.startswith("1") else _dialled(found[0])


def _dialled(written: str) -> str | None:
    written = _EXTENSION.sub(r" ext \1", written)
    try:
        number = phonenumbers.parse(written, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    extension, number.extension = number.extension, None
    if number.country_code == phonenumbers.country_code_for_region("CN"):
        form = phonenumbers.PhoneNumberFormat.NATIONAL
    else:
        form = phonenumbers.PhoneNumberFormat.E164
    dialled = _NOISE.sub("", phonenumbers.format_number(number, form))
    if not dialled.startswith("+") and not _CHINESE.fullmatch(dialled):
        return None
    return f"{dialled}-{extension}" if extension else dialled


def _words(text: str) -> str:
    """Return what `text` says beside its numbers."""
    rest = _BETWEEN.sub(" ", _NUMBER.sub(" ", text))
    return " ".join(re.sub(r"[():,.\-]+", " ", _LABELS.sub(" ", rest)).split())
