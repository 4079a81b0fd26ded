"""What the framework finds wrong with a request, as a plain sentence in either language."""

from collections.abc import Mapping
from typing import Any

from mapserver.errors import InvalidRequest

_WHOLE = "{what}要是整数。"
_NUMBER = "{what}要是数。"
_YES_OR_NO = "{what}要是 true 或 false。"
_LIST = "{what}要是列表。"
_OBJECT = "{what}要是对象。"
_DAY = "{what}要写成日期，例如 2026-11-01。"
_ONE_OF = "{what}只能是 {expected}。"

_SENTENCES = {
    "missing": "{what}没有填。",
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "int_type": _WHOLE,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "bool_parsing": _YES_OR_NO,
    "bool_type": _YES_OR_NO,
    "string_type": "{what}要是文字。",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "greater_than_equal": "{what}不能小于 {ge}。",
    "less_than_equal": "{what}不能大于 {le}。",
    "string_too_short": "{what}至少 {min_length} 个字。",
    "string_too_long": "{what}最多 {max_length} 个字。",
    "string_pattern_mismatch": "{what}写法不对。",
    "literal_error": _ONE_OF,
    "enum": _ONE_OF,
    "too_short": "{what}至少 {min_length} 项。",
    "too_long": "{what}最多 {max_length} 项。",
    "extra_forbidden": "没有参数 {name}。",
    "value_error": "{what}类型不对。",
}
"""By pydantic's kinds of errors, in Chinese; its own words are English."""

_OTHERWISE = "{what}看不懂。"
_WHERE = ("query", "body", "path")
_TYPE = "list["
"""So begins a type in the place of an error, of which the sender knows nothing."""


def unreadable(found: Mapping[str, Any]) -> InvalidRequest:
    """Return what is told of an error that pydantic found, without the value that was sent.

    Parameters
    ----------
    found : mapping
        One of `ValidationError.errors()`.
    """
    name = _name(found["loc"])
    told = {key: _written(value) for key, value in found.get("ctx", {}).items()}
    told |= {"name": name, "what": f"参数 {name} " if name else "请求正文"}
    return InvalidRequest(
        _SENTENCES.get(found["type"], _OTHERWISE).format_map(told),
        f"{f'The parameter {name}' if name else 'The body'} cannot be read: {found['msg']}.",
        parameter=name,
    )


def _name(place: tuple[int | str, ...]) -> str:
    parts = map(str, place)
    return ".".join(one for one in parts if one not in _WHERE and not one.startswith(_TYPE))


def _written(value: object) -> str:
    """Return a bound or the choices that pydantic tells, as Chinese text has them."""
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value).replace("', '", "'、'").replace("' or '", "' 或 '")
