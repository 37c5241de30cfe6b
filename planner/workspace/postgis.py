"""A workspace in a PostgreSQL database with PostGIS: a schema for a district, for a team.

A layer's version is a table; the planner's own tables are those of a GeoPackage workspace. A change is one transaction,
and one change at a time is made to a district: a writer takes a lock that readers do not mind.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from planner.errors import WorkspaceError
from planner.layers.deadline import check_time
from planner.workspace import postgis_tables
from planner.workspace.contract import District, LayerRecord
from planner.workspace.database_url import LONGEST_NAME, DatabaseUrl, schema_name
from planner.workspace.ledger import Ledger
from planner.workspace.postgis_tables import Column
from planner.workspace.recorded import RecordedWorkspace
from planner.workspace.schema import POSTGIS_SCHEMA

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from psycopg import Connection, Error

CONNECT_S = 10
LOCK_S = 10
STATEMENT_S = 300
IDLE_S = 600
"""How long to wait for the server, for another writer, for one statement, and for the planner between two of them."""


class PostgisWorkspace(RecordedWorkspace):
    """A workspace in a schema of a PostGIS database.

    Open one with :meth:`open`, make one with :meth:`founding`. It holds no connection between two calls, so it can be
    shared by threads, and a server that was away can come back.
    """

    def __init__(self, url: DatabaseUrl) -> None:
        self._url = url
        self.location = url.location
        self.shown_as = url.shown_as
        self._within: Connection[Any] | None = None

    @classmethod
    @contextlib.contextmanager
    def founding(cls, location: str, district: District) -> Iterator[PostgisWorkspace]:
        """Make a new workspace, which is there when the block ends without an error, and not before.

        Raises
        ------
        WorkspaceError
            If something is there already, the database cannot be reached, or nothing may be made in it.
        """
        asked = DatabaseUrl.parse(location)
        workspace = cls(DatabaseUrl(asked.server, asked.schema or schema_name(district.name["en"])))
        with workspace._transaction() as connection:
            workspace._make_schema(connection)
            workspace._within = connection
            try:
                workspace._ledger(connection).found(district)
                yield workspace
            finally:
                workspace._within = None

    @classmethod
    def open(cls, location: str) -> PostgisWorkspace:
        """Open a workspace; without a schema in its address, the only one of the database.

        Raises
        ------
        WorkspaceError
            If there is none, there are several and none was named, or the database cannot be reached.
        """
        asked = DatabaseUrl.parse(location)
        workspace = cls(asked)
        found = workspace._schemas()
        if asked.schema in found:
            return workspace
        if asked.schema or not found:
            raise WorkspaceError(
                "There is no workspace at {path}.", "Make one with: planner new {path} --sample",
                path=workspace.shown_as,
            )  # fmt: skip
        if len(found) > 1:
            raise WorkspaceError(
                "The database {path} holds several workspaces: {schemas}.",
                "Name one at the end of the address, for example {example}.",
                path=workspace.shown_as, example=DatabaseUrl(asked.server, found[0]).shown_as, schemas=", ".join(found),
            )  # fmt: skip
        return cls(DatabaseUrl(asked.server, found[0]))

    @classmethod
    def is_there(cls, location: str) -> bool:
        """Return whether :meth:`open` would find a workspace, or several to choose from.

        Raises
        ------
        WorkspaceError
            If the database cannot be reached.
        """
        asked = DatabaseUrl.parse(location)
        found = cls(asked)._schemas()
        return asked.schema in found if asked.schema else bool(found)

    def _schemas(self) -> list[str]:
        """Return the schemas of the database that hold workspaces."""
        query = (
            "SELECT nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace"
            " WHERE relname = 'planner_layers' AND relkind = 'r' ORDER BY nspname"
        )
        with self._transaction(read_only=True) as connection:
            return [row[0] for row in connection.execute(query)]

    def read(self, record: LayerRecord) -> GeoDataFrame:
        """Return the features of a layer, WGS 84."""
        from psycopg.errors import UndefinedTable

        query = (
            "SELECT name, stored_as, dtype, kind FROM planner_columns WHERE table_name = %s ORDER BY position"
        )
        with self._transaction(read_only=True) as connection:
            columns = [Column(*row) for row in connection.execute(query, (record.table,))]
            try:
                return postgis_tables.read(connection, record.table, columns)
            except UndefinedTable as error:
                raise WorkspaceError(
                    "The layer {name} cannot be read from {path} ({reason}).",
                    "Restore the database from a copy, or add the layer again.",
                    name=record.name, path=self.shown_as, reason=self._said(error),
                ) from error  # fmt: skip

    def _table(self, name: str, version: int) -> str:
        table = f"{name}_v{version}".replace("-", "_")
        if len(table.encode()) <= LONGEST_NAME:
            return table
        return f"layer_{hashlib.sha256(name.encode()).hexdigest()[:16]}_v{version}"

    def _ledger(self, connection: Connection[Any]) -> Ledger:
        def run(statement: str, values: Sequence[object]) -> tuple[list[str], list[tuple[Any, ...]]]:
            done = connection.execute(statement.replace("?", "%s").encode(), tuple(values))
            if done.description is None:
                return [], []
            return [column.name for column in done.description], done.fetchall()

        return Ledger(run, self.shown_as, self.member)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Ledger]:
        with self._transaction(read_only=True) as connection:
            yield self._ledger(connection)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Ledger]:
        with self._transaction() as connection:
            _alone(connection)
            yield self._ledger(connection)

    @contextlib.contextmanager
    def _adding(
        self, frames: Sequence[GeoDataFrame], names: Sequence[str]
    ) -> Iterator[tuple[Ledger, Callable[[int, LayerRecord], None]]]:
        # The features travel before the lock is taken, under names of their own: others wait for the listing only.
        staged = [(f"staged_{secrets.token_hex(8)}", postgis_tables.columns_of(frame)) for frame in frames]
        with self._transaction() as connection:
            for (table, columns), frame in zip(staged, frames, strict=True):
                postgis_tables.write(connection, table, frame, columns)
            _alone(connection)
            yield self._ledger(connection), functools.partial(_name_table, connection, staged)

    @contextlib.contextmanager
    def _transaction(self, *, read_only: bool = False) -> Iterator[Connection[Any]]:
        """Run one change, or read the state of one moment; nothing stays when it fails."""
        if self._within is not None:
            yield self._within
            return
        psycopg = _psycopg()
        try:
            with contextlib.closing(self._connect()) as connection:
                mode = "ISOLATION LEVEL REPEATABLE READ READ ONLY" if read_only else ""
                connection.execute(f"BEGIN {mode}".encode())
                # Leaving without COMMIT, by whatever error, closes the connection and so undoes everything.
                yield connection
                # Whoever asked for an end before now finds everything as it was.
                check_time()
                connection.execute("COMMIT")
        except psycopg.Error as error:
            raise self._trouble(error) from error

    def _connect(self) -> Connection[Any]:
        from psycopg import conninfo, sql

        psycopg = _psycopg()
        given = conninfo.conninfo_to_dict(self._url.server)
        defaults = {"connect_timeout": CONNECT_S, "application_name": "planner", "keepalives_idle": 30}
        connection: Connection[Any] = psycopg.connect(**{**defaults, **given}, autocommit=True)
        try:
            # Only schemas that exist matter; PostGIS itself may live in any.
            home = connection.execute(
                "SELECT nspname FROM pg_catalog.pg_extension JOIN pg_catalog.pg_namespace AS n ON n.oid = extnamespace"
                " WHERE extname = 'postgis'"
            ).fetchone()
            path = [s for s in (self._url.schema, home[0] if home else "public") if s]
            settings = {
                "statement_timeout": f"{STATEMENT_S}s", "lock_timeout": f"{LOCK_S}s", "timezone": "UTC",
                "idle_in_transaction_session_timeout": f"{IDLE_S}s", "client_encoding": "UTF8",
            }  # fmt: skip
            chosen = [
                sql.SQL("SET {} = {}").format(sql.Identifier(k), sql.Literal(v)) for k, v in settings.items()
            ]
            chosen.append(
                sql.SQL("SET search_path = {}").format(sql.SQL(", ").join(map(sql.Identifier, path)))
            )
            connection.execute(sql.SQL("; ").join(chosen))
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_schema(self, connection: Connection[Any]) -> None:
        from psycopg import errors, sql

        name = self._url.schema
        # Two who make the same district at once come here one after the other.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('planner'), hashtext(%s))", (name,))
        there = connection.execute(
            "SELECT count(c.oid) FROM pg_catalog.pg_namespace AS n LEFT JOIN pg_catalog.pg_class AS c"
            " ON c.relnamespace = n.oid WHERE nspname = %s GROUP BY n.oid",
            (name,),
        ).fetchone()
        if there is not None and there[0]:
            raise WorkspaceError(
                "{path} exists already.",
                "Choose another schema, or remove that one first.",
                path=self.shown_as,
            )
        try:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
        except (errors.InsufficientPrivilege, errors.UndefinedFile, errors.FeatureNotSupported) as error:
            raise WorkspaceError(
                "The database {path} has no PostGIS ({reason}).",
                "Ask whoever keeps the database to run there: {command}",
                command="CREATE EXTENSION postgis", path=self.shown_as, reason=self._said(error),
            ) from error  # fmt: skip
        if there is None:
            connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        for statement in POSTGIS_SCHEMA:
            connection.execute(statement.encode())

    def _said(self, error: Exception) -> str:
        return self._url.without_secrets(str(error))

    def _trouble(self, error: Error) -> WorkspaceError:
        from psycopg import errors

        said = {"path": self.shown_as, "reason": self._said(error)}
        if isinstance(error, errors.LockNotAvailable):
            return WorkspaceError(
                "{path} is in use: somebody else has been changing it for more than {seconds} seconds. Nothing was"
                " written.",
                "Try again in a while; if that does not help, ask whoever keeps the database who holds it.",
                seconds=LOCK_S, **said,
            )  # fmt: skip
        if isinstance(error, errors.QueryCanceled):
            return WorkspaceError(
                "{path} takes longer than {seconds} seconds to answer. Nothing was written.",
                "Try again when the server has less to do.",
                seconds=STATEMENT_S, **said,
            )  # fmt: skip
        if isinstance(error, errors.DiskFull | errors.InsufficientResources):
            return WorkspaceError(
                "{path} cannot be written: the server has no room left ({reason}). It is as it was before.",
                "Ask whoever keeps the database to make room, then try again.", **said,
            )  # fmt: skip
        if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
            return WorkspaceError(
                "{path} does not allow that ({reason}). It is as it was before.",
                "Ask whoever keeps the database for the right to read and write there.", **said,
            )  # fmt: skip
        if isinstance(error, _psycopg().OperationalError | errors.AdminShutdown):
            return WorkspaceError(
                "{path} cannot be reached ({reason}).",
                "Check the address, that the server runs and that the network leads there, then try again."
                " A change that was not finished has left nothing behind.", **said,
            )  # fmt: skip
        return WorkspaceError(
            "{path} cannot do that ({reason}); it is as it was before.",
            "Check that it is the right database and that the planner's tables in it are whole.", **said,
        )  # fmt: skip


def _alone(connection: Connection[Any]) -> None:
    """Wait until nobody else writes to the district, and keep others from it until the transaction ends."""
    connection.execute("LOCK TABLE planner_log IN EXCLUSIVE MODE")


def _name_table(
    connection: Connection[Any],
    staged: Sequence[tuple[str, Sequence[Column]]],
    number: int,
    record: LayerRecord,
) -> None:
    """Give features that have arrived the table of their record."""
    from psycopg import sql

    table, columns = staged[number]
    connection.execute(
        sql.SQL("ALTER TABLE {} RENAME TO {}").format(sql.Identifier(table), sql.Identifier(record.table))
    )
    connection.cursor().executemany(
        "INSERT INTO planner_columns (table_name, position, name, stored_as, dtype, kind)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [(record.table, i, c.name, c.stored_as, c.dtype, c.kind) for i, c in enumerate(columns)],
    )


def _psycopg() -> Any:
    """Return the library that speaks to PostgreSQL.

    Raises
    ------
    WorkspaceError
        If it is not installed.
    """
    try:
        import psycopg
    except ImportError as error:
        raise WorkspaceError(
            "A workspace in a database needs the package {package} ({reason}).",
            "Install it with: {command}",
            package="psycopg",
            command='pip install "smart-district-planner[postgis]"',
            reason=error,
        ) from error
    return psycopg
