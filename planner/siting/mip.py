"""Mixed-integer programs as arrays, solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt

from planner.siting.problem import FloatArray, IntArray
from planner.siting.watch import Watch

INF = float(highspy.kHighsInf)
_INTERRUPTS = (
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
)


@dataclass
class Program:
    """Minimise ``cost @ x`` over 0 ≤ x ≤ `upper`, under lines ``lower ≤ a @ x ≤ upper``.

    Attributes
    ----------
    cost : (v,) float array
    whole : (v,) bool array
        Which variables take whole numbers only.
    upper : (v,) float array
    """

    cost: FloatArray
    whole: npt.NDArray[np.bool_]
    upper: FloatArray
    sizes: list[IntArray] = field(default_factory=list)
    index: list[IntArray] = field(default_factory=list)
    value: list[FloatArray] = field(default_factory=list)
    low: list[FloatArray] = field(default_factory=list)
    high: list[FloatArray] = field(default_factory=list)

    def lines(
        self,
        sizes: npt.ArrayLike,
        index: npt.ArrayLike,
        value: npt.ArrayLike,
        low: float | FloatArray,
        high: float | FloatArray,
    ) -> None:
        """Add lines: how many entries each has, their variables and coefficients, and the limits of the lines."""
        entries = np.asarray(index, dtype=np.int64)
        size = np.atleast_1d(np.asarray(sizes, dtype=np.int64))
        self.sizes.append(size)
        self.index.append(entries)
        self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), entries.shape))
        self.low.append(np.broadcast_to(np.asarray(low, dtype=np.float64), size.shape))
        self.high.append(np.broadcast_to(np.asarray(high, dtype=np.float64), size.shape))

    def passed(self) -> highspy.HighsLp:
        """Return the program in the form that HiGHS takes."""
        lp = highspy.HighsLp()
        lp.num_col_ = self.cost.size
        lp.col_cost_ = self.cost
        lp.col_lower_ = np.zeros(self.cost.size)
        lp.col_upper_ = self.upper
        size = np.concatenate(self.sizes) if self.sizes else np.zeros(0, dtype=np.int64)
        lp.num_row_ = size.size
        lp.row_lower_ = np.concatenate(self.low) if self.low else np.zeros(0)
        lp.row_upper_ = np.concatenate(self.high) if self.high else np.zeros(0)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
        lp.a_matrix_.index_ = (np.concatenate(self.index) if self.index else np.zeros(0)).astype(np.int32)
        lp.a_matrix_.value_ = np.concatenate(self.value) if self.value else np.zeros(0)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(whole)] for whole in self.whole]
        return lp


@dataclass(frozen=True)
class Answer:
    """What HiGHS found.

    Attributes
    ----------
    x : (v,) float array or None
        The best solution; None where none was found.
    objective, bound : float
        inf without a solution; the bound is inf where there is proof that no solution exists.
    """

    x: FloatArray | None
    objective: float
    bound: float

    @property
    def impossible(self) -> bool:
        """Whether there is proof that no solution exists."""
        return self.x is None and self.bound == np.inf


def minimise(
    program: Program,
    watch: Watch,
    *,
    start: FloatArray | None = None,
    unit: float = 0.0,
    gap: float = 0.0,
    enough: float | None = None,
) -> Answer:
    """Solve a program.

    Parameters
    ----------
    program : Program
    watch : Watch
        Says when to stop.
    start : (v,) float array, optional
        A solution to begin with.
    unit : float
        Objectives of solutions differ by multiples of it; 0 where nothing is known.
    gap : float
        Relative gap at which to stop.
    enough : float, optional
        Any solution of this objective or less will do.
    """
    options: dict[str, bool | int | float | str] = {
        "mip_rel_gap": gap, "mip_abs_gap": 0.999 * unit if unit else 1e-9,
        "mip_feasibility_tolerance": 1e-7, "primal_feasibility_tolerance": 1e-8,
    }  # fmt: skip
    if enough is not None:
        options["objective_target"] = enough + 1e-6
    solver = _solver(watch, options)
    solver.passModel(program.passed())
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    _listen(solver, watch)
    solver.run()
    return _answer(solver, unit)


def prices_of_lines(program: Program, watch: Watch) -> FloatArray:
    """Return the prices (dual values) of the lines of a linear program, all ``lower ≤ a @ x``, at least 0.

    They are 0 where the watch ends the search; whoever uses them makes sure that they are feasible.
    """
    solver = _solver(watch, {})
    solver.passModel(program.passed())
    _listen(solver, watch)
    solver.run()
    found = np.array(solver.getSolution().row_dual, dtype=np.float64)
    size = sum(part.size for part in program.sizes)
    return np.maximum(found, 0.0) if found.size == size else np.zeros(size)


def _solver(watch: Watch, options: dict[str, bool | int | float | str]) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    given = {"output_flag": False, "threads": 1, **options}
    if watch.limit_s is not None:
        given["time_limit"] = max(watch.left_s, 0.01)
    for name, value in given.items():
        solver.setOptionValue(name, value)
    return solver


def _listen(solver: highspy.Highs, watch: Watch) -> None:
    def asked(
        kind: highspy.cb.HighsCallbackType,
        message: str,
        out: highspy.cb.HighsCallbackOutput,
        wish: highspy.cb.HighsCallbackInput | None,
        user: object,
    ) -> None:
        if kind == _INTERRUPTS[0] and np.isfinite(out.mip_primal_bound):
            watch.news(out.mip_primal_bound, out.mip_dual_bound)
        if wish is not None and watch.cancelled():
            wish.user_interrupt = True

    solver.setCallback(asked, None)
    for kind in _INTERRUPTS:
        solver.startCallback(kind)


def _answer(solver: highspy.Highs, unit: float) -> Answer:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Answer(None, np.inf, np.inf)
    integral = any(kind == highspy.HighsVarType.kInteger for kind in solver.getLp().integrality_)
    found = info.primal_solution_status == 2
    objective = float(info.objective_function_value) if found else np.inf
    if integral:
        bound = float(info.mip_dual_bound)
    else:
        bound = objective if status == highspy.HighsModelStatus.kOptimal else -np.inf
    if unit and np.isfinite(bound):
        bound = unit * np.ceil(bound / unit - 1e-6)
    if status == highspy.HighsModelStatus.kOptimal and not found:
        raise ArithmeticError("HiGHS called a program optimal without giving its solution")
    x = np.array(solver.getSolution().col_value) if found else None
    return Answer(x, objective, min(bound, objective))
