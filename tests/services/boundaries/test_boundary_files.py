"""Boundaries for other programs."""

import io
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from mapserver.formats.boundary_files import KINDS
from mapserver.services.boundaries.files import as_file
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import EAST, WEST


@pytest.mark.parametrize("kind", KINDS)
def test_grids_are_read_back_by_gdal_where_they_were(workshop: Workshop, tmp_path: Path, kind: str):
    on = workshop.ground()
    content = as_file(on, kind, workshop.town.context.today())
    path = tmp_path / f"grids{KINDS[kind].ending}"
    if kind == "shp":
        zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
        path = next(tmp_path.glob("*.shp"))
    else:
        path.write_bytes(content)
    read = geopandas.read_file(path, **({"layer": "tracks"} if kind == "gpx" else {}))
    drawn = shapely.union_all([one.geometry for one in on.grids.values()])
    assert np.allclose(read.total_bounds, drawn.bounds, atol=1e-9)
    if kind == "dxf":
        assert set(read["Layer"]) == {WEST, EAST}
    elif kind == "gpx":
        assert set(read["desc"]) == {WEST, EAST}
        assert set(read["name"]) == {"新屋村第1网格", "新屋村第2网格"}
    else:
        assert set(read["code"]) == {WEST, EAST}
        assert set(read["Name" if kind == "kml" else "name"]) == {"新屋村第1网格", "新屋村第2网格"}
        assert read["village"].tolist() == ["新屋村", "新屋村"]
        assert (read["area_m2"] > 1e6).all()
