"""MCLP and p-median, exactly: good solutions, Lagrangian bounds, fixing, then branching on what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from planner.siting import interchange, lagrange
from planner.siting.branch import Choice, Climb, Tree, loss_of, polish
from planner.siting.lagrange import CLOSED, FREE, OPEN, FloatArray, IntArray, StatusArray
from planner.siting.rows import Rows
from planner.siting.watch import Watch

ROOT_STEPS, CHUNK = 1_500, 25
STALE = 6
"""Chunks without progress after which the climb is as high as it gets."""
FRESH_STARTS = 1
ROUNDINGS, LIKELY = 40, 0.01
"""Sets drawn from the linear relaxation, and the share of itself that a candidate has to have in it."""
LARGE = 1_500_000
"""Pairs of demand and candidate from which on swaps are rationed."""


@dataclass
class Search:
    """A search for the sites with the least loss.

    Attributes
    ----------
    choice : Choice
        What is still open to choice; candidates that were settled are gone from it.
    watch : Watch
    slack : callable
        From the best loss to how far below it a bound may lie and still prove it.
    say : callable
        Told the best loss and the bound.
    which : (m',) int array
        Number of each candidate of `choice` in the problem.
    chosen : (s,) int array
        Candidates of the problem that were settled as open.
    best : (s,) int array
        Sites of the best solution.
    upper, lower : float
        Its loss, and what no solution is below.
    """

    choice: Choice
    watch: Watch
    slack: Callable[[float], float]
    say: Callable[[float, float], None]
    which: IntArray
    chosen: IntArray
    best: IntArray
    upper: float = np.inf
    lower: float = -np.inf
    floor: float = np.inf
    seed: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    @classmethod
    def begin(
        cls,
        choice: Choice,
        watch: Watch,
        slack: Callable[[float], float],
        say: Callable[[float, float], None],
    ) -> Search:
        """Settle what is given, and look for a first solution."""
        none = np.zeros(0, dtype=np.int64)
        search = cls(choice, watch, slack, say, np.arange(choice.rows.m), none, none)
        search.shrink(choice)
        for by_ratio in (False, True) if np.isfinite(choice.money) else (False,):
            search.weigh(polish(search.choice, _greedy(search.choice, by_ratio)))
        return search

    @property
    def target(self) -> float:
        """The loss at which a bound closes a part of the search."""
        return self.upper - self.slack(self.upper)

    @property
    def proven(self) -> bool:
        """Whether the bound reaches the target."""
        return self.lower >= self.target

    def inside(self, loss: float) -> float:
        """Return a loss without the constant part of the rows."""
        return loss - self.choice.rows.constant

    def weigh(self, is_open: StatusArray) -> float:
        """Take a set of sites for the best, if it is; returns its loss."""
        loss = loss_of(self.choice, is_open) + self.choice.rows.constant
        if loss < self.upper:
            self.upper = loss
            own = self.which[(is_open == OPEN)]
            self.best = np.sort(np.unique(np.concatenate([self.chosen, own])))
        return loss

    def shrink(self, choice: Choice, climb: Climb | None = None) -> Climb | None:
        """Go on with a smaller choice; returns the climb over its rows."""
        opened = np.flatnonzero(choice.status == OPEN)
        self.chosen = np.union1d(self.chosen, self.which[opened])
        self.choice, which, group = choice.shrunk()
        self.which = self.which[which]
        if climb is None:
            return None
        rows = self.choice.rows
        stays = group >= 0
        size = np.bincount(group[stays], minlength=rows.n)
        lam: FloatArray = np.bincount(group[stays], climb.lam[stays], rows.n).astype(np.float64)
        follow = Climb.start(self.choice, lam, max(float(climb.state[lagrange.ALPHA]), 0.05))
        # The mean subgradient and the mean choice are worth keeping: the climb goes on where it was.
        follow.direction[:] = (
            np.bincount(group[stays], weights=climb.direction[stays], minlength=rows.n) / size
        )
        follow.mean[:] = climb.mean[which]
        follow.state[lagrange.TURN] = climb.state[lagrange.TURN]
        return follow

    def raise_bound(self) -> Climb:
        """Climb at the root, fixing candidates and improving the solution on the way."""
        climb = Climb.start(self.choice, _first_prices(self.choice, self._own_best()))
        mark, since, fresh = -np.inf, 0, FRESH_STARTS
        for step in range(ROOT_STEPS // CHUNK):
            bound = climb.go(self.choice, self.inside(self.upper), self.inside(self.target), CHUNK)
            self.lower = max(self.lower, min(bound + self.choice.rows.constant, self.floor))
            self._improve(climb, step)
            self.say(self.upper, self.lower)
            if self.proven or self.watch.over():
                break
            climb = self._fixed(climb, often=step % 4 == 3)
            if not (self.choice.status == FREE).any():
                break
            if self.lower - mark > 0.03 * (self.target - self.lower):
                mark, since = self.lower, 0
            else:
                since += 1
            if since >= STALE or climb.spent:
                before = self.upper
                self._round(climb)
                if not fresh and self.upper == before:
                    break
                climb = self._fixed(climb, often=True)
                if not (self.choice.status == FREE).any():
                    break
                # Steps may have become short too soon: once more with long ones, from the best prices.
                fresh, since = max(fresh - 1, 0), 0
                climb = Climb.start(self.choice, climb.lam)
        return climb

    def _fixed(self, climb: Climb, *, often: bool) -> Climb:
        choice, target = self.choice, self.inside(self.target)
        if not often or climb.bound == -np.inf:
            return climb
        status = choice.status.copy()
        fixed = lagrange.fix(climb.bound, target, climb.rho, status, choice.count, choice.money, choice.price)
        if fixed < max(1, 0.03 * choice.rows.m):
            return climb
        settled = choice.settled(status)
        # What is fixed leaves out only solutions that reach the target.
        self.floor = min(self.floor, self.target)
        if settled is None:
            self.lower = max(self.lower, self.floor)
            return climb
        shrunk = self.shrink(settled, climb)
        assert shrunk is not None
        return shrunk

    def _improve(self, climb: Climb, step: int) -> None:
        """Weigh the sites that the prices favour, and shake the best ones."""
        choice = self.choice
        large = choice.rows.col.size > LARGE
        # Swapping over many pairs takes as long as many steps of the climb: less often there.
        if large and step % 4 != 3:
            self.weigh(climb.selection(choice))
            return
        self.weigh(polish(choice, climb.selection(choice), 200 if choice.rows.times == 1 else 2_000))
        for _ in range(1 if large else 2):
            self.weigh(polish(choice, self._shaken(), 200 if choice.rows.times == 1 else 500))

    def _own_best(self) -> StatusArray:
        """Return the best sites within the choice that is left; some of them may be settled as closed."""
        is_open: StatusArray = (self.choice.status == OPEN).astype(np.int8)
        is_open[np.isin(self.which, self.best)] = OPEN
        return is_open

    def _round(self, climb: Climb) -> None:
        """Draw sets from the candidates that the linear relaxation opens in part, and swap among those alone.

        Where it opens many in part, the best solution is among them more often than near the best one so far.
        """
        if self.choice.rows.times > 1:
            return
        best = self._own_best()
        status = self.choice.status.copy()
        status[(climb.mean < LIKELY) & (best != OPEN)] = CLOSED
        few, which, _ = replace(self.choice, status=status).shrunk()
        share = climb.mean[which]
        for _ in range(ROUNDINGS):
            if few.rows.n == 0 or self.watch.over():
                return
            order = np.argsort(self.seed.exponential(size=which.size) / np.maximum(share, 1e-3))
            found = polish(few, _filled(few, np.zeros(which.size, np.int8), order), 200)
            is_open: StatusArray = (self.choice.status == OPEN).astype(np.int8)
            is_open[which[found == OPEN]] = OPEN
            before = self.upper
            if self.weigh(is_open) < before:
                self.weigh(polish(self.choice, is_open, 200))

    def _shaken(self) -> StatusArray:
        choice = self.choice
        is_open = self._own_best()
        removable = np.flatnonzero((is_open == OPEN) & (choice.status == FREE))
        if removable.size:
            number = int(self.seed.integers(1, max(2, min(removable.size, 5) + 1)))
            is_open[self.seed.choice(removable, min(number, removable.size), replace=False)] = 0
        return _filled(choice, is_open, self.seed.permutation(choice.rows.m))

    def branch(self, climb: Climb) -> None:
        """Search what the bounds have left."""
        tree = Tree(self.choice)
        tree.plant(self.choice, climb.lam, self.inside(self.lower))
        constant = self.choice.rows.constant
        while tree.nodes and not self.watch.over():
            is_open = tree.step(self.inside(self.upper), self.inside(self.target))
            if is_open is not None:
                before = self.upper
                self.weigh(is_open)
                if tree.processed % 8 == 1:
                    self.weigh(polish(self.choice, is_open, 50))
                if self.upper < before:
                    self.weigh(polish(self.choice, self._own_best()))
            self.lower = max(self.lower, min(tree.bound() + constant, self.floor))
            self.say(self.upper, self.lower)
        if not tree.nodes:
            self.lower = max(self.lower, min(tree.floor + constant, self.floor))

    def run(self) -> None:
        """Search until there is a proof, or the watch says stop."""
        if not (self.choice.status == FREE).any() or self.choice.rows.n == 0:
            self.weigh((self.choice.status == OPEN).astype(np.int8))
            self.lower = self.upper
            return
        climb = self.raise_bound()
        if not (self.choice.status == FREE).any():
            self.weigh((self.choice.status == OPEN).astype(np.int8))
            self.lower = max(self.lower, min(self.floor, self.upper))
        elif not self.proven and not self.watch.over():
            self.branch(climb)
        self.lower = min(self.lower, self.upper)


def _filled(choice: Choice, is_open: StatusArray, order: IntArray) -> StatusArray:
    """Open free candidates in the given order, as far as they are allowed together."""
    own = (is_open == OPEN) & (choice.status == FREE)
    count, money = choice.count - int(own.sum()), choice.money - float(choice.price[own].sum())
    for j in order:
        if count <= 0:
            break
        if is_open[j] == OPEN or choice.status[j] != FREE or choice.price[j] > money:
            continue
        if choice.apart.size and (choice.apart[j][is_open == OPEN] != 0).any():
            continue
        is_open[j] = OPEN
        count -= 1
        money -= float(choice.price[j])
    return is_open


def _greedy(choice: Choice, by_ratio: bool) -> StatusArray:
    rows = choice.rows
    if rows.times > 1:
        none: StatusArray = (choice.status == OPEN).astype(np.int8)
        return none
    return interchange.greedy(
        *rows.columns,
        rows.cap,
        choice.status,
        choice.count,
        choice.money,
        choice.price,
        by_ratio,
        choice.apart,
    )


def _first_prices(choice: Choice, is_open: StatusArray) -> FloatArray:
    """Return prices between what a row loses now and what it would lose without its nearest site."""
    rows = choice.rows
    if rows.times > 1:
        found: FloatArray = interchange.last_losses(
            rows.start, rows.col, rows.loss, rows.cap, rows.times, is_open
        )
        # Covering has no losses to go by: half of what is at stake.
        return found if rows.loss.any() else rows.cap / (2.0 * rows.times)
    return interchange.prices(rows.start, rows.col, rows.loss, rows.cap, is_open)


def started(
    rows: Rows,
    status: StatusArray,
    fixed: IntArray,
    count: int,
    money: float,
    price: FloatArray,
    apart: StatusArray,
) -> Choice | None:
    """Return the choice with its fixed candidates open; None where they leave nothing allowed."""
    opened = status.copy()
    opened[fixed] = OPEN
    return Choice(rows, status, count, money, price, apart).settled(opened)
