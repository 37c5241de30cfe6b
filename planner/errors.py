"""What the planner raises when it cannot go on.

Every error says what is wrong, where, and what to do next. A fault in the data is not an error but a
value: see :class:`planner.layers.findings.Finding`.
"""

from __future__ import annotations

from collections.abc import Sequence


class PlannerError(Exception):
    """An error that a planner can act on.

    Parameters
    ----------
    message : str
        What is wrong and where, with ``{placeholders}`` for the values below. The template is kept, so that
        an interface can translate it before filling it in.
    fix : str
        What to do next, a template likewise.
    **values
        What the placeholders stand for.
    """

    def __init__(self, message: str, fix: str = "", **values: object) -> None:
        self.template = message
        self.fix_template = fix
        self.values = values
        super().__init__(self.text())

    def text(self) -> str:
        """Return the whole message in English: what is wrong, then what to do next."""
        said = f"{self.template} {self.fix_template}".strip()
        return said.format(**self.values) if self.values else said


class InputError(PlannerError, ValueError):
    """A file or an argument that cannot be used."""


class NoHomesError(InputError):
    """A workspace in which no building has people, asked for an analysis by building."""


class NotAcceptableError(InputError):
    """A file that was read, but holds errors that forbid its use."""


class WorkspaceError(PlannerError, OSError):
    """A workspace that cannot be opened, read or written."""


class NotAWorkspaceError(WorkspaceError):
    """A file that is something else than a workspace."""


class ConflictError(WorkspaceError):
    """A change that was not made because somebody else had changed the same thing in the meantime."""


class ForbiddenError(PlannerError, PermissionError):
    """A change that whoever has signed in may not make."""


class StandardsError(PlannerError, ValueError):
    """A catalogue of standards that cannot be accepted."""


class InfeasibleError(NotAcceptableError):
    """A problem without a solution, and what would give it one.

    Parameters
    ----------
    message, fix, **values
        As for :class:`PlannerError`.
    demand : sequence of int
        Numbers of the demands that no candidate reaches.
    smallest_cutoff : float, optional
        The least cutoff with which there is a solution; inf where some demand has no way to any candidate.
    fewest_sites : int, optional
        The least number of sites with which there is a solution.
    """

    def __init__(
        self,
        message: str,
        fix: str = "",
        *,
        demand: Sequence[int] = (),
        smallest_cutoff: float | None = None,
        fewest_sites: int | None = None,
        **values: object,
    ) -> None:
        super().__init__(message, fix, **values)
        self.demand = tuple(demand)
        self.smallest_cutoff = smallest_cutoff
        self.fewest_sites = fewest_sites


class StoppedError(PlannerError, TimeoutError):
    """A search that was stopped before it had anything to show."""


class Stopped(BaseException):
    """Work that somebody asked to end: no error, so that nothing which deals with errors takes it for one."""


class CheckError(PlannerError, ArithmeticError):
    """A result that contradicts the data it was made from."""
