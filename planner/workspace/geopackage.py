"""A workspace in one GeoPackage file, which QGIS opens as it is.

A layer's version is a feature table; ``planner_layers`` says which tables are in use. Features are encoded by GDAL
into a file of their own and copied from there in the same SQLite transaction that lists them: a process that is
killed leaves the last committed state.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from planner.errors import InputError, WorkspaceError
from planner.layers.schema import WGS84, Role
from planner.standards.model import Text
from planner.workspace.contract import (
    District,
    LayerOrigin,
    LayerRecord,
    LogEntry,
    Workspace,
    content_digest,
    layer_name,
)
from planner.workspace.schema import SCHEMA

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_APPLICATION_ID = 0x47504B47
_GPKG_VERSION = 10300
_BUSY_MS = 10_000


class GeoPackageWorkspace(Workspace):
    """A workspace in a GeoPackage.

    Open one with :meth:`open`, make one with :meth:`create`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.location = str(path)

    @classmethod
    def create(cls, path: Path, district: District) -> GeoPackageWorkspace:
        """Make a new workspace.

        Raises
        ------
        WorkspaceError
            If something stands at the path already, or it cannot be written.
        """
        if path.exists():
            raise WorkspaceError(
                "{path} exists already.", "Choose another name, or remove the file first.", path=path
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(path, error) from error
        workspace = cls(path)
        try:
            with workspace._write("new", {"name": district.name["en"]}) as db:
                # GeoPackage 1.3, requirement 2: how a reader knows the file for what it is.
                db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {_GPKG_VERSION}")
                for statement in SCHEMA:
                    db.execute(statement)
                about = {
                    "name": dict(district.name),
                    "jurisdiction": district.jurisdiction,
                    "centre": district.centre,
                }
                db.executemany(
                    "INSERT INTO planner_district VALUES (?, ?)",
                    [(key, orjson.dumps(value).decode()) for key, value in about.items()],
                )
        except WorkspaceError:
            path.unlink(missing_ok=True)
            raise
        return workspace

    @classmethod
    def open(cls, path: Path) -> GeoPackageWorkspace:
        """Open a workspace.

        Raises
        ------
        WorkspaceError
            If there is none at the path.
        """
        if not path.is_file():
            raise WorkspaceError(
                "There is no workspace at {path}.", "Make one with: planner new {path} --sample", path=path
            )
        workspace = cls(path)
        with workspace._read() as db:
            found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'planner_layers'").fetchone()
        if found is None:
            raise WorkspaceError(
                "{path} is a GeoPackage, but not a workspace of the planner.",
                "To use its layers, add them to a workspace with: planner add WORKSPACE {path} --as ROLE",
                path=path,
            )
        return workspace

    @property
    def district(self) -> District:
        """What the workspace is about."""
        with self._read() as db:
            about = {k: orjson.loads(v) for k, v in db.execute("SELECT key, value FROM planner_district")}
            name = about["name"]
            if not isinstance(name, dict) or "en" not in name:
                raise ValueError("the district has no name")
            return District(name, str(about["jurisdiction"]), str(about["centre"]))

    def layers(self, *, history: bool = False) -> tuple[LayerRecord, ...]:
        """Return the layers in use, or all versions of all layers."""
        query = """
            SELECT name, version, table_name, role, service, title, features, digest, added_at, current, origin
            FROM planner_layers AS l WHERE current OR :history
            ORDER BY (SELECT min(id) FROM planner_layers AS f WHERE f.name = l.name), version
        """
        with self._read() as db:
            return tuple(_record(row) for row in db.execute(query, {"history": history}))

    def read(self, record: LayerRecord) -> GeoDataFrame:
        """Return the features of a layer, WGS 84."""
        from pyogrio import read_dataframe
        from pyogrio.errors import DataLayerError, DataSourceError

        try:
            frame = read_dataframe(self.path, layer=record.table)
            if "geometry" not in frame:
                raise DataLayerError(f"{record.table} is not listed as a layer")
            return frame
        except (DataLayerError, DataSourceError, OSError) as error:
            raise WorkspaceError(
                "The layer {name} cannot be read from {path} ({reason}).",
                "Restore the file from a copy, or add the layer again.",
                name=record.name, path=self.path, reason=error,
            ) from error  # fmt: skip

    def add(
        self, frame: GeoDataFrame, role: Role, service: str, *, title: Text, origin: LayerOrigin
    ) -> LayerRecord:
        """Keep features as the newest version of the layer of this role and service."""
        name = layer_name(role, service)
        digest = content_digest(frame)
        with tempfile.TemporaryDirectory(prefix="planner-") as folder:
            # The features are encoded before the transaction begins: it stays short, and its table name is
            # chosen inside it, where no other writer can take the same.
            staged = Path(folder) / "layer.gpkg"
            self._stage(frame, staged, name)
            with self._write("add", {"layer": name, "file": origin.file_name}, attach=staged) as db:
                version = (
                    1
                    + db.execute(
                        "SELECT coalesce(max(version), 0) FROM planner_layers WHERE name = ?", (name,)
                    ).fetchone()[0]
                )
                record = LayerRecord(
                    name, version, f"{name}_v{version}".replace("-", "_"), role, service, title, len(frame), digest,
                    dt.datetime.now(dt.UTC).replace(microsecond=0), True, origin,
                )  # fmt: skip
                _copy_table(db, record)
                db.execute("UPDATE planner_layers SET current = 0 WHERE name = ?", (name,))
                db.execute(
                    "INSERT INTO planner_layers (name, version, table_name, role, service, title, features, digest,"
                    " added_at, current, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
                    (
                        name, version, record.table, str(role), service, _json(dict(title)), record.features, digest,
                        record.added_at.isoformat(), _json(origin),
                    ),
                )  # fmt: skip
        return record

    def _stage(self, frame: GeoDataFrame, staged: Path, name: str) -> None:
        try:
            _encode(frame, staged)
        except (RuntimeError, ValueError, OSError) as error:
            raise InputError(
                "The layer {name} cannot be kept in a GeoPackage ({reason}); {path} is as it was before.",
                "Check that there is room on the disk, and that the layer has fewer than 2,000 columns.",
                name=name, reason=error, path=self.path,
            ) from error  # fmt: skip

    def restore(self, name: str, version: int) -> LayerRecord:
        """Put an older version of a layer in use again."""
        with self._write("restore", {"layer": name, "version": version}) as db:
            db.execute("UPDATE planner_layers SET current = (version = ?) WHERE name = ?", (version, name))
            if not db.execute("SELECT 1 FROM planner_layers WHERE name = ? AND current", (name,)).fetchone():
                raise WorkspaceError(
                    "The layer {name} has no version {version}.",
                    "See its versions with: planner layers {path} --history",
                    name=name, version=version, path=self.path,
                )  # fmt: skip
        return next(r for r in self.layers() if r.name == name)

    def standards(self) -> str:
        """Return the planner's own catalogue as YAML; the empty string where the built-in one is in force."""
        with self._read() as db:
            row = db.execute("SELECT catalogue FROM planner_standards ORDER BY id DESC LIMIT 1").fetchone()
        return str(row[0]) if row else ""

    def set_standards(self, catalogue: str) -> None:
        """Put a catalogue in force; the empty string returns to the built-in one."""
        with self._write("standards", {"bytes": len(catalogue.encode())}) as db:
            db.execute("INSERT INTO planner_standards (set_at, catalogue) VALUES (?, ?)", (_now(), catalogue))

    def log(self) -> tuple[LogEntry, ...]:
        """Return what was done to the workspace, oldest first."""
        with self._read() as db:
            rows = db.execute("SELECT at, action, detail FROM planner_log ORDER BY id").fetchall()
            return tuple(
                LogEntry(dt.datetime.fromisoformat(at), action, orjson.loads(d)) for at, action, d in rows
            )

    @contextlib.contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(self._connect()) as db:
                yield db
        except (sqlite3.DatabaseError, KeyError, TypeError, ValueError) as error:
            # The planner's own tables may have been changed by another program: what they say may make no sense.
            raise WorkspaceError(
                "{path} cannot be read as a workspace ({reason}).",
                "Check that it is the right file and not in use by another program that locks it.",
                path=self.path, reason=error,
            ) from error  # fmt: skip

    @contextlib.contextmanager
    def _write(
        self, action: str, detail: dict[str, Any], attach: Path | None = None
    ) -> Iterator[sqlite3.Connection]:
        """Run one change as a transaction and log it; nothing of it stays when it fails."""
        try:
            with contextlib.closing(self._connect()) as db:
                if attach is not None:
                    # ATTACH is not allowed inside a transaction.
                    db.execute("ATTACH DATABASE ? AS staged", (str(attach),))
                db.execute("BEGIN IMMEDIATE")
                try:
                    yield db
                    db.execute(
                        "INSERT INTO planner_log (at, action, detail) VALUES (?, ?, ?)",
                        (_now(), action, _json(detail)),
                    )
                    db.execute("COMMIT")
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise _unwritable(self.path, error) from error

    def _connect(self) -> sqlite3.Connection:
        # Transactions are begun and ended here by hand; sqlite3 itself must not begin any.
        db = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000, isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        return db


def _encode(frame: GeoDataFrame, path: Path) -> None:
    from pyogrio import write_dataframe

    # GDAL names a column of feature numbers "fid"; the layer's own columns must not collide with it.
    renamed = frame.rename(columns={c: f"{c}_" for c in frame.columns if c.lower() in ("fid", "geom")})
    geometry_type = "Unknown" if frame.geometry.isna().any() or frame.geom_type.nunique() != 1 else None
    write_dataframe(
        renamed.set_crs(WGS84, allow_override=True), path, layer="features", driver="GPKG",
        geometry_type=geometry_type, SPATIAL_INDEX="NO", GEOMETRY_NAME="geom",
    )  # fmt: skip


def _copy_table(db: sqlite3.Connection, record: LayerRecord) -> None:
    """Copy the staged features and what the GeoPackage standard wants listed of them."""
    (sql,) = db.execute(
        "SELECT sql FROM staged.sqlite_master WHERE name = 'features' AND type = 'table'"
    ).fetchone()
    table = record.table
    db.execute(sql.replace('"features"', f'"{table}"', 1))
    db.execute(f'INSERT INTO main."{table}" SELECT * FROM staged.features')  # noqa: S608 (a name made here)
    identifier = f"{record.title.get('en', record.name)} (version {record.version})"
    db.execute(
        "INSERT INTO gpkg_contents SELECT ?, data_type, ?, description, last_change, min_x, min_y, max_x, max_y, srs_id"
        " FROM staged.gpkg_contents WHERE table_name = 'features'",
        (table, f"{record.name}: {identifier}"),
    )
    db.execute(
        "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, srs_id, z, m"
        " FROM staged.gpkg_geometry_columns WHERE table_name = 'features'",
        (table,),
    )


def _record(row: tuple[Any, ...]) -> LayerRecord:
    name, version, table, role, service, title, features, digest, added_at, current, origin = row
    kept = orjson.loads(origin)
    kept["findings"], kept["repairs"] = tuple(kept["findings"]), tuple(kept["repairs"])
    return LayerRecord(
        name, version, table, Role(role), service, orjson.loads(title), features, digest,
        dt.datetime.fromisoformat(added_at), bool(current), LayerOrigin(**kept),
    )  # fmt: skip


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode()


def _now() -> str:
    return dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat()


def _unwritable(path: Path, error: Exception) -> WorkspaceError:
    return WorkspaceError(
        "{path} cannot be written ({reason}); it is as it was before.",
        "Check that the folder exists, that there is room on the disk and that you may write there.",
        path=path, reason=error,
    )  # fmt: skip
