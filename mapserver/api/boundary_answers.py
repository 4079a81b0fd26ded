"""What the boundary workshop is answered with, as plain JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from mapserver.api.written import instant, instant_if
from mapserver.domain.boundary.measures import Norm
from mapserver.formats import geojson
from mapserver.services.boundaries import approval
from mapserver.services.boundaries.answer import Answer, DraftGrid, Fault
from mapserver.services.boundaries.approval import Approved
from mapserver.store.boundaries import Kept


def approved(done: Approved, called: Mapping[str, str]) -> dict[str, Any]:
    """Return a version that was approved, and whom it moved; `called` as in `version`."""
    return {
        **version(done.version, called),
        "moved": [asdict(one) for one in done.houses],
        "people": sum(one.people or 0 for one in done.houses),
        "others": done.others,
    }


def version(one: Kept, called: Mapping[str, str]) -> dict[str, Any]:
    """Return a version; its acts as long as it is not approved.

    `called` is what those who drew and decided are called, by login name.
    """
    return {
        "id": one.id,
        "village": one.village,
        "state": one.state,
        "number": one.number,
        "base": one.base,
        "revision": one.revision,
        "author": one.author,
        "author_title": called.get(one.author, one.author),
        "changed_at": instant(one.changed_at),
        "submitted_at": instant_if(one.submitted_at),
        "decided_by": one.decided_by,
        "decided_by_title": called.get(one.decided_by or "", one.decided_by),
        "decided_at": instant_if(one.decided_at),
        "effective": None if one.effective == approval.BEGINNING else one.effective,
        "in_force": one.applied_at is not None,
        "remark": one.remark,
        "place": one.place,
        "acts": list(one.acts) if one.state != "approved" else [],
    }


def told(found: Answer, norm: Norm | None) -> dict[str, Any]:
    """Return what a draft comes to."""
    return {
        "number": found.number,
        "grids": [_grid(one, norm) for one in found.grids],
        "gone": found.gone,
        "moved": [asdict(one) for one in found.moved],
        "faults": [_fault(one) for one in found.faults],
        "lineage": [asdict(one) for one in found.lineage],
    }


def _grid(one: DraftGrid, norm: Norm | None) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "geometry": geojson.geometry(one.geometry),
        "label": one.label,
        "changed": one.changed,
        "counts": None if one.counts is None else asdict(one.counts),
        "was": None if one.was is None else asdict(one.was),
        "norm": norm.of(one.counts.households) if norm and one.counts else None,
        **asdict(one.measures),
    }


def _fault(one: Fault) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "grids": one.grids,
        "area_m2": one.area_m2,
        "width_m": one.width_m,
        "geometry": geojson.geometry(one.geometry),
        "houses": one.houses,
        "households": one.households,
        "people": one.people,
    }
