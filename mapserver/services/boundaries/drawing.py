"""What the server keeps for those who draw, so that each stroke is answered at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from mapserver.domain.boundary import Act, Replay, Version, replayed
from mapserver.domain.boundary.plane import Plane
from mapserver.domain.boundary_sum import Floats
from mapserver.errors import ActRefused, Conflict
from mapserver.roles import Right
from mapserver.services.boundaries.asked import acts_of, in_degrees, in_order, placed
from mapserver.services.boundaries.ground import Ground, ground, mark, may_see, no_village
from mapserver.services.context import Context
from mapserver.services.kept import Kept
from mapserver.store import village_points
from mapserver.store.store import Session
from mapserver.store.village_points import NO_HOUSES, Houses

COUNTED = ("school", "organization")
"""The layers of which the answer tells how many lie in each grid, beside houses and people."""

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a village: houses with their people, and other places, in degrees.

    `whole` is whether it is all of it: who may read a part of the village is told nothing.
    """

    whole: bool
    houses: Houses
    places: Mapping[str, np.ndarray]

    def homes(self, plane: Plane) -> Floats:
        """Return where the houses stand on a plane, in metres, shape (n, 2)."""
        return shapely.get_coordinates(plane.to_metric(self.houses.points)).reshape(-1, 2)


class Drawing:
    """Villages that were drawn in last, with what stands there and what was done on them."""

    def __init__(self) -> None:
        self._grounds: Kept[_Key, Ground] = Kept(20)
        self._standing: Kept[_Key, Standing] = Kept(20)
        self._after: Kept[_Key, Replay] = Kept(200)

    def ground(self, context: Context, village: str) -> Ground:
        """Return the grids of a village as they are in force; see `ground.ground`."""
        with context.read() as session:
            # what is kept is everybody's who may see the village, and nobody else's
            if not may_see(session, village):
                raise no_village()
            return self._grounds.made(mark(session, village), lambda: ground(session, village))

    def standing(self, context: Context, village: str) -> Standing:
        """Return what of a village's houses and places the caller may count."""
        sequences = context.sequences()
        layers = ("house", "person", *COUNTED)
        key = (*context.scope.mark, village, *(sequences.get(one, 0) for one in layers))

        def make() -> Standing:
            with context.read() as session:
                return _standing(session, village)

        return self._standing.made(key, make)

    def all_standing(self, context: Context, village: str) -> Standing:
        """Return all houses and places of a village, for what needs every one of them.

        Raises
        ------
        Conflict
            If the caller may not read all that stands there.
        """
        standing = self.standing(context, village)
        if not standing.whole:
            raise Conflict(
                "您看不到全村的房屋，没法按住户来分。",
                "You may not see all houses of the village, so it cannot be parted by who lives "
                "where.",
            )
        return standing

    def done_on(self, on: Ground, acts: Sequence[Mapping[str, Any]]) -> Replay:
        """Return a village's version with acts done on it, as far as they can be.

        Whoever draws sends all acts with each stroke; only those that were not done before are
        done. A place in the refusal is told in degrees, with the position of the act.

        Raises
        ------
        ActRefused
            If an act cannot be read.
        """
        start, so_far = self._longest(on, acts)
        replay = replayed(so_far.version, acts_of(acts, on, start))
        whole = Replay(replay.version, (*so_far.done, *replay.done), replay.refused)
        if whole.refused is None:
            self._after.put(_mark(on, acts), whole)
            return whole
        told = placed(in_degrees(whole.refused, on.plane), act=len(whole.done))
        return Replay(whole.version, whole.done, told)

    def _longest(self, on: Ground, acts: Sequence[Mapping[str, Any]]) -> tuple[int, Replay]:
        """Return how many of the first acts were done before, and what came of them."""
        for count in (len(acts), len(acts) - 1):
            known = self._after.get(_mark(on, acts[:count])) if count > 0 else None
            if known is not None:
                return count, known
        return 0, Replay(on.version, ())


def _standing(session: Session, village: str) -> Standing:
    layers = session.layers
    if not all(
        session.scope.holds(Right.READ, layers[one], village, None) for one in ("house", "person")
    ):
        return Standing(False, NO_HOUSES, {one: np.zeros(0, object) for one in COUNTED})
    places = {one: village_points.places(session, one, village) for one in COUNTED}
    return Standing(True, village_points.houses(session, village), places)


def whole(replay: Replay) -> tuple[Version, tuple[Act, ...]]:
    """Return what came of acts that all could be done.

    Raises
    ------
    ActRefused
        If one could not.
    """
    if replay.refused is not None:
        raise ActRefused(replay.refused.zh, replay.refused.en, **replay.refused.details)
    return replay.version, replay.done


def _mark(on: Ground, acts: Sequence[Mapping[str, Any]]) -> _Key:
    return (on.mark, hashlib.blake2b(in_order(acts), digest_size=16).digest())
