"""Masking on the way out: the one place where a secret becomes asterisks.

Secret fields leave masked, and the record of a child under 14 leaves as its house alone,
unless the scope says that a use case needs the values for its own work.
"""

from calendar import isleap
from collections.abc import Mapping
from datetime import date
from typing import Any

from mapserver.domain.identity import age_on, mask_id, mask_phone
from mapserver.layers import Layer, LayerField

CHILD_UNTIL = 14
_MASKED = "****"


def is_child(layer: Layer, values: Mapping[str, Any], today: date) -> bool:
    """Whether the record is of somebody under 14, and so secret as a whole (PIPL art. 28)."""
    born = values.get(layer.minors_by) if layer.minors_by else None
    return isinstance(born, date) and age_on(born, today) < CHILD_UNTIL


def last_birthday(today: date) -> date:
    """Return the last day on which somebody who is no child today was born."""
    year = today.year - CHILD_UNTIL
    leap_day = (today.month, today.day) == (2, 29) and not isleap(year)
    return date(year, 2, 28) if leap_day else today.replace(year=year)


def masked(
    layer: Layer, values: Mapping[str, Any], today: date, *, of_people: bool = True
) -> dict[str, Any]:
    """Return `values` as they may leave the store; what is personal only with `of_people`.

    A date of birth leaves as an age: with it a masked ID number would be a whole one.
    """
    if is_child(layer, values, today):
        kept = {field.name for field in layer.fields if field.type == "ref"}
        return {"secret": True, **{name: values[name] for name in kept if name in values}}
    if not of_people:
        public = (field.name for field in layer.fields if field.privacy == "public")
        return {name: values.get(name) for name in public}
    shown = {field.name: _mask(field, values.get(field.name)) for field in layer.fields}
    if layer.minors_by:
        born = shown.pop(layer.minors_by)
        shown["age"] = None if born is None else age_on(born, today)
    return shown


def _mask(field: LayerField, value: Any) -> Any:
    if field.privacy != "secret" or value is None:
        return value
    if field.type == "id_number":
        return mask_id(value)
    if field.type == "phone":
        return mask_phone(value)
    return _MASKED
