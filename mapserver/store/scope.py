"""Who asks, and how far they may see.

Every way to a connection takes a Scope; there is none without.
"""

from dataclasses import dataclass, replace

from mapserver.roles import Role


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one area, as an appointment gives it."""

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
    areas : tuple of str
        Prefixes of area codes (town, village or grid); a record outside all of them
        does not exist for this person.
    sees_secrets : bool
        Whether values leave the store unmasked. Only use cases set it, never a request.
    """

    actor: str
    town: str
    areas: tuple[str, ...]
    sees_secrets: bool = False

    @classmethod
    def of_town(cls, actor: str, town: str) -> "Scope":
        """Return a scope over the whole town, secrets masked."""
        return cls(actor, town, (town,))

    @property
    def is_whole_town(self) -> bool:
        """Whether no record of the town is out of reach."""
        return self.town in self.areas

    def unmasked(self) -> "Scope":
        """Return the same reach with values as they are kept, for a use case's own work."""
        return replace(self, sees_secrets=True)
