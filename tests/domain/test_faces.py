"""The faces of many clusters at once are those of each by itself."""

import numpy as np
import pytest
import shapely
from shapely import box

from mapserver.domain import faces as of_faces
from mapserver.domain.boundary_sum import boundary_segments, net_segments
from mapserver.domain.clusters import Cluster, clusters
from mapserver.domain.faces import Faces, faces

FAR = 38_400_000


def left_of(*areas) -> list[Cluster]:
    """Return the clusters of the areas' rings."""
    group = np.zeros(len(areas), np.int64)
    return list(clusters(net_segments([boundary_segments(np.array(areas, object), group)]), 1e-6))


def told(found: Faces) -> list[tuple[int, float]]:
    """Return winding number and surface of each face, in order."""
    return sorted(zip(found.excess.tolist(), shapely.area(found.shapes).tolist(), strict=True))


def test_no_clusters_have_no_faces():
    assert list(faces([])) == []


def test_winding_numbers_tell_how_often_a_face_is_covered():
    """Two squares that overlap in a corner, and far away one with a hole.

    The hole is a face as well.
    """
    holed = box(FAR, 0, FAR + 30, 30) - box(FAR + 10, 10, FAR + 20, 20)
    found = list(faces(left_of(box(0, 0, 2, 2), box(1, 1, 3, 3), holed)))
    assert sorted(map(told, found)) == [[(0, 100), (1, 800)], [(1, 3), (1, 3), (2, 1)]]
    assert [one.residual_m2 for one in found] == [0, 0]
    assert sorted(one.signed_m2 for one in found) == [8, 800]


def test_coordinates_are_near_zero_and_nothing_is_lost():
    (found,) = faces(left_of(box(FAR + 0.0001, 7.5, FAR + 2, 9)))
    assert found.origin.tolist() == [FAR, 7]
    assert shapely.bounds(found.shapes[0]).tolist() == [FAR + 0.0001 - FAR, 0.5, 2, 2]


@pytest.mark.parametrize("pairs", [1, 7, 1_000_000])
def test_each_cluster_has_the_same_faces_alone_and_among_others(pairs, monkeypatch):
    monkeypatch.setattr(of_faces, "_PAIRS", pairs)
    rng = np.random.default_rng(5)
    corners = rng.uniform(FAR, FAR + 400, (60, 2))
    places = left_of(*(box(x, y, x + 20, y + 20) for x, y in corners.tolist()))
    assert len(places) > 5
    for one, found in zip(places, faces(places), strict=True):
        (alone,) = faces([one])
        assert (alone.shapes == found.shapes).all()
        assert (alone.excess == found.excess).all()
        assert (alone.signed_m2, alone.residual_m2) == (found.signed_m2, found.residual_m2)
