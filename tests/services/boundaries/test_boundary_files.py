"""Boundaries for other programs, and proposals to begin with."""

import io
import zipfile
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from mapserver.errors import ActRefused, NotAllowed
from mapserver.formats.boundary_files import KINDS
from mapserver.roles import Role
from mapserver.services.boundaries.files import as_file
from mapserver.services.boundaries.proposals import propose
from tests.services.boundaries.conftest import Workshop
from tests.services.small_town import COMMUNITY, EAST, VILLAGE, WEST


@pytest.mark.parametrize("kind", KINDS)
def test_grids_are_read_back_by_gdal_where_they_were(workshop: Workshop, tmp_path: Path, kind: str):
    on = workshop.ground()
    content = as_file(on, kind, workshop.town.context.clock().date())
    path = tmp_path / f"grids{KINDS[kind].ending}"
    if kind == "shp":
        zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
        path = next(tmp_path.glob("*.shp"))
    else:
        path.write_bytes(content)
    read = geopandas.read_file(path)
    drawn = shapely.union_all([one.geometry for one in on.grids.values()])
    assert np.allclose(read.total_bounds, drawn.bounds, atol=1e-9)
    if kind == "dxf":
        assert set(read["Layer"]) == {WEST, EAST}
    elif kind == "kml":
        assert len(read) == 2
    else:
        assert set(read["code"]) == {WEST, EAST}
        assert set(read["name"]) == {"新屋村第1网格", "新屋村第2网格"}
        assert read["village"].tolist() == ["新屋村", "新屋村"]
        assert (read["area_m2"] > 1e6).all()


def test_a_proposal_is_drawn_as_any_other_act_and_fills_the_village(workshop: Workshop):
    found = propose(workshop.head, workshop.drawing, VILLAGE, 2)
    assert sum(found.households.values()) == 2
    replay = workshop.drawing.done_on(workshop.ground(), [found.act])
    assert replay.refused is None
    assert set(replay.version.grids) == set(found.households) == {f"{VILLAGE}003", f"{VILLAGE}004"}
    workshop.redraw(found.act)
    assert {one["grid"] for one in workshop.town.kept("house") if one["village"] == VILLAGE} == (
        set(found.households)
    )


def test_a_proposal_needs_as_many_places_with_people_as_grids(workshop: Workshop):
    with pytest.raises(ActRefused):
        propose(workshop.head, workshop.drawing, VILLAGE, 3)


def test_a_proposal_is_for_those_who_draw_there_and_read_it_all(workshop: Workshop):
    with pytest.raises(NotAllowed):
        propose(workshop.as_(Role.GRID_HEAD, COMMUNITY), workshop.drawing, VILLAGE, 1)


def test_a_proposal_that_is_drawn_on_a_later_version_takes_the_codes_that_are_free_then(
    workshop: Workshop,
):
    found = propose(workshop.head, workshop.drawing, VILLAGE, 2)
    line = {"type": "LineString", "coordinates": [[112.9265, 27.07], [112.9265, 27.11]]}
    one = workshop.draft(found.act, {"kind": "merge", "grids": [f"{VILLAGE}004", f"{VILLAGE}003"]})
    workshop.redraw({"kind": "split", "grids": [EAST], "shape": line})
    replay = workshop.drawing.done_on(workshop.ground(), one.acts)
    assert replay.refused is None
    assert replay.done[0].codes == (f"{VILLAGE}004", f"{VILLAGE}005")
    assert replay.done[1].grids == (f"{VILLAGE}005", f"{VILLAGE}004")
    assert set(replay.version.grids) == {f"{VILLAGE}005"}, "003 is another grid's"
