"""Tables of a workspace: those that the GeoPackage standard asks for, and the planner's own."""

from __future__ import annotations

from pyproj import CRS

_WGS84_WKT = CRS.from_epsg(4326).to_wkt("WKT1_GDAL").replace("'", "''")

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
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL)""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES
        ('planner_district', 'attributes', 'planner_district'),
        ('planner_layers', 'attributes', 'planner_layers'),
        ('planner_scenarios', 'attributes', 'planner_scenarios'),
        ('planner_standards', 'attributes', 'planner_standards'),
        ('planner_log', 'attributes', 'planner_log')""",
)
