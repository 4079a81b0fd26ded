"""Files of any reference system, in planar metres and back."""

import geopandas
import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import box

from mapserver.errors import InvalidRequest
from mapserver.formats.vector_files import metric_of

GEOD = Geod(ellps="GRS80")
HERE, DENVER = (112.9, 27.08), (-105.0, 39.7)


def frame_of(crs: str) -> geopandas.GeoDataFrame:
    """Return two plots of some 100 m in that system, one of them missing."""
    lon, lat = DENVER if crs == "EPSG:2232" else HERE
    plot = shapely.segmentize(box(lon, lat, lon + 0.001, lat + 0.001), 0.0001)
    return geopandas.GeoDataFrame(geometry=[plot, None], crs="OGC:CRS84").to_crs(crs)


SYSTEMS = ["EPSG:4490", "EPSG:4326", "EPSG:4547", "EPSG:4526", "EPSG:2232", "EPSG:3857"]


@pytest.mark.parametrize("crs", SYSTEMS)
def test_a_surface_is_that_on_the_ground_whatever_the_system(crs):
    """On a web map (EPSG:3857) it would be a quarter more here, in feet eleven times as much."""
    frame = frame_of(crs)
    ground, _ = GEOD.geometry_area_perimeter(frame.to_crs("OGC:CRS84").geometry[0])
    shapes = metric_of(frame).from_frame(frame)
    assert shapes[0].area == pytest.approx(abs(ground), rel=2e-3)
    assert shapes[1] is None


@pytest.mark.parametrize("crs", SYSTEMS)
def test_what_is_measured_goes_back_to_where_it_was(crs):
    frame = frame_of(crs)
    plane = metric_of(frame)
    back = plane.to_lonlat(plane.from_frame(frame))
    expected = np.asarray(frame.to_crs("OGC:CRS84").geometry.array, object)
    assert shapely.equals_exact(back[0], expected[0], 1e-9)


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4526", "EPSG:2232"])
def test_a_projection_that_is_true_keeps_its_own_vertices(crs):
    frame = frame_of(crs)
    plane = metric_of(frame)
    own = shapely.get_coordinates(frame.geometry[0])
    assert np.array_equal(shapely.get_coordinates(plane.from_frame(frame)[0]), own * plane.unit_m)


def test_a_zone_number_in_front_that_the_system_does_not_have_does_no_harm():
    """EPSG:4526 has one, EPSG:4547 has none; people take one for the other."""
    frame = frame_of("EPSG:4526").set_crs("EPSG:4547", allow_override=True)
    shapes = metric_of(frame).from_frame(frame)
    assert shapes[0].equals(frame.geometry[0])


@pytest.mark.parametrize("claimed", ["EPSG:4490", "EPSG:4326"])
def test_metres_that_are_said_to_be_degrees_are_refused(claimed):
    frame = frame_of("EPSG:4547").set_crs(claimed, allow_override=True)
    with pytest.raises(InvalidRequest, match="nowhere on Earth"):
        metric_of(frame)
