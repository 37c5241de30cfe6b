"""How large a file may be and how long reading it may take: settings with defaults for an ordinary machine."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import InputError

MIB = 1024 * 1024
_SHARE_OF_MEMORY = 0.75
_WHERE_NOT_KNOWN = 6144 * MIB
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def _machine() -> int:
    """Return how much of this machine's memory reading a file may take, bytes."""
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return _WHERE_NOT_KNOWN
    # Without a container, or in one without a limit of its own, there is no such file or no number in it.
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(_CGROUP.read_text("ascii")))
    return int(total * _SHARE_OF_MEMORY)


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; what exceeds a limit is refused before it can hurt.

    Attributes
    ----------
    max_bytes : int
        Of the file itself.
    max_upload_bytes : int
        Of a file that a browser sends; larger ones come from a folder, see ``planner app --folder``.
    max_features, max_vertices : int
        Of the layer.
    max_expanded_bytes : int
        Of all that an archive holds, unpacked.
    max_nesting : int
        How many archives may lie one in another; 1: an archive of layers.
    max_seconds : float
        Reading a file is stopped after so long.
    max_memory_bytes : int
        What reading a file may take; a file that is likely to need more is refused by its size.
    """

    max_bytes: int = 200 * MIB
    max_upload_bytes: int = 200 * MIB
    max_features: int = 2_000_000
    max_vertices: int = 50_000_000
    max_expanded_bytes: int = 1024 * MIB
    max_nesting: int = 1
    max_seconds: float = 300.0
    max_memory_bytes: int = field(default_factory=_machine)

    @property
    def largest_upload(self) -> int:
        """Size of the largest file that a browser may send, bytes."""
        return min(self.max_bytes, self.max_upload_bytes)

    @classmethod
    def in_force(cls) -> Limits:
        """Return the defaults with what the environment sets in place of them; see :data:`SETTINGS`.

        Raises
        ------
        InputError
            If a setting is not a number, or too small to be meant.
        """
        found: dict[str, float] = {}
        for name, (attribute, unit, least) in SETTINGS.items():
            text = os.environ.get(name, "").strip()
            if text:
                found[attribute] = _setting(name, text, least) * unit
        return cls(**{a: float(v) if a == "max_seconds" else int(v) for a, v in found.items()})  # type: ignore[arg-type]

    def as_settings(self) -> dict[str, int]:
        """Return each limit by the name of its setting, in the setting's unit."""
        return {
            name: round(getattr(self, attribute) / unit) for name, (attribute, unit, _) in SETTINGS.items()
        }


SETTINGS: dict[str, tuple[str, int, int]] = {
    "PLANNER_MAX_FILE_MB": ("max_bytes", MIB, 1),
    "PLANNER_MAX_UPLOAD_MB": ("max_upload_bytes", MIB, 1),
    "PLANNER_MAX_FEATURES": ("max_features", 1, 1),
    "PLANNER_MAX_VERTICES": ("max_vertices", 1, 1),
    "PLANNER_MAX_EXPANDED_MB": ("max_expanded_bytes", MIB, 1),
    "PLANNER_MAX_NESTING": ("max_nesting", 1, 1),
    "PLANNER_MAX_SECONDS": ("max_seconds", 1, 1),
    "PLANNER_MAX_MEMORY_MB": ("max_memory_bytes", MIB, 256),
}
"""Variables of the environment: the limit that each sets, its unit, and the least that is taken."""


def _setting(name: str, text: str, least: int) -> int:
    try:
        value = int(text)
    except ValueError:
        value = -1
    if not least <= value <= 10**12:
        raise InputError(
            "The setting {name} is {value}; it has to be a whole number from {least} on.",
            "Correct it in the environment, or take it away to have the default.",
            name=name,
            value=text[:40],
            least=least,
        )
    return value


def refuse_for_memory(name: str, size: int, factor: float, limits: Limits) -> None:
    """Refuse a file that is likely to need more memory than may be taken.

    Parameters
    ----------
    name : str
        Of the file.
    size : int
        Bytes.
    factor : float
        How many times its size a file of this kind takes while it is read; measured on real ones.
    limits : Limits

    Raises
    ------
    InputError
        With the file's size, what it would need, and the limit.
    """
    if size * factor <= limits.max_memory_bytes:
        return
    raise InputError(
        "{name} has {size} MiB and would need about {need} MiB of memory; at most {limit} MiB may be taken.",
        "Cut it to the district first, use a machine with more memory, or raise PLANNER_MAX_MEMORY_MB.",
        name=name,
        size=-(-size // MIB),
        need=int(size * factor) // MIB,
        limit=limits.max_memory_bytes // MIB,
    )
