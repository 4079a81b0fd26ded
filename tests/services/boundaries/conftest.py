"""The small town on each engine, and its grid head and supervisor."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from mapserver.roles import Role
from mapserver.services.boundaries import approval, drafts
from mapserver.services.boundaries.approval import Approved
from mapserver.services.boundaries.drawing import Drawing
from mapserver.services.boundaries.ground import Ground
from mapserver.services.context import Context
from mapserver.store.boundaries import Kept
from mapserver.store.scope import Grant, Scope
from tests.services.small_town import TOWN, VILLAGE, Town


@dataclass(frozen=True, slots=True)
class Workshop:
    """A village that is drawn in."""

    town: Town
    drawing: Drawing

    def as_(self, role: Role, area: str = VILLAGE, actor: str = "谢福明") -> Context:
        """Return the way in of somebody who is appointed."""
        return replace(self.town.context, scope=Scope(actor, TOWN, (Grant(role, area),)))

    @property
    def head(self) -> Context:
        """The village's grid head."""
        return self.as_(Role.GRID_HEAD)

    @property
    def supervisor(self) -> Context:
        """The village's supervisor."""
        return self.as_(Role.SUPERVISOR, actor="督导员")

    def ground(self, village: str = VILLAGE) -> Ground:
        """Return what the village's grid head draws on."""
        return self.drawing.ground(self.as_(Role.GRID_HEAD, village), village)

    def draft(self, *acts: dict, village: str = VILLAGE) -> Kept:
        """Keep a draft of the grid head's."""
        return drafts.begin(self.as_(Role.GRID_HEAD, village), self.ground(village), acts)

    def submit(self, one: Kept) -> Kept:
        """Hand a draft in."""
        head = self.as_(Role.GRID_HEAD, one.village)
        return drafts.submit(head, self.drawing, self.ground(one.village), one.id, one.revision)

    def approve(self, one: Kept, **more: object) -> Approved:
        """Approve what was submitted."""
        supervisor = self.as_(Role.SUPERVISOR, one.village, "督导员")
        return approval.approve(supervisor, self.drawing, one.village, one.id, one.revision, **more)

    def redraw(self, *acts: dict, village: str = VILLAGE) -> Approved:
        """Draw, hand in and approve."""
        return self.approve(self.submit(self.draft(*acts, village=village)))

    def grids(self) -> dict[str, dict]:
        """Return the live grids by code."""
        return {one["code"]: one for one in self.town.kept("grid")}


@pytest.fixture
def workshop(town: Town) -> Workshop:
    """Return the workshop on a GeoPackage."""
    return Workshop(town, Drawing())


@pytest.fixture(params=["town", "postgres_town"])
def any_workshop(request: pytest.FixtureRequest) -> Iterator[Workshop]:
    """Yield the workshop on each engine in turn."""
    yield Workshop(request.getfixturevalue(request.param), Drawing())
