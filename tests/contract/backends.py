"""Where a workspace can be kept, for tests that hold for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from planner.workspace import District, Workspace, create_workspace, open_workspace

DISTRICT = District(
    {"en": "Hlybokaye", "ru": "Глубокское «поселение»", "be": "Глыбоцкае; ‘паселішча’"}, "BY", "c-1"
)


@dataclass
class Backend:
    """A kind of workspace: how to make one, and where the next one is to be."""

    folder: Path

    def location(self, name: str = "district") -> str:
        """Return where a workspace can be made."""
        return str(self.folder / f"{name}.gpkg")

    def create(self, name: str = "district", district: District = DISTRICT) -> Workspace:
        """Make a workspace."""
        return create_workspace(self.location(name), district)

    def reopen(self, workspace: Workspace) -> Workspace:
        """Open a workspace anew, as another process would."""
        return open_workspace(workspace.location)


BACKENDS = {"geopackage": Backend}
