"""A workspace in one GeoPackage file, which QGIS opens as it is.

A layer's version is a feature table; ``planner_layers`` says which tables are in use. Features are encoded by GDAL
into a file of their own and copied from there in the same SQLite transaction that lists them: a process that is
killed leaves the last committed state. A new workspace is built beside its place and linked into it when it is whole.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, NotAWorkspaceError, WorkspaceError
from planner.layers.deadline import check_time
from planner.layers.scratch import Scratch, scratch, sweep
from planner.workspace.contract import District, LayerRecord
from planner.workspace.ledger import Ledger
from planner.workspace.recorded import RecordedWorkspace
from planner.workspace.schema import LOG_ADDITIONS, SCHEMA

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_APPLICATION_ID = 0x47504B47
_GPKG_VERSION = 10300
_STAGED = "features_{}"
BUSY_S = 10
"""How long a writer waits for another one."""


class GeoPackageWorkspace(RecordedWorkspace):
    """A workspace in a GeoPackage.

    Open one with :meth:`open`, make one with :meth:`founding`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.location = self.shown_as = str(path)

    @classmethod
    @contextlib.contextmanager
    def founding(cls, path: Path, district: District) -> Iterator[GeoPackageWorkspace]:
        """Make a new workspace, which stands at the path when the block ends without an error, and not before.

        Raises
        ------
        WorkspaceError
            If something stands at the path already, or it cannot be written.
        """
        if path.exists() or path.is_symlink():
            raise _taken(path)
        workspace = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # On the same file system, so that it can be linked into its place.
            folder = Scratch(path.parent)
            workspace.path = beside = folder.path / path.name
            beside.touch(exist_ok=False)
        except OSError as error:
            raise _unwritable(path, error) from error
        try:
            with workspace._transaction() as db:
                # GeoPackage 1.3, requirement 2: how a reader knows the file for what it is.
                db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                db.execute(f"PRAGMA user_version = {_GPKG_VERSION}")
                for statement in SCHEMA:
                    db.execute(statement)
                workspace._ledger(db).found(district)
            yield workspace
            _put_in_place(beside, path)
        finally:
            folder.close()
            workspace.path = path

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
        sweep(path.parent)
        workspace = cls(path)
        with workspace._connected() as db:
            found = db.execute("SELECT 1 FROM sqlite_master WHERE name = 'planner_layers'").fetchone()
        if found is None:
            raise NotAWorkspaceError(
                "{path} is a GeoPackage, but not a workspace of the planner.",
                "To use its layers, add them to a workspace with: planner add WORKSPACE {path} --as ROLE",
                path=path,
            )
        return workspace

    def read(self, record: LayerRecord) -> GeoDataFrame:
        """Return the features of a layer, WGS 84."""
        from pyogrio import read_dataframe
        from pyogrio.errors import DataLayerError, DataSourceError

        with self._connected() as db:
            # What a killed writer left half done is undone by the first who may write; GDAL reads only.
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
        try:
            frame = read_dataframe(self.path, layer=record.table)
            if "geometry" not in frame:
                raise DataLayerError(f"{record.table} is not listed as a layer")
            return frame
        except (DataLayerError, DataSourceError, OSError) as error:
            if "locked" in str(error):
                raise _in_use(self.shown_as) from error
            raise WorkspaceError(
                "The layer {name} cannot be read from {path} ({reason}).",
                "Restore the file from a copy, or add the layer again.",
                name=record.name, path=self.shown_as, reason=error,
            ) from error  # fmt: skip

    def _table(self, name: str, version: int) -> str:
        return f"{name}_v{version}".replace("-", "_")

    def _ledger(self, db: sqlite3.Connection) -> Ledger:
        def run(statement: str, values: Sequence[object]) -> tuple[list[str], list[tuple[Any, ...]]]:
            done = db.execute(statement, tuple(values))
            return [column[0] for column in done.description or ()], done.fetchall()

        return Ledger(run, self.shown_as, self.member)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Ledger]:
        with self._connected() as db:
            # One transaction: what is read is the state of one moment.
            db.execute("BEGIN")
            yield self._ledger(db)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with self._transaction() as db:
            yield self._ledger(db)

    @contextlib.contextmanager
    def _adding(
        self, frames: Sequence[GeoDataFrame], names: Sequence[str]
    ) -> Iterator[tuple[Ledger, Callable[[int, LayerRecord], None]]]:
        with _staged(frames, names, self.shown_as) as staged, self._transaction(attach=staged) as db:
            # The features are encoded before the transaction begins: it stays short, and its table name is
            # chosen inside it, where no other writer can take the same.
            yield self._ledger(db), functools.partial(_copy_table, db)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(self._connect()) as db:
                yield db
        except sqlite3.DatabaseError as error:
            if _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _in_use(self.shown_as) from error
            raise WorkspaceError(
                "{path} cannot be read as a workspace ({reason}).",
                "Check that it is the right file and not in use by another program that locks it.",
                path=self.shown_as, reason=error,
            ) from error  # fmt: skip

    @contextlib.contextmanager
    def _transaction(self, attach: Path | None = None) -> Iterator[sqlite3.Connection]:
        """Run one change; nothing of it stays when it fails."""
        try:
            with contextlib.closing(self._connect()) as db:
                if attach is not None:
                    # ATTACH is not allowed inside a transaction.
                    db.execute("ATTACH DATABASE ? AS staged", (str(attach),))
                db.execute("BEGIN IMMEDIATE")
                try:
                    self._bring_up_to_date(db)
                    yield db
                    # Whoever asked for an end before now finds everything as it was.
                    check_time()
                    db.execute("COMMIT")
                except BaseException:
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                    raise
        except sqlite3.Error as error:
            raise _unwritable(self.shown_as, error) from error

    def _bring_up_to_date(self, db: sqlite3.Connection) -> None:
        """Give the log of an older workspace the columns that it lacks."""
        there = {row[1] for row in db.execute("PRAGMA table_info(planner_log)")}
        missing = [column for column in LOG_ADDITIONS if column not in there] if there else []
        for column in missing:
            db.execute(f"ALTER TABLE planner_log ADD COLUMN {LOG_ADDITIONS[column]}")
        if missing:
            state = self._ledger(db).version()
            db.execute(
                "UPDATE planner_log SET state = ? WHERE id = (SELECT max(id) FROM planner_log)", (state,)
            )

    def _connect(self) -> sqlite3.Connection:
        # Never makes a file: one that has gone in the meantime is not to come back empty. Transactions are begun and
        # ended here by hand; sqlite3 itself must not begin any.
        address = f"{self.path.absolute().as_uri()}?mode=rw"
        db = sqlite3.connect(address, uri=True, timeout=BUSY_S, isolation_level=None)
        db.execute("PRAGMA foreign_keys = ON")
        return db


def _put_in_place(built: Path, path: Path) -> None:
    """Give a finished file its name, unless something has taken that in the meantime."""
    try:
        with built.open("rb+") as file:
            os.fsync(file.fileno())
        try:
            path.hardlink_to(built)
        except FileExistsError:
            raise _taken(path) from None
        except OSError:
            # A file system without links.
            if path.exists():
                raise _taken(path) from None
            built.rename(path)
        if os.name != "nt":
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except WorkspaceError:
        raise
    except OSError as error:
        raise _unwritable(path, error) from error


@contextlib.contextmanager
def _staged(frames: Sequence[GeoDataFrame], names: Sequence[str], shown_as: str) -> Iterator[Path]:
    """Encode the features of layers into a file of their own, a table for each."""
    from pyogrio import write_dataframe

    with scratch() as folder:
        path = folder / "layer.gpkg"
        for number, (frame, name) in enumerate(zip(frames, names, strict=True)):
            mixed = frame.geometry.isna().any() or frame.geom_type.nunique() != 1
            try:
                write_dataframe(
                    frame, path, layer=_STAGED.format(number), driver="GPKG",
                    # An area of one part beside areas of several stays what it is, as its digest says.
                    geometry_type="Unknown" if mixed else None, promote_to_multi=False,
                    SPATIAL_INDEX="NO", GEOMETRY_NAME="geom",
                )  # fmt: skip
            except (RuntimeError, ValueError, OSError) as error:
                raise InputError(
                    "The layer {name} cannot be kept in a GeoPackage ({reason}); {path} is as it was before.",
                    "Check that there is room on the disk, and that the layer has fewer than 2,000 columns.",
                    name=name, reason=error, path=shown_as,
                ) from error  # fmt: skip
        yield path


def _copy_table(db: sqlite3.Connection, number: int, record: LayerRecord) -> None:
    """Copy staged features and what the GeoPackage standard wants listed of them."""
    staged, table = _STAGED.format(number), record.table
    (sql,) = db.execute(
        "SELECT sql FROM staged.sqlite_master WHERE name = ? AND type = 'table'", (staged,)
    ).fetchone()
    db.execute(sql.replace(f'"{staged}"', f'"{table}"', 1))
    db.execute(f'INSERT INTO main."{table}" SELECT * FROM staged."{staged}"')  # noqa: S608 (names made here)
    identifier = f"{record.title.get('en', record.name)} (version {record.version})"
    db.execute(
        "INSERT INTO gpkg_contents SELECT ?, data_type, ?, description, last_change, min_x, min_y, max_x, max_y, srs_id"
        " FROM staged.gpkg_contents WHERE table_name = ?",
        (table, f"{record.name}: {identifier}", staged),
    )
    db.execute(
        "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, srs_id, z, m"
        " FROM staged.gpkg_geometry_columns WHERE table_name = ?",
        (table, staged),
    )


def _code(error: sqlite3.Error) -> int:
    # The low byte is the kind of error; the rest says more of it.
    return int(getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _taken(path: Path) -> WorkspaceError:
    return WorkspaceError(
        "{path} exists already.", "Choose another name, or remove the file first.", path=path
    )


def _in_use(path: str | Path) -> WorkspaceError:
    return WorkspaceError(
        "{path} is in use: another program has held it for more than {seconds} seconds. It is as it was before.",
        "Wait until that program is done, or close it (QGIS while it edits the file, for example), then try again.",
        path=path, seconds=BUSY_S,
    )  # fmt: skip


def _unwritable(path: str | Path, error: Exception) -> WorkspaceError:
    code = _code(error) if isinstance(error, sqlite3.Error) else 0
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _in_use(path)
    if code == sqlite3.SQLITE_FULL:
        return WorkspaceError(
            "{path} cannot be written: there is no room left ({reason}). It is as it was before.",
            "Make room on the disk, then try again.",
            path=path, reason=error,
        )  # fmt: skip
    if code == sqlite3.SQLITE_READONLY:
        return WorkspaceError(
            "{path} cannot be written: it is for reading only ({reason}). It is as it was before.",
            "Allow writing to the file and to its folder, or work with a copy of it.",
            path=path, reason=error,
        )  # fmt: skip
    return WorkspaceError(
        "{path} cannot be written ({reason}); it is as it was before.",
        "Check that the folder exists, that there is room on the disk and that you may write there.",
        path=path, reason=error,
    )  # fmt: skip
