"""A village's grids as a file for other programs."""

from datetime import date

from mapserver.domain.boundary.measures import measured
from mapserver.formats.boundary_files import written
from mapserver.services.boundaries.ground import Ground


def as_file(on: Ground, kind: str, day: date) -> bytes:
    """Return the grids in force with code, name, village, number and surface in square metres."""
    rows = [
        {
            "code": code,
            "name": grid.name,
            "village": on.village_name,
            "version": on.number,
            "area_m2": round(measured(grid.geometry).area_m2, 1),
            "written": day.isoformat(),
        }
        for code, grid in on.grids.items()
    ]
    shapes = [grid.geometry for grid in on.grids.values()]
    return written(rows, shapes, kind, f"grids-{on.village}")
