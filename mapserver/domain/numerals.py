"""Whole numbers as people write them in Chinese registers.

Arabic (11), full-width (１１), Chinese with units (十一, 廿三, 一百零二, 两百), Chinese
digit by digit (四〇二) and the forms used on receipts (壹拾贰).
"""

import unicodedata

DIGITS = "〇零一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
UNITS = "十百千廿卅卌拾佰仟"
CHINESE = DIGITS + UNITS
"""Every character that a Chinese numeral may hold."""

_DIGIT = dict(
    zip(
        "〇零一二两三四五六七八九壹贰叁肆伍陆柒捌玖", map(int, "001223456789123456789"), strict=True
    )
)
_UNIT = {"十": 10, "百": 100, "千": 1000}
_LONGHAND = str.maketrans(
    {"拾": "十", "佰": "百", "仟": "千", "廿": "二十", "卅": "三十", "卌": "四十"}
)
_LONGEST = 18


def numeral(text: str) -> int | None:
    """Return the whole number that `text` writes, None where it writes none.

    一百二 is 120, as it is spoken, and 一百零二 is 102. Numbers of more than 18 digits
    and numerals whose units do not fall (十百) are none.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.isascii():
        return int(text) if text.isdigit() else None
    text = text.translate(_LONGHAND)
    if all(character in _DIGIT for character in text):
        return int("".join(str(_DIGIT[character]) for character in text))
    return _with_units(text)


def _with_units(text: str) -> int | None:
    """Read 一千二百三十四: digits and units in turn, units falling, 零 over what is left out."""
    total, unit, digit, zero = 0, 10_000, -1, False
    for character in text:
        if character in _UNIT:
            worth = _UNIT[character]
            if worth >= unit or digit == 0 or (digit < 0 and worth > 10):
                return None
            total += worth * max(digit, 1)
            unit, digit, zero = worth, -1, False
        elif character not in _DIGIT or digit > 0 or (digit == 0 and not zero):
            return None
        else:
            digit = _DIGIT[character]
            zero = zero or digit == 0
    return _with_last_digit(total, unit, digit, zero)


def _with_last_digit(total: int, unit: int, digit: int, zero: bool) -> int | None:
    if digit < 0:
        return total
    if digit == 0 and zero:
        return None
    spoken_short = unit in (100, 1000) and not zero
    return total + digit * (unit // 10 if spoken_short else 1)
