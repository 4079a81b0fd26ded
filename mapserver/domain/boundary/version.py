"""The grids of one village at one moment, and what became of them since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
from shapely.geometry.base import BaseGeometry

from mapserver.domain.polygons import refuse_invalid
from mapserver.errors import ActRefused

Kind = Literal[
    "add",
    "bend",
    "cut-out",
    "drop",
    "load",
    "merge",
    "move",
    "reshape",
    "snap",
    "split",
    "transfer",
]
At = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lineage:
    """What became of grids: each code of `before` handed something on to each of `after`."""

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """The grids of one village at one moment.

    Attributes
    ----------
    village : str
        Twelve digits.
    outline : Polygon or MultiPolygon
        The village, which the grids should fill; it has a vertex wherever two grids meet on it.
    opened : Polygon or MultiPolygon
        The outline before any act gave it vertices.
    grids : mapping of code to Polygon or MultiPolygon
    used : frozenset of str
        Every code that was ever given in the village, those of `grids` included.
    lineage : tuple of Lineage
        What the acts since the version was opened did, in order.
    """

    village: str
    outline: BaseGeometry
    opened: BaseGeometry
    grids: Mapping[str, BaseGeometry]
    used: frozenset[str]
    lineage: tuple[Lineage, ...] = ()

    @classmethod
    def of(
        cls,
        village: str,
        outline: BaseGeometry,
        grids: Mapping[str, BaseGeometry],
        used: Iterable[str] = (),
    ) -> "Version":
        """Return a version of these grids.

        Raises
        ------
        InvalidRequest
            If the outline or a grid is no valid area: which, why and where.
        """
        codes = sorted(grids)
        shapes = np.array([grids[code] for code in codes], object)
        refuse_invalid(shapes, codes)
        refuse_invalid(np.array([outline], object), [village])
        kept = MappingProxyType(dict(zip(codes, shapes, strict=True)))
        return cls(village, outline, outline, kept, frozenset(used) | frozenset(codes))

    def grid(self, code: str) -> BaseGeometry:
        """Return a grid.

        Raises
        ------
        ActRefused
            If the version has no grid of that code.
        """
        if code not in self.grids:
            raise ActRefused(
                f"{self.village} 的这一版里没有网格 {code}。它可能已并入别的网格，先刷新再画。",
                f"This version of {self.village} has no grid {code}. It may have been merged; "
                "load the page anew before you draw on.",
                grid=code,
            )
        return self.grids[code]

    def after(
        self,
        shapes: Mapping[str, BaseGeometry | None],
        outline: BaseGeometry,
        kind: Kind,
        before: Iterable[str],
    ) -> "Version":
        """Return the version with new shapes in place, and without those that are None."""
        grids = {**self.grids, **shapes}
        kept = {code: one for code, one in sorted(grids.items()) if one is not None}
        gave = set(before)
        # whoever gave and goes on is among the heirs, also where no more than a hair was given
        heirs = {code for code, one in shapes.items() if one is not None} | gave & kept.keys()
        told = Lineage(kind, tuple(sorted(gave)), tuple(sorted(heirs)))
        return replace(
            self,
            outline=outline,
            grids=MappingProxyType(kept),
            used=self.used | kept.keys(),
            lineage=(*self.lineage, told),
        )
