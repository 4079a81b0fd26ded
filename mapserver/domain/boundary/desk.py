"""A version laid out in cells, which acts give from one grid to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.codes import turn
from mapserver.domain.boundary.version import At, Kind, Version
from mapserver.domain.boundary_sum import Ints
from mapserver.domain.cutting import Cells
from mapserver.domain.defects import width_m
from mapserver.errors import ActRefused

_NONE: Ints = np.zeros(0, np.int64)


@dataclass(slots=True)
class Desk:
    """A version cut into cells along its own edges and what is drawn."""

    version: Version
    codes: list[str]
    cells: Cells
    inside: Ints

    @classmethod
    def of(cls, version: Version, drawn: Sequence[BaseGeometry]) -> "Desk":
        """Return the cells of a version, cut along what is drawn too."""
        codes = list(version.grids)
        members = np.array(list(version.grids.values()), object)
        cells = Cells.of(members, np.array([version.outline], object), drawn)
        return cls(version, codes, cells, cells.within_parent())

    def as_it_is(self) -> tuple[dict[str, BaseGeometry], BaseGeometry]:
        """Return grids and outline with a vertex wherever another turns on their edge."""
        return self._joined(self.codes, {code: self.held_by(code) for code in self.codes})

    def held_by(self, code: str) -> Ints:
        """Return the cells that a grid covers."""
        if code not in self.version.grids:
            return _NONE
        return np.unique(self.cells.cell[self.cells.member == self.codes.index(code)])

    def cells_of(self, place: BaseGeometry) -> Ints:
        """Return the cells of a place within the village."""
        cell, _ = self.cells.covered_by(np.array([place], object))
        taken = np.intersect1d(cell, self.inside)
        if not len(taken):
            raise ActRefused(
                f"画的地方在 {self.version.village} 以外。看看坐标系选得对不对。",
                f"What is drawn lies outside {self.version.village}. Check its datum.",
                at=middle(place),
            )
        return taken

    def free(self) -> Ints:
        """Return the cells of the village that are nobody's."""
        return np.setdiff1d(self.inside, self.cells.cell)

    def beyond(self) -> Ints:
        """Return the cells that grids hold outside the village."""
        return np.setdiff1d(self.cells.cell, self.inside)

    def width_m(self, piece: Ints) -> float:
        """Return how wide a piece is on average."""
        return width_m(shapely.coverage_union_all(self.cells.shapes[piece]))

    def given(self, cells: Mapping[str, Ints], kind: Kind, dropped: Ints = _NONE) -> Version:
        """Return the version in which grids have these cells besides, and nobody else does.

        What is dropped is nobody's.
        """
        codes = [*self.codes, *(code for code in cells if code not in self.version.grids)]
        taken = np.unique(np.concatenate([dropped, *cells.values()]))
        held = {code: np.setdiff1d(self.held_by(code), taken) for code in codes}
        for code, own in cells.items():
            held[code] = np.union1d(held[code], own)
        before = {code for code in self.codes if np.isin(self.held_by(code), taken).any()}
        emptied = [code for code in before if not len(held[code])]
        if emptied and kind != "merge":
            raise ActRefused(
                f"这样画，网格 {emptied[0]} 就没有地方了。要去掉它，请用合并。",
                f"Grid {emptied[0]} would be left without any place. Merge it to have it gone.",
                grid=emptied[0],
            )
        joined, outline = self._joined(codes, held)
        shapes: dict[str, BaseGeometry | None] = {
            code: one for code, one in joined.items() if one is not self.version.grids.get(code)
        }
        if not shapes:
            raise nothing(", ".join(cells) or self.version.village)
        return self.version.after(shapes | dict.fromkeys(emptied), outline, kind, before)

    def _joined(
        self, codes: Sequence[str], held: Mapping[str, Ints]
    ) -> tuple[dict[str, BaseGeometry], BaseGeometry]:
        """Return the grids, and the village's outline, which is put together with them."""
        parts = [*(held[code] for code in codes), self.inside]
        member = np.repeat(np.arange(len(parts)), [len(one) for one in parts])
        was = [self.version.grids.get(code, Polygon()) for code in codes]
        *grids, outline = self.cells.joined(
            np.concatenate(parts), member, np.array([*was, self.version.outline], object)
        )
        return dict(zip(codes, grids, strict=True)), outline

    def pieces(self, cells: Ints) -> list[Ints]:
        """Return cells grouped into pieces that hang together by edges."""
        if not len(cells):
            return []
        whole = shapely.get_parts(shapely.coverage_union_all(self.cells.shapes[cells]))
        piece, cell = shapely.STRtree(self.cells.probes[cells]).query(whole, predicate="intersects")
        return [cells[cell[piece == index]] for index in range(len(whole))]

    def neighbour(self, piece: Ints, besides: str, without: Ints) -> str:
        """Return the grid whose cells, without some, share the longest edge with a piece.

        Raises
        ------
        ActRefused
            If none does: the piece lies in the middle of the grid `besides`.
        """
        whole = shapely.coverage_union_all(self.cells.shapes[piece])
        edge = shapely.boundary(whole)
        lengths = {}
        for code in self.codes:
            held = np.setdiff1d(self.held_by(code), np.union1d(piece, without))
            if code != besides and len(held):
                theirs = shapely.boundary(shapely.coverage_union_all(self.cells.shapes[held]))
                lengths[code] = float(shapely.length(shapely.intersection(edge, theirs)))
        longest = max(sorted(lengths), key=lambda code: lengths[code], default=besides)
        if not lengths.get(longest):
            raise ActRefused(
                f"网格 {besides} 里的这一块不挨着别的网格，没有谁来接。要单独成格，请用挖出。",
                f"This piece of grid {besides} touches no other grid, so nobody would have it. "
                "To make it a grid of its own, cut it out.",
                grid=besides,
                at=(
                    shapely.get_coordinates(whole.representative_point())[0] + self.cells.origin
                ).tolist(),
            )
        return longest

    def parts_by(self, line: BaseGeometry, code: str) -> list[Ints]:
        """Return the cells of a grid grouped into the parts that a line leaves of it."""
        held = self.held_by(code)
        near = shapely.transform(line, lambda xy: xy - self.cells.origin)
        whole = shapely.coverage_union_all(self.cells.shapes[held])
        edges = shapely.union_all([shapely.boundary(whole), near])
        faces = shapely.get_parts(shapely.polygonize([edges]))
        face, cell = shapely.STRtree(self.cells.probes[held]).query(faces, predicate="intersects")
        return [held[cell[face == index]] for index in range(len(faces)) if (face == index).any()]

    def part_at(self, parts: Sequence[Ints], keeps: At | None) -> int:
        """Return which part a place lies in; the largest where none is named."""
        shapes = [shapely.coverage_union_all(self.cells.shapes[one]) for one in parts]
        if keeps is not None:
            x, y = np.array(keeps) - self.cells.origin
            for index, shape in enumerate(shapes):
                if shapely.intersects_xy(shape, x, y):
                    return index
        return int(np.argmax([shape.area for shape in shapes]))

    def west_to_east(self, parts: Sequence[Ints]) -> list[Ints]:
        """Return parts in the order in which codes are given."""
        return sorted(
            parts, key=lambda one: turn(shapely.coverage_union_all(self.cells.shapes[one]))
        )


def middle(shape: BaseGeometry) -> list[float] | None:
    """Return a place to show where something is, None of what is empty."""
    at = shapely.get_coordinates(shape)
    return None if not len(at) else [float(value) for value in at.mean(axis=0)]


def nothing(code: str) -> ActRefused:
    """Return the refusal of an act that changes nothing."""
    return ActRefused(
        f"网格 {code} 的边界没有变。", f"The boundary of grid {code} stays as it is.", grid=code
    )
