"""Who asks, and how far they may see.

Every way to a connection takes a Scope; there is none without.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mapserver.domain.areas import VILLAGE
from mapserver.layers import Layer
from mapserver.roles import DUTIES, Duty, Right, Role


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """What one appointment gives today: a role, and the area it is held for.

    `area` is the code of a town, village or grid: everything whose code begins with it.
    """

    role: Role
    area: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may reach in one town.

    Parameters
    ----------
    actor : str
        Who is named in the events.
    town : str
        The 9-digit division code.
    grants : tuple of Grant, optional
        What the person's appointments give. None is the program itself, and whoever sits
        at the machine: everything in the town.
    sees_secrets : bool
        Whether values leave the store unmasked. Only use cases set it, never a request.
    """

    actor: str
    town: str
    grants: tuple[Grant, ...] | None
    sees_secrets: bool = False

    @classmethod
    def of_town(cls, actor: str, town: str) -> "Scope":
        """Return the program's own scope: everything in the town, secrets masked."""
        return cls(actor, town, None)

    def reach(self, layer: Layer, right: Right = Right.READ) -> tuple[str, ...]:
        """Return the areas in which `right` is held over a layer's records.

        A record outside all of them does not exist for this person. Areas are in order, and
        none lies in another, so callers with the same reach share what is kept for it.
        """
        if self.grants is None:
            return (self.town,)
        roles = layer.roles(right)
        held = self._outermost(grant.area for grant in self.grants if grant.role in roles)
        if held and right is not Right.WRITE and layer.access.everywhere:
            return (self.town,)
        return held

    def holds(self, right: Right, layer: Layer, village: str | None, grid: str | None) -> bool:
        """Whether `right` is held over a record of a layer in that village and grid."""
        reach = self.reach(layer, right)
        return self.town in reach or any(
            ((grid if len(area) > VILLAGE else village) or "").startswith(area) for area in reach
        )

    def areas_of(self, duty: Duty) -> tuple[str, ...]:
        """Return the areas in which this person has a duty; empty where it is not theirs."""
        if self.grants is None:
            return (self.town,)
        return self._outermost(
            grant.area for grant in self.grants if duty in DUTIES.get(grant.role, frozenset())
        )

    @property
    def mark(self) -> tuple[str, ...]:
        """What tells callers apart who are answered differently; equal marks, equal answers."""
        if self.grants is None:
            return (self.town,)
        return (self.town, *(f"{grant.role}@{grant.area}" for grant in sorted(self.grants)))

    @property
    def is_program(self) -> bool:
        """Whether this is the program itself, not somebody with appointments."""
        return self.grants is None

    def unmasked(self) -> "Scope":
        """Return the same reach with values as they are kept, for a use case's own work."""
        return replace(self, sees_secrets=True)

    def _outermost(self, areas: Iterable[str]) -> tuple[str, ...]:
        """Return the areas of this town that lie in no other, in order."""
        kept: list[str] = []
        for area in sorted(areas):
            if area.startswith(self.town) and not (kept and area.startswith(kept[-1])):
                kept.append(area)
        return tuple(kept)
