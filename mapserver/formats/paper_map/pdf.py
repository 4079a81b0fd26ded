"""Pages as a PDF, drawn by ReportLab as vectors, its characters embedded."""

import io
from collections.abc import Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from mapserver.formats.paper_map.drawing import draw_edges, draw_map
from mapserver.formats.paper_map.page import MapPage
from mapserver.formats.paper_map.pen import PAGE_MM, Pen, known_characters
from mapserver.formats.paper_map.telling import draw_told


def as_pdf(pages: Sequence[MapPage], title: str, day: date) -> bytes:
    """Return the pages as a PDF; the same pages of the same day give the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_MM[0] * mm, PAGE_MM[1] * mm), invariant=1)
    canvas.setTitle(title)
    canvas.setSubject(day.isoformat())
    known_characters()
    for page in pages:
        pen = Pen(canvas)
        draw_map(pen, page)
        draw_edges(pen, page.window)
        draw_told(pen, page)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
