"""What a tile holds, before it is bytes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mapserver.domain.tiles import (
    Column,
    Kind,
    Thinning,
    TileFeatures,
    lengths,
    merge,
    ranges,
    shared_codes,
    starts,
)


def listed(column):
    return [None if code < 0 else column.values[code] for code in column.codes.tolist()]


def dots(*xy, columns=()):
    count = len(xy)
    return TileFeatures(
        np.full(count, Kind.POINT, np.int64),
        np.arange(count),
        columns,
        np.array(xy, np.int64).reshape(-1, 2),
        np.arange(1, count + 1),
        np.arange(1, count + 1),
    )


values = st.one_of(st.none(), st.text(), st.integers(), st.booleans(), st.floats(allow_nan=False))


@given(st.lists(values))
def test_a_column_tells_its_values_again(given_values):
    column = Column.of("a", given_values)
    assert listed(column) == given_values
    assert [type(v) for v in listed(column)] == [type(v) for v in given_values]


def test_values_that_are_equal_but_not_the_same_stay_apart():
    column = Column.of("a", [1, True, 1.0, 1])
    assert column.codes.tolist() == [0, 1, 2, 0]


def test_nan_is_no_value():
    assert Column.of("a", [float("nan"), None]).codes.tolist() == [-1, -1]


def test_a_column_of_some_features_keeps_its_values():
    column = Column.of("a", ["x", "y", None]).take(np.array([2, 0]))
    assert listed(column) == [None, "x"]


def test_merged_parts_keep_their_features_in_order():
    one = dots((1, 1), (2, 2), columns=(Column.of("kind", ["a", "b"]),))
    two = dots((3, 3), columns=(Column.of("n", [7]),))
    both = merge([one, two, dots()])
    assert both.xy.tolist() == [[1, 1], [2, 2], [3, 3]]
    assert both.path_ends.tolist() == both.feature_ends.tolist() == [1, 2, 3]
    assert {c.name: listed(c) for c in both.columns} == {
        "kind": ["a", "b", None],
        "n": [None, None, 7],
    }


def test_runs_start_where_the_one_before_ends():
    ends = np.array([2, 2, 5])
    assert starts(ends).tolist() == [0, 2, 2]
    assert lengths(ends).tolist() == [2, 0, 3]


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 5))))
def test_ranges_are_laid_one_after_the_other(pairs):
    low = np.array([start for start, _ in pairs], np.int64)
    high = low + np.array([size for _, size in pairs], np.int64)
    expected = [n for start, size in pairs for n in range(start, start + size)]
    assert ranges(low, high).tolist() == expected


def test_a_code_is_shared_only_if_the_whole_run_has_it():
    codes, first = np.array([3, 3, 3, 4, -1, -1]), np.array([0, 2, 4])
    assert shared_codes(codes, first).tolist() == [3, -1, -1]


def test_thinning_starts_whole_near_the_ground_and_where_there_is_little():
    thinning = Thinning(whole_from=13, whole_up_to=10, cell=4)
    assert list(thinning.cells(13, 99))[:2] == [0, 4]
    assert list(thinning.cells(12, 10))[:2] == [0, 4]
    assert list(thinning.cells(12, 11))[:3] == [4, 8, 16]
    assert list(thinning.cells(12, 11))[-1] == 4096
    assert list(Thinning(whole_at_most=9).cells(13, 10))[:2] == [4, 8]
