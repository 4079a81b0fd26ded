"""What is drawn of an area on a printed page, seen in a picture of it.

::

    100   140   200   240
     +-----+     +-----+ 140
     | WEST|     | EAST|
     +-----+     +-----+ 100
"""

import io
from typing import get_args

import numpy as np
import pypdfium2
import pytest
import shapely
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from mapserver.formats.paper_map.page import Look
from mapserver.formats.paper_map.pen import FILLS, PAGE_MM, Pen, draw_area

WEST, EAST = shapely.box(100, 100, 140, 140), shapely.box(200, 100, 240, 140)
HOLED = shapely.difference(WEST, shapely.box(110, 110, 130, 130))


def picture(shape: shapely.Geometry, look: Look, *, fills: bool) -> np.ndarray:
    """Return a page with an area, a pixel a millimetre, its first row the lowest."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_MM[0] * mm, PAGE_MM[1] * mm))
    draw_area(Pen(canvas), look, shape, fills=fills)
    canvas.save()
    document = pypdfium2.PdfDocument(out.getvalue())
    drawn = document[0].render(scale=1 / mm).to_numpy()
    document.close()
    return drawn[::-1, :, ::-1]


def rgb(color: str) -> list[int]:
    """Return a colour as pixels have it."""
    return list(bytes.fromhex(color[1:]))


@pytest.mark.parametrize("look", get_args(Look))
def test_each_part_of_an_area_is_filled_and_has_its_line(look: Look):
    both = shapely.union_all([WEST, EAST])
    assert both.geom_type == "MultiPolygon"
    filled = picture(both, look, fills=True)
    lines = picture(both, look, fills=False)
    for x in (120, 220):
        assert filled[120, x].tolist() == rgb(FILLS[look])
        assert (lines[98:103, x] < 255).any(), "its southern edge"
        assert (lines[120, x] == 255).all()
    assert (filled[120, 170] == 255).all()


def test_a_hole_of_a_part_stays_free():
    filled = picture(shapely.union_all([HOLED, EAST]), "subject", fills=True)
    assert (filled[120, 120] == 255).all()
    assert filled[105, 120].tolist() == filled[120, 220].tolist() == rgb(FILLS["subject"])
