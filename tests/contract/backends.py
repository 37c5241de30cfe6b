"""Where a workspace can be kept, for tests that hold for all of them."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from pathlib import Path

from planner.workspace import District, Workspace, create_workspace, open_workspace
from tests.contract.postgres import Server

DISTRICT = District(
    {"en": "Hlybokaye", "ru": "Глубокское «поселение»", "be": "Глыбоцкае; ‘паселішча’"}, "BY", "c-1"
)


class Backend(ABC):
    """A kind of workspace: how to make one, and where the next one is to be."""

    @abstractmethod
    def location(self, name: str = "district") -> str:
        """Return where a workspace can be made."""

    def create(self, name: str = "district", district: District = DISTRICT) -> Workspace:
        """Make a workspace."""
        return create_workspace(self.location(name), district)

    def reopen(self, workspace: Workspace) -> Workspace:
        """Open a workspace anew, as another process would."""
        return open_workspace(workspace.location)


class Files(Backend):
    """GeoPackages in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def location(self, name: str = "district") -> str:
        """Return the path of a file."""
        return str(self.folder / f"{name}.gpkg")


class Database(Backend):
    """Schemas of a database, each test's apart."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._test = uuid.uuid4().hex[:12]

    def location(self, name: str = "district") -> str:
        """Return the address of a schema."""
        return self.server.url(f"planner_{self._test}_{name}")
