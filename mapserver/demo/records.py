"""What the demo hands over: records by layer, and a digest that tells two townships apart.

No store, no files: somebody else writes the records where they belong.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely

from mapserver.domain.records import Record

__all__ = ["AS_OF", "Notice", "Record", "Township", "Value", "digest"]

Value = str | int | float | bool | datetime.date

AS_OF = datetime.date(2026, 11, 20)
"""The day on which the demo's register stands; ages are counted to it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Township:
    """A whole town as records by layer id, and the notice of what in it is invented."""

    seed: str
    code: str
    name: str
    name_en: str
    synthetic: bool
    notice: Notice
    records: Mapping[str, Sequence[Record]]


def digest(township: Township) -> str:
    """Return the SHA-256 of every record in order, the same for the same township anywhere."""
    sha = hashlib.sha256()
    for layer, records in township.records.items():
        sha.update(f"{layer} {len(records)}\n".encode())
        shapes = shapely.to_wkb([record.geometry for record in records], byte_order=1)
        for record, shape in zip(records, shapes, strict=True):
            sha.update(shape or b"-")
            sha.update(_canonical(record))
    return sha.hexdigest()


def _canonical(record: Record) -> bytes:
    return json.dumps(
        [record.id, record.village, record.values],
        ensure_ascii=False,
        sort_keys=True,
        default=datetime.date.isoformat,
    ).encode()
