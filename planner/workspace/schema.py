"""Tables of a workspace: those that the GeoPackage standard asks for, and the planner's own."""

from __future__ import annotations

from pyproj import CRS

_WGS84_WKT = CRS.from_epsg(4326).to_wkt("WKT1_GDAL").replace("'", "''")

LOG_ADDITIONS = {"actor": "actor TEXT NOT NULL DEFAULT ''", "state": "state TEXT NOT NULL DEFAULT ''"}
"""Columns of ``planner_log`` that workspaces made by the first versions lack."""

SCHEMA = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    # The definition is the projection library's own text, not anybody's input.
    f"""INSERT INTO gpkg_spatial_ref_sys VALUES
        ('WGS 84', 4326, 'EPSG', 4326, '{_WGS84_WKT}', 'longitude and latitude in degrees'),
        ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
        ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL)""",  # noqa: S608
    """CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
        srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id),
        z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name))""",
    """CREATE TABLE planner_district (key TEXT PRIMARY KEY, value TEXT NOT NULL)""",
    """CREATE TABLE planner_layers (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
        table_name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, service TEXT NOT NULL, title TEXT NOT NULL,
        features INTEGER NOT NULL, digest TEXT NOT NULL, added_at TEXT NOT NULL, current INTEGER NOT NULL,
        origin TEXT NOT NULL, UNIQUE (name, version))""",
    """CREATE TABLE planner_scenarios (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, saved_at TEXT NOT NULL,
        document TEXT NOT NULL)""",
    """CREATE TABLE planner_standards (
        id INTEGER PRIMARY KEY AUTOINCREMENT, set_at TEXT NOT NULL, catalogue TEXT NOT NULL)""",
    """CREATE TABLE planner_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL,
        actor TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '')""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES
        ('planner_district', 'attributes', 'planner_district'),
        ('planner_layers', 'attributes', 'planner_layers'),
        ('planner_scenarios', 'attributes', 'planner_scenarios'),
        ('planner_standards', 'attributes', 'planner_standards'),
        ('planner_log', 'attributes', 'planner_log')""",
)

POSTGIS_SCHEMA = (
    "CREATE TABLE planner_district (key text PRIMARY KEY, value text NOT NULL)",
    """CREATE TABLE planner_layers (
        id int8 PRIMARY KEY, name text NOT NULL, version int8 NOT NULL, table_name text NOT NULL UNIQUE,
        role text NOT NULL, service text NOT NULL, title text NOT NULL, features int8 NOT NULL, digest text NOT NULL,
        added_at text NOT NULL, current int8 NOT NULL, origin text NOT NULL, UNIQUE (name, version))""",
    """CREATE TABLE planner_scenarios (
        id int8 PRIMARY KEY, name text NOT NULL UNIQUE, saved_at text NOT NULL, document text NOT NULL)""",
    "CREATE TABLE planner_standards (id int8 PRIMARY KEY, set_at text NOT NULL, catalogue text NOT NULL)",
    """CREATE TABLE planner_log (
        id int8 PRIMARY KEY, at text NOT NULL, action text NOT NULL, detail text NOT NULL,
        actor text NOT NULL DEFAULT '', state text NOT NULL DEFAULT '')""",
    """CREATE TABLE planner_columns (
        table_name text NOT NULL, position int8 NOT NULL, name text NOT NULL, stored_as text NOT NULL,
        dtype text NOT NULL, kind text NOT NULL, PRIMARY KEY (table_name, position))""",
)
"""The planner's tables in a schema of a PostGIS database; ``planner_columns`` holds what names and types cannot."""
