"""Single dots: written column by column, or by the compiled loop, they are the same bytes."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapserver.domain.tiles import NO_ID, Column, Dots
from mapserver.formats import mvt_dots
from mapserver.formats.mvt_dots import by_columns, by_loop, encode_dots
from mapserver.formats.mvt_features import encode_features
from mapserver.formats.mvt_values import Tags

number = st.one_of(st.just(NO_ID), st.integers(0, 200), st.integers(0, 2**56 - 1))
coordinate = st.one_of(st.integers(-70, 70), st.integers(-(2**30), 2**30))


@st.composite
def some_dots(draw):
    """Draw dots with up to 200 columns, values missing here and there."""
    rows = draw(st.lists(st.tuples(number, coordinate, coordinate), min_size=1, max_size=40))
    columns = draw(st.sampled_from([0, 1, 2, 7, 200]))
    values = draw(st.sampled_from([1, 3, 300]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return Dots(
        np.array([row[0] for row in rows]),
        tuple(
            Column(f"c{key}", random.integers(-1, values, len(rows)), tuple(range(values)))
            for key in range(columns)
        ),
        np.array([row[1:] for row in rows]),
    )


@settings(max_examples=60)
@given(some_dots())
def test_every_way_to_write_dots_writes_the_same_bytes(dots):
    places = Tags.of(dots.columns, len(dots)).places
    expected = encode_features(dots.features(), places)
    assert b"".join(by_columns(dots, places)) == expected
    assert by_loop(dots, places) == expected


def test_blocks_follow_one_another_without_a_seam(monkeypatch):
    """Five dots in blocks of two; the blocks differ in the bytes that a number needs."""
    monkeypatch.setattr(mvt_dots, "BLOCK", 2)
    column = Column("a", np.array([-1, -1, 0, 1, 2]), ("x", "y", "z"))
    dots = Dots(np.array([1, 2, 300, 70_000, NO_ID]), (column,), np.arange(-4, 6).reshape(5, 2))
    places = Tags.of(dots.columns, 5).places
    assert len(list(by_columns(dots, places))) == 3
    assert b"".join(by_columns(dots, places)) == encode_features(dots.features(), places)


@pytest.mark.parametrize("write", [by_loop, lambda *dots: b"".join(by_columns(*dots))])
def test_an_id_that_no_reader_could_hold_is_refused(write):
    dots = Dots(np.array([0, 2**56]), (), np.zeros((2, 2), np.int64))
    with pytest.raises(ValueError, match="too large"):
        write(dots, Tags.of((), 2).places)


def test_many_dots_are_written_by_the_loop_where_the_compiler_is_loaded(monkeypatch):
    monkeypatch.setattr(mvt_dots, "by_loop", lambda dots, places: b"loop")
    monkeypatch.setitem(sys.modules, "numba", object())
    assert list(encode_dots(crowd(mvt_dots.COMPILED_FROM), np.empty((0, 0)))) == [b"loop"]
    few = crowd(mvt_dots.COMPILED_FROM - 1)
    assert b"".join(encode_dots(few, Tags.of((), len(few)).places)) != b"loop"


def crowd(count):
    return Dots(np.arange(count), (), np.zeros((count, 2), np.int64))


def test_no_tile_waits_for_the_compiler():
    """In a process of its own, where nothing else has loaded it."""
    code = (
        "import sys, numpy as np\n"
        "from mapserver.domain.tiles import Dots\n"
        "from mapserver.formats.mvt import encode_layer\n"
        "encode_layer('house', Dots(np.arange(50_000), (), np.zeros((50_000, 2), np.int64)))\n"
        "print('numba' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
