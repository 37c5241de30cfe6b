"""What every workspace does, whatever it is kept in."""

from __future__ import annotations

import datetime as dt
import hashlib
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import shapely

from planner.layers.schema import Role
from planner.standards.model import Text
from planner.workspace.members import Member
from planner.workspace.scenario_shelf import ScenarioShelf

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, slots=True)
class District:
    """What a workspace is about.

    Attributes
    ----------
    name : mapping of str to str
        By language; ``en`` is always present.
    jurisdiction : str
        Whose standards apply without a choice of the planner, for example ``BY``.
    centre : str
        Identifier of the place that is the district's centre; empty where none was named.
    """

    name: Text
    jurisdiction: str = "BY"
    centre: str = ""


@dataclass(frozen=True, slots=True)
class LayerOrigin:
    """Where a layer comes from and what was done to it on the way in.

    Attributes
    ----------
    file_name : str
    file_digest : str
        SHA-256 of the file's bytes, hexadecimal.
    source, licence : str
        As they have to be cited.
    modelled : bool
        Whether the layer is modelled, not real data.
    encoding : str
        Of the text in the file; empty where the format has its own.
    findings, repairs : tuple of mapping
        As plain values.
    """

    file_name: str = ""
    file_digest: str = ""
    source: str = ""
    licence: str = ""
    modelled: bool = False
    encoding: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()
    repairs: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """One version of a layer in a workspace.

    Attributes
    ----------
    name : str
        What the versions of a layer have in common, for example ``roads`` or ``post_office``.
    version : int
        From 1.
    table : str
        Where its features are.
    role : Role
    service : str
        Empty for roles that belong to no service.
    title : mapping of str to str
        By language.
    features : int
    digest : str
        SHA-256 of the features as they are kept, hexadecimal: what the manifest of a result names.
    added_at : datetime
        UTC.
    current : bool
        Whether this version is the one in use.
    origin : LayerOrigin
    """

    name: str
    version: int
    table: str
    role: Role
    service: str
    title: Text
    features: int
    digest: str
    added_at: dt.datetime
    current: bool
    origin: LayerOrigin = field(default_factory=LayerOrigin)


@dataclass(frozen=True)
class Addition:
    """Features that are to become the newest version of a layer.

    Attributes
    ----------
    frame : GeoDataFrame
        As :func:`planner.layers.prepare.prepare` returns it.
    role : Role
    service : str
        Empty for roles without one.
    title : mapping of str to str
        By language.
    origin : LayerOrigin
    """

    frame: GeoDataFrame
    role: Role
    service: str
    title: Text
    origin: LayerOrigin = field(default_factory=LayerOrigin)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a workspace's log.

    Attributes
    ----------
    at : datetime
        UTC.
    action : str
        ``new``, ``add``, ``import``, ``undo``, ``restore``, ``remove``, ``standards``, ``scenario`` (saved) or
        ``scenario removed``.
    detail : mapping of str to plain values
        Of an ``import`` and of an ``undo``, under ``layers``: each layer with the version in use after the step and
        ``before`` it, 0 for none.
    actor : str
        Who did it, as the machine knows them; empty where it does not.
    step : int
        Its number in the log, from 1; what :meth:`Workspace.undo` takes.
    """

    at: dt.datetime
    action: str
    detail: Mapping[str, Any]
    actor: str = ""
    step: int = 0


def layer_name(role: Role, service: str) -> str:
    """Return the name that layers of a role and a service go by: an upload of the same is a new version."""
    if role is Role.FACILITIES:
        # A service may be called as another layer is: its facilities must not become a version of the roads.
        taken = service in set(Role) or service.endswith(("_area", "_demand", "_lines", "_points"))
        return f"{service}_points" if taken else service
    if role is Role.SERVICE_AREA:
        return f"{service}_area"
    if role is Role.DEMAND and service:
        # People counted otherwise than by settlement, for example by building: a layer beside that of settlements.
        return f"{service}_demand"
    return f"{service}_lines" if role is Role.LINES else str(role)


def content_digest(frame: GeoDataFrame) -> str:
    """Return the SHA-256 of a layer's features: geometries, columns and their order."""
    digest = hashlib.sha256()
    blobs = shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=3, byte_order=1)
    for blob in blobs:
        digest.update(blob if blob is not None else b"\0")
    for column in frame.columns.drop(frame.geometry.name):
        values = frame[column]
        plain = values.astype(object).where(values.notna(), None).tolist()
        digest.update(orjson.dumps([str(column), plain], default=_plain, option=orjson.OPT_SERIALIZE_NUMPY))
    return digest.hexdigest()


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else str(value)


class Workspace(ScenarioShelf):
    """Where a district lives: its layers with their versions, its standards and its log.

    Every change is one transaction: it is there as a whole, or not at all. A version of a layer is never changed.

    Whoever changes something may say which state of the workspace they had looked at (``expected``, as
    :meth:`version` gave it). Where somebody else has changed the same layer since, the change is refused with
    :class:`planner.errors.ConflictError`; changes of other layers do not stand in each other's way.

    Attributes
    ----------
    location : str
        What :func:`planner.workspace.open_workspace` takes; it may hold a password.
    shown_as : str
        The same for people's eyes: in messages, on pages.
    member : Member or None
        Who is at work, where a team signs in; changes are made in their name, and only those that their role allows.
    """

    location: str
    shown_as: str
    member: Member | None = None

    @property
    @abstractmethod
    def district(self) -> District:
        """What the workspace is about."""

    @abstractmethod
    def layers(self, *, history: bool = False) -> tuple[LayerRecord, ...]:
        """Return the layers in use, or all versions of all layers; in the order they were first added."""

    @abstractmethod
    def read(self, record: LayerRecord) -> GeoDataFrame:
        """Return the features of a layer, WGS 84."""

    @abstractmethod
    def add(
        self,
        frame: GeoDataFrame,
        role: Role,
        service: str,
        *,
        title: Text,
        origin: LayerOrigin,
        expected: str | None = None,
    ) -> LayerRecord:
        """Keep features as the newest version of the layer of this role and service.

        Parameters
        ----------
        frame : GeoDataFrame
            As :func:`planner.layers.prepare.prepare` returns it.
        role : Role
        service : str
            Empty for roles without one.
        title : mapping of str to str
        origin : LayerOrigin
        expected : str, optional
            The version of the workspace that the caller had looked at.

        Raises
        ------
        ConflictError
            If somebody else has changed the layer since.
        WorkspaceError
            If it cannot be written; the workspace then is as it was.
        """

    @abstractmethod
    def add_all(
        self, additions: Sequence[Addition], *, expected: str | None = None
    ) -> tuple[LayerRecord, ...]:
        """Keep several layers in one step: all of them appear together, or none does; :meth:`undo` takes all back.

        Parameters
        ----------
        additions : sequence of Addition
            Each of another layer; at least one.
        expected : str, optional
            The version of the workspace that the caller had looked at.

        Raises
        ------
        ValueError
            If there is none, or two are of one layer.
        ConflictError
            If somebody else has changed one of the layers since.
        WorkspaceError
            If they cannot be written; the workspace then is as it was.
        """

    @abstractmethod
    def undo(self, step: int | None = None, *, expected: str | None = None) -> LogEntry:
        """Take back a step that changed several layers: each is again in the version that was in use before.

        The versions that the step brought stay in the history. An undo is such a step itself, so it can be taken
        back by its number.

        Parameters
        ----------
        step : int, optional
            Number of the step in the log; without it, the latest import that was not taken back yet.
        expected : str, optional
            The version of the workspace that the caller had looked at.

        Returns
        -------
        LogEntry
            What was done now.

        Raises
        ------
        ConflictError
            If one of the layers was changed after that step, or after the `expected` version of the workspace.
        WorkspaceError
            If there is no such step, or it cannot be written.
        """

    @abstractmethod
    def restore(self, name: str, version: int, *, expected: str | None = None) -> LayerRecord:
        """Put a version of a layer in use again: an older one, or one of a layer that was removed.

        Raises
        ------
        ConflictError
            If somebody else has changed the layer since the `expected` version of the workspace.
        WorkspaceError
            If there is no such version, or it cannot be written.
        """

    @abstractmethod
    def remove(self, name: str, *, expected: str | None = None) -> LayerRecord:
        """Take a layer out of use and return the version that was in use; :meth:`restore` brings it back.

        Raises
        ------
        ConflictError
            If somebody else has changed the layer since the `expected` version of the workspace.
        WorkspaceError
            If no such layer is in use, or it cannot be written.
        """

    @abstractmethod
    def standards(self) -> str:
        """Return the planner's own catalogue as YAML; the empty string where the built-in one is in force."""

    @abstractmethod
    def set_standards(self, catalogue: str, *, expected: str | None = None) -> None:
        """Put a catalogue in force; the empty string returns to the built-in one.

        Raises
        ------
        ConflictError
            If somebody else has changed the standards since the `expected` version of the workspace.
        WorkspaceError
            If it cannot be written.
        """

    @abstractmethod
    def log(self) -> tuple[LogEntry, ...]:
        """Return what was done to the workspace, oldest first."""

    @abstractmethod
    def version(self) -> str:
        """Return a digest that changes with every change of a layer in use, of the standards or of the district."""

    @abstractmethod
    def take_over(self, other: Workspace, progress: Callable[[float, str], None] | None = None) -> None:
        """Become a copy of another workspace: every version, the standards through time, scenarios and the log.

        Parameters
        ----------
        other : Workspace
        progress : callable, optional
            Told how much is done, from 0 to 1, and the layer in work.

        Raises
        ------
        WorkspaceError
            If something is here already, or a layer does not arrive as it was.
        """


def state_digest(records: Sequence[LayerRecord], district: District, standards: str) -> str:
    """Return the digest of what is in use: see :meth:`Workspace.version`."""
    parts = [[r.name, r.version, r.digest] for r in records]
    about = [dict(district.name), district.jurisdiction, district.centre]
    return hashlib.sha256(orjson.dumps([parts, about, standards])).hexdigest()
