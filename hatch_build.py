"""Build hook: a wheel carries the map's browser files, so that the installed planner needs no network."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def _vendor(root: str) -> Any:
    """Load the module that brings the files by its path: the package's own dependencies are not here yet."""
    path = Path(root) / "planner" / "maps" / "vendor.py"
    spec = importlib.util.spec_from_file_location("planner_maps_vendor", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{path} is missing from this copy of the project.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class BrowserFilesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Brings Leaflet before a wheel is built."""

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling: a copy of Node.js where there is no npm."""
        vendor = _vendor(self.root)
        return [] if vendor.present() or shutil.which("npm") else [vendor.NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the files if they are missing; a build that cannot get them fails with one sentence."""
        if self.target_name == "wheel":
            _vendor(self.root).fetch()
