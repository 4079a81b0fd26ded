"""What every use case is given: the store, who asks, and the time."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mapserver.domain.days import day_of
from mapserver.layers import Layer
from mapserver.roles import Right
from mapserver.services.policy import Policy
from mapserver.store.scope import Scope
from mapserver.store.store import Session, Store, no_layer

LOCAL_ACTOR = "local"
"""Who is named in the events while there are no accounts: whoever sits at this machine."""


@dataclass(frozen=True, slots=True)
class Context:
    """One caller's way into the town's data."""

    store: Store
    scope: Scope
    clock: Callable[[], datetime]
    policy: Policy = field(default_factory=Policy)

    def today(self) -> date:
        """Return the day where the town is."""
        return day_of(self.clock())

    def read(self) -> AbstractContextManager[Session]:
        """Open a session that sees one consistent state."""
        return self.store.read(self.scope, self.clock())

    def write(self) -> AbstractContextManager[Session]:
        """Open a session whose writes are committed together."""
        return self.store.write(self.scope, self.clock())

    def sequences(self) -> dict[str, int]:
        """Return the last sequence number that touched each layer, without a session."""
        return self.store.sequences(self.scope, self.clock())

    def last_written(self) -> int:
        """Return the number of the last event that changed a record of any layer.

        What was only read, and who signed in, changes no answer about records.
        """
        told = self.sequences()
        return max((told.get(layer, 0) for layer in self.store.layers), default=0)

    def unmasked(self) -> "Context":
        """Return the same reach with values as they are kept, for a use case's own work."""
        return replace(self, scope=self.scope.unmasked())

    def layer(self, name: str, right: Right = Right.READ) -> Layer:
        """Return a layer; NotFound where there is none of that name, or none for this caller."""
        layer = self.store.layer(name)
        if not self.scope.reach(layer, right):
            raise no_layer(name)
        return layer

    def reach(self, name: str, right: Right = Right.READ) -> tuple[str, ...]:
        """Return the areas in which the caller holds a right over a layer's records."""
        return self.scope.reach(self.store.layer(name), right)
