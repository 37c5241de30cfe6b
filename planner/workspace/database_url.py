"""The address of a workspace in a database: ``postgresql://user@host/database?schema=planner_hlybokaye``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from planner.errors import WorkspaceError
from planner.layers.latin import slug

SCHEMES = ("postgresql://", "postgres://")
LONGEST_NAME = 63
"""Bytes that PostgreSQL keeps of a name; it cuts the rest off without a word."""

_PREFIX = "planner_"
_EXAMPLE = "postgresql://user@host/database?schema=planner_name"
_SCHEMA = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
_SECRETS = ("password", "sslpassword", "passfile")


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where a database is, and which of its schemas holds a district.

    Attributes
    ----------
    server : str
        The address as PostgreSQL's own programs take it; it may hold a password.
    schema : str
        Empty where none was named.
    """

    server: str
    schema: str = ""

    @classmethod
    def parse(cls, location: str) -> DatabaseUrl:
        """Take an address apart.

        Raises
        ------
        WorkspaceError
            If it does not name a database, or the schema is not a plain name.
        """
        try:
            parts = urlsplit(location)
        except ValueError as error:
            raise _unreadable(error) from None
        if parts.fragment or "@" in parts.path:
            # A password with such signs ends the address too early; nothing of it may be shown.
            raise _unreadable("# / and @ in a name or password are written as %23 %2F and %40")
        asked = parse_qsl(parts.query, keep_blank_values=True)
        schema = next((value for key, value in asked if key == "schema"), "")
        if schema and not _SCHEMA.fullmatch(schema):
            raise WorkspaceError(
                "{schema} cannot be the schema of a workspace.",
                "Use small Latin letters, digits and underscores, at most 63, for example {example}.",
                example="planner_hlybokaye",
                schema=repr(schema),
            )
        rest = urlencode([(k, v) for k, v in asked if k != "schema"], quote_via=quote)
        found = cls(urlunsplit((parts.scheme, parts.netloc, parts.path, rest, "")), schema)
        if not parts.path.strip("/") and not any(key == "dbname" for key, _ in asked):
            raise WorkspaceError(
                "{path} does not name a database.",
                "Write the address as {example}.",
                example=_EXAMPLE,
                path=found.shown_as,
            )
        return found

    @property
    def location(self) -> str:
        """The whole address, to open the workspace with."""
        return _with_schema(self.server, self.schema)

    @property
    def shown_as(self) -> str:
        """The address without its secrets."""
        parts = urlsplit(self.server)
        account, at, host = parts.netloc.rpartition("@")
        asked = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in _SECRETS]
        bare = parts._replace(
            netloc=account.partition(":")[0] + at + host, query=urlencode(asked, quote_via=quote, safe="/")
        )
        return _with_schema(urlunsplit(bare), self.schema)

    def without_secrets(self, text: str) -> str:
        """Return a message of the database without the password, should it repeat one."""
        parts = urlsplit(self.server)
        password = parts.netloc.rpartition("@")[0].partition(":")[2]
        asked = [v for k, v in parse_qsl(parts.query) if k in _SECRETS]
        for secret in filter(None, (password, unquote(password), *asked)):
            text = text.replace(secret, "***")
        return " ".join(text.split())


def is_database(location: object) -> bool:
    """Return whether a location is the address of a database, not a path."""
    return isinstance(location, str) and location.startswith(SCHEMES)


def schema_name(district: str) -> str:
    """Return the schema that a district gets where none is named."""
    return (_PREFIX + (slug(district, "_") or "district"))[:LONGEST_NAME]


def _unreadable(reason: object) -> WorkspaceError:
    return WorkspaceError(
        "The address of the database cannot be read ({reason}).",
        "Write the address as {example}.",
        example=_EXAMPLE,
        reason=reason,
    )


def _with_schema(server: str, schema: str) -> str:
    if not schema:
        return server
    return f"{server}{'&' if urlsplit(server).query else '?'}schema={schema}"
