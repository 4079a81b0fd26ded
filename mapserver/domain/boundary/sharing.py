"""Sharing out the faces of a village among grids: each in one piece, and alike in people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from mapserver.domain.boundary.power_diagram import Sites
from mapserver.domain.boundary.regions import first_of, meetings
from mapserver.domain.boundary_sum import Floats, Ints
from mapserver.domain.cutting import NOBODY, Cells

_ROUNDS = 400

_Step = tuple[float, tuple[tuple[int, int], ...]]
"""How much more equal shares become, and which face goes to which grid."""


@dataclass(slots=True)
class Faces:
    """The faces of a village, who has each, and along which length two of them meet."""

    cells: Cells
    people: Floats
    owner: Ints
    meets: list[dict[int, float]]
    count: int

    @classmethod
    def of(
        cls,
        outline: BaseGeometry,
        homes: Floats,
        people: Floats,
        sites: Sites,
        walls: Iterable[BaseGeometry],
    ) -> "Faces":
        """Return the faces between walls, each given to the site whose people most of it has."""
        whole = np.array([outline], object)
        cells = Cells.of(whole, whole, [one for one in walls if not one.is_empty])
        shapes = shapely.transform(cells.shapes, lambda at: at + cells.origin)
        inside = np.zeros(len(shapes), bool)
        inside[cells.within_parent()] = True
        face = np.flatnonzero(inside)[first_of(shapes[inside], homes)]
        held = np.zeros((len(shapes), len(sites.at)))
        np.add.at(held, (face, sites.owner(homes)), people)
        middles = shapely.get_coordinates(cells.probes) + cells.origin
        owner = np.where(held.any(axis=1), held.argmax(axis=1), sites.owner(middles))
        return cls(
            cells,
            held.sum(axis=1),
            np.where(inside, owner, NOBODY),
            meetings(shapes),
            len(sites.at),
        )

    def lived_in(self) -> int:
        """Return how many faces have people, and so how many grids there can be."""
        return int(((self.owner >= 0) & (self.people > 0)).sum())

    def settle(self) -> None:
        """Give each grid that has nobody the largest face that another can spare."""
        for index in range(self.count):
            if self._held()[index] > 0:
                continue
            lived_in = (self.owner >= 0) & (self.people > 0)
            many = np.bincount(self.owner[lived_in], minlength=self.count)
            spare = np.flatnonzero(lived_in & (many[self.owner] > 1))
            if not len(spare):
                return
            self.owner[spare[self.people[spare].argmax()]] = index

    def hang_together(self) -> None:
        """Leave each grid its piece with most people; the others go to the neighbour beside."""
        for index in range(self.count):
            for piece in self._pieces_of(index)[1:]:
                heir = self._neighbour(piece, index)
                if heir is not None:
                    self.owner[piece] = heir

    def even_out(self) -> None:
        """Give faces to neighbours, or exchange two, as long as shares become more equal by it."""
        for _ in range(_ROUNDS):
            held = self._held()
            if not (self._done(self._moves(held)) or self._done(self._exchanges(held))):
                return

    def _held(self) -> Floats:
        """Return the people whom each grid has."""
        real = self.owner >= 0
        held = np.bincount(self.owner[real], self.people[real], self.count)
        return np.asarray(held, np.float64)

    def _beside(self) -> Iterator[tuple[int, int, int]]:
        """Yield each face that has people, its grid, and each grid beside it."""
        for face, around in enumerate(self.meets):
            own = int(self.owner[face])
            if own >= 0 and self.people[face]:
                for to in sorted({int(self.owner[one]) for one in around} - {own, NOBODY}):
                    yield face, own, to

    def _moves(self, held: Floats) -> list[_Step]:
        """Return what makes shares more equal by one face: by how much, and what goes where."""
        return [
            (gain, ((face, to),))
            for face, own, to in self._beside()
            if (gain := _gain(held[own] - held[to], self.people[face])) > 0
        ]

    def _exchanges(self, held: Floats) -> list[_Step]:
        """Return what makes shares more equal by one face for another."""
        between: dict[tuple[int, int], list[int]] = {}
        for face, own, to in self._beside():
            between.setdefault((own, to), []).append(face)
        return [
            (gain, ((face, to), (other, own)))
            for (own, to), faces in between.items()
            for face in faces
            for other in between.get((to, own), ())
            if (gain := _gain(held[own] - held[to], self.people[face] - self.people[other])) > 0
        ]

    def _done(self, steps: list[_Step]) -> bool:
        """Take the best step that leaves grids in one piece each, and return whether one does."""
        for _, moves in sorted(steps, key=lambda one: (-one[0], one[1])):
            before = self.owner.copy()
            touched = {int(before[face]) for face, _ in moves} | {to for _, to in moves}
            for face, to in moves:
                self.owner[face] = to
            if all(len(self._pieces_of(one)) == 1 for one in touched):
                return True
            self.owner = before
        return False

    def _pieces_of(self, index: int) -> list[list[int]]:
        return self._pieces(np.flatnonzero(self.owner == index).tolist())

    def _pieces(self, faces: list[int]) -> list[list[int]]:
        """Return faces in pieces that hang together, the one with most people first."""
        left, pieces = set(faces), []
        while left:
            piece, waiting = [], [left.pop()]
            while waiting:
                face = waiting.pop()
                piece.append(face)
                new = left & self.meets[face].keys()
                left -= new
                waiting += sorted(new)
            pieces.append(sorted(piece))
        return sorted(pieces, key=lambda one: (-self.people[one].sum(), -len(one), one))

    def _neighbour(self, piece: list[int], own: int) -> int | None:
        lengths: dict[int, float] = {}
        for face in piece:
            for other, length in self.meets[face].items():
                to = int(self.owner[other])
                if to not in {own, NOBODY}:
                    lengths[to] = lengths.get(to, 0.0) + length
        return max(sorted(lengths), key=lambda to: lengths[to], default=None)

    def grids(self) -> list[BaseGeometry]:
        """Return the grids, put together from their faces."""
        real = np.flatnonzero(self.owner >= 0)
        none = np.array([Polygon()] * self.count, object)
        return list(self.cells.joined(real, self.owner[real], none))


def _gain(more: float, moved: float) -> float:
    """Return how much the squares of two shares fall when one, larger by so much, gives some."""
    return float(moved * (more - moved))
