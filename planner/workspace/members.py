"""Who works on a workspace: members of a team, what each may do, and how a sign-in tells it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

from planner.errors import ForbiddenError, InputError


class Rank(IntEnum):
    """What a member may do; each rank may do all that those below it may."""

    VIEWER = 1
    PLANNER = 2
    ADMINISTRATOR = 3

    @property
    def label(self) -> str:
        """The rank's name in settings."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who has signed in.

    Attributes
    ----------
    name : str
        Stands in the log beside each change.
    rank : Rank
    """

    name: str
    rank: Rank


def allow(member: Member | None, action: str, needed: Mapping[str, Rank]) -> None:
    """Refuse a change that a member may not make.

    Parameters
    ----------
    member : Member or None
        None where nobody signs in: whoever may use the machine may do everything.
    action : str
        As the log calls it.
    needed : mapping of str to Rank
        The least rank for an action; PLANNER for what it does not name.

    Raises
    ------
    ForbiddenError
    """
    least = needed.get(action, Rank.PLANNER)
    if member is None or member.rank >= least:
        return
    raise ForbiddenError(
        "{name} may not change this: it takes the role {least}, and yours is {role}. Nothing was written.",
        "Ask an administrator of your team for the role.",
        name=member.name, least=least.label, role=member.rank.label,
    )  # fmt: skip


EVERYBODY = "*"
"""In the settings of a role: whoever has signed in."""

_LONGEST_NAME = 120
_HOURS = 12.0
_LONGEST_HOURS = 24.0 * 30
_SHORTEST_SECRET = 32
_AHEAD_S = 300.0
"""So far may the provider's clock be ahead of this machine's."""
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")


@dataclass(frozen=True)
class SignIn:
    """How a team signs in: which claim of the provider names a person, and which gives the role.

    Attributes
    ----------
    name_claim, role_claim : str
        A dot leads into an object: ``realm_access.roles``.
    holders : mapping of Rank to tuple of str
        Values of the role claim that give each rank; :data:`EVERYBODY` gives it to whoever has signed in.
    hours : float
        So long the provider's word holds; then it is asked again, so that a role that it took away is gone.
    """

    name_claim: str = "name"
    role_claim: str = "roles"
    holders: Mapping[Rank, tuple[str, ...]] = field(default_factory=lambda: {Rank.VIEWER: (EVERYBODY,)})
    hours: float = _HOURS

    def is_fresh(self, claims: Mapping[str, Any], now: float) -> bool:
        """Return whether the provider gave its word within the last :attr:`hours`.

        Parameters
        ----------
        claims : mapping
            Of an identity token; ``iat`` says when it was made.
        now : float
            Seconds since 1970.
        """
        made = claims.get("iat")
        if isinstance(made, bool) or not isinstance(made, int | float):
            return False
        return -_AHEAD_S <= now - made < self.hours * 3600

    @property
    def only_viewers(self) -> bool:
        """Whether the settings let nobody do more than look."""
        return not any(values for rank, values in self.holders.items() if rank > Rank.VIEWER)

    def member(self, claims: Mapping[str, Any]) -> Member | None:
        """Return whom the claims of an identity token name; None where they give no role.

        Parameters
        ----------
        claims : mapping
            They come from the provider, whose signature has been checked.
        """
        held = {EVERYBODY, *_texts(_claim(claims, self.role_claim))}
        ranks = [rank for rank, values in self.holders.items() if held.intersection(values)]
        if not ranks:
            return None
        names = (_claim(claims, key) for key in (self.name_claim, "email", "preferred_username", "sub"))
        name = next((text for text in names if isinstance(text, str) and text.strip()), "?")
        # It stands in the log: a line of its own, or what moves a terminal's cursor, would tell what was not done.
        readable = "".join(c if c.isprintable() else " " for c in name).strip()[:_LONGEST_NAME]
        return Member(readable or "?", max(ranks))

    @classmethod
    def of(cls, settings: object) -> SignIn:
        """Return what the table ``[planner]`` of the settings says.

        Raises
        ------
        InputError
            Naming what cannot be used.
        """
        known = {"name_claim", "role_claim", "hours", *(rank.label for rank in Rank)}
        if not isinstance(settings, Mapping):
            raise _unreadable("[planner]")
        strange = sorted(set(settings) - known)
        if strange:
            raise InputError(
                "The sign-in settings have {key} under [planner], which means nothing.", "Use only: {known}.",
                key=strange[0], known=", ".join(sorted(known)),
            )  # fmt: skip
        for key in ("name_claim", "role_claim"):
            if not isinstance(settings.get(key, ""), str):
                raise _unreadable(key)
        for rank in Rank:
            if not _is_texts(settings.get(rank.label, "")):
                raise _unreadable(rank.label)
        hours = settings.get("hours", _HOURS)
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= _LONGEST_HOURS:
            raise _unreadable("hours")
        holders = {rank: _texts(settings[rank.label]) for rank in Rank if rank.label in settings}
        return cls(
            name_claim=str(settings.get("name_claim", "name")),
            role_claim=str(settings.get("role_claim", "roles")),
            holders=holders or {Rank.VIEWER: (EVERYBODY,)},
            hours=float(hours),
        )


def read_sign_in(path: Path) -> SignIn:
    """Read and check the settings of the sign-in: a TOML file with tables ``[auth]`` and ``[planner]``.

    Raises
    ------
    InputError
        If it cannot be read, or lacks what a sign-in needs.
    """
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            "The sign-in settings {file} cannot be read: {reason}.",
            "Write them as TOML, as docs/how-to/team.md shows.", file=path, reason=reason,
        ) from error  # fmt: skip
    auth = settings.get("auth")
    missing = [key for key in _NEEDED if not isinstance(auth, dict) or not str(auth.get(key, "")).strip()]
    if missing:
        raise InputError(
            "The sign-in settings {file} lack {keys} under [auth].",
            "Add them, as docs/how-to/team.md shows.", file=path, keys=", ".join(missing),
        )  # fmt: skip
    if len(str(settings["auth"]["cookie_secret"])) < _SHORTEST_SECRET:
        raise InputError(
            "The cookie_secret of {file} is too short: who guesses it signs in as anybody.",
            "Make a random one of at least {count} characters, as docs/how-to/team.md shows.",
            file=path, count=_SHORTEST_SECRET,
        )  # fmt: skip
    return SignIn.of(settings.get("planner", {}))


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim by its name, or by a way into objects; a name that holds dots itself goes first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _unreadable(key: str) -> InputError:
    return InputError(
        "In the sign-in settings, {key} cannot be read.",
        "[planner] is a table; a claim is a text, a role a text or a list of texts, hours a number from 0 to 720.",
        key=key,
    )


def _is_texts(value: object) -> bool:
    """Return whether settings name values of a claim; a number would match nobody, without a word."""
    if isinstance(value, str):
        return True
    return isinstance(value, Sequence) and all(isinstance(each, str) for each in value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Sequence):
        return tuple(str(each) for each in value)
    return ()
