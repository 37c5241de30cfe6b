"""Branch and bound on Lagrangian bounds, for the problems that :class:`planner.siting.rows.Rows` states."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.siting import interchange, lagrange
from planner.siting.lagrange import CLOSED, FREE, OPEN, FloatArray, IntArray, StatusArray
from planner.siting.rows import Rows
from planner.siting.shrink import keep

Prices = npt.NDArray[np.floating[Any]]

NODE_STEPS, CHUNK = 240, 20
AT_NODES = (0.3, 0.1)
"""Step length and weight of a new subgradient with which the climb begins at a node."""
WEIGHED = 200_000_000
"""Pairs looked at, at most, in swaps between rows that take several sites: each swap is weighed over all rows."""
KEPT_PRICES = 4_000
"""Most nodes that wait with prices of their own; beyond that the search goes deep first."""


@dataclass(frozen=True)
class Choice:
    """Rows, and what may be chosen.

    Attributes
    ----------
    rows : Rows
    status : (m,) int8 array
        FREE, OPEN or CLOSED.
    count : int
        Sites that the free candidates may still use.
    money : float
        Money for them.
    price : (m,) float array
    apart : (m, m) int8 array
        Not 0 where two candidates exclude each other; (0, 0) where none do.
    """

    rows: Rows
    status: StatusArray
    count: int
    money: float
    price: FloatArray
    apart: StatusArray

    def settled(self, status: StatusArray) -> Choice | None:
        """Return the same with more candidates open or closed, and what follows; None where that cannot be."""
        status = status.copy()
        opened = np.flatnonzero((status == OPEN) & (self.status != OPEN))
        count, money = self.count - opened.size, self.money - float(self.price[opened].sum())
        if count < 0 or money < -1e-9 * max(1.0, self.money if np.isfinite(self.money) else 1.0):
            return None
        if self.apart.size and opened.size:
            excluded = (self.apart[opened] != 0).any(axis=0)
            if (status[excluded] == OPEN).any():
                return None
            status[excluded] = CLOSED
        money = max(money, 0.0)
        status[(status == FREE) & (self.price > money)] = CLOSED
        if count == 0:
            status[status == FREE] = CLOSED
        return Choice(self.rows, status, count, money, self.price, self.apart)

    def shrunk(self) -> tuple[Choice, IntArray, IntArray]:
        """Return the same without the candidates that are settled, the numbers of the rest, and where rows went."""
        rows, which, group = keep(self.rows, self.status)
        apart = self.apart[np.ix_(which, which)] if self.apart.size else self.apart
        choice = Choice(rows, self.status[which], self.count, self.money, self.price[which], apart)
        return choice, which, group


@dataclass
class Climb:
    """Prices of a choice and the bound that they give."""

    lam: FloatArray
    top: FloatArray
    rho: FloatArray
    mean: FloatArray
    direction: FloatArray
    state: FloatArray
    bound: float = -np.inf

    @classmethod
    def start(cls, choice: Choice, lam: Prices, alpha: float = 0.5, mix: float = 0.05) -> Climb:
        """Begin at given prices."""
        rows = choice.rows
        top = lagrange.tops(rows.start, rows.col, rows.loss, rows.cap, rows.times, choice.status)
        zero = np.zeros(rows.m)
        state = np.array([alpha, mix, 0.0, 0.0])
        return cls(np.minimum(lam.astype(np.float64), top), top, zero, zero.copy(), np.zeros(rows.n), state)

    def go(self, choice: Choice, upper: float, target: float, steps: int) -> float:
        """Take so many steps, or fewer where the target is reached; returns the bound."""
        rows = choice.rows
        self.bound = lagrange.climb(
            rows.start, rows.col, rows.loss, self.top, rows.weight, rows.times, choice.status, choice.count,
            choice.money, choice.price, self.lam, self.direction, self.rho, self.mean, self.state, self.bound,
            upper, target, steps,
        )  # fmt: skip
        return self.bound

    @property
    def spent(self) -> bool:
        """Whether more steps are of no use."""
        return bool(self.state[lagrange.ALPHA] < 1e-4)

    def selection(self, choice: Choice) -> StatusArray:
        """Return the sites that save most at these prices, as far as they are allowed together."""
        is_open: StatusArray = (choice.status == OPEN).astype(np.int8)
        count, money = choice.count, choice.money
        for j in np.argsort(self.rho, kind="stable"):
            if count == 0 or self.rho[j] >= 0.0:
                break
            if choice.status[j] != FREE or choice.price[j] > money:
                continue
            if choice.apart.size and (choice.apart[j][is_open == OPEN] != 0).any():
                continue
            is_open[j] = OPEN
            count -= 1
            money -= float(choice.price[j])
        return is_open


def loss_of(choice: Choice, is_open: StatusArray) -> float:
    """Return what the rows lose with these sites, without the constant."""
    rows = choice.rows
    return float(interchange.total_loss(rows.start, rows.col, rows.loss, rows.cap, rows.times, is_open))


def polish(choice: Choice, is_open: StatusArray, turns: int = 100_000) -> StatusArray:
    """Improve a set of sites by opening and swapping."""
    rows = choice.rows
    found = is_open.copy()
    if rows.times == 1:
        interchange.interchange(
            rows.start, rows.col, rows.loss, *rows.columns, rows.cap, choice.status, found,
            count=choice.count, money=choice.money, price=choice.price, apart=choice.apart, turns=turns,
        )  # fmt: skip
    else:
        interchange.interchange_many(
            rows.start, rows.col, rows.loss, rows.cap, rows.times, choice.status, found,
            choice.count, choice.money, choice.price, choice.apart,
            min(turns, max(20, WEIGHED * max(choice.count, 1) // max(rows.col.size * rows.times, 1))),
        )  # fmt: skip
    return found


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    depth: int = field(compare=False)
    choice: Choice = field(compare=False)
    lam: Prices = field(compare=False)


@dataclass
class Tree:
    """The open nodes of a search, and the least bound among those that were closed.

    Attributes
    ----------
    choice : Choice
        What is searched.
    target : callable
        From the best loss to the bound that closes a node.
    """

    choice: Choice
    nodes: list[_Node] = field(default_factory=list)
    floor: float = np.inf
    processed: int = 0
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def plant(self, choice: Choice, lam: Prices, bound: float, depth: int = 0) -> None:
        """Add a node; `bound` is known to hold for it."""
        heapq.heappush(self.nodes, _Node(bound, next(self._numbers), depth, choice, lam))

    def bound(self) -> float:
        """Return what no solution of the whole tree is below."""
        return min(self.floor, self.nodes[0].bound if self.nodes else np.inf)

    def pick(self) -> _Node:
        """Take the node with the least bound, or a deep one where too many wait."""
        if len(self.nodes) <= KEPT_PRICES:
            return heapq.heappop(self.nodes)
        deepest = max(range(len(self.nodes)), key=lambda i: (self.nodes[i].depth, self.nodes[i].number))
        node = self.nodes.pop(deepest)
        heapq.heapify(self.nodes)
        return node

    def step(self, upper: float, target: float) -> StatusArray | None:
        """Work on one node: close it, settle it or split it.

        Parameters
        ----------
        upper : float
            Loss of the best solution known.
        target : float
            Nodes whose bound reaches it are closed.

        Returns
        -------
        A set of sites worth weighing, or None.
        """
        node = self.pick()
        self.processed += 1
        if node.bound >= target:
            self.floor = min(self.floor, node.bound)
            return None
        choice, climb = node.choice, Climb.start(node.choice, node.lam, *AT_NODES)
        settled: Choice | None = choice
        while True:
            if not (choice.status == FREE).any():
                return self._leaf(choice, node.bound)
            bound = _climbed(climb, choice, upper, target)
            if bound >= target:
                self.floor = min(self.floor, max(bound, node.bound))
                return None
            status = choice.status.copy()
            fixed = lagrange.fix(bound, target, climb.rho, status, choice.count, choice.money, choice.price)
            if not fixed:
                break
            settled = choice.settled(status)
            if settled is None:
                # Only sets that reach the target are left out of what was settled.
                self.floor = min(self.floor, target)
                return None
            self.floor = min(self.floor, target)
            choice, climb = settled, Climb.start(settled, climb.lam, *AT_NODES)
        self._split(node, choice, climb)
        return climb.selection(choice)

    def _leaf(self, choice: Choice, bound: float) -> StatusArray:
        is_open: StatusArray = (choice.status == OPEN).astype(np.int8)
        self.floor = min(self.floor, max(loss_of(choice, is_open), bound))
        return is_open

    def _split(self, node: _Node, choice: Choice, climb: Climb) -> None:
        free = np.flatnonzero(choice.status == FREE)
        unsure = np.minimum(climb.mean[free], 1.0 - climb.mean[free])
        j = free[np.lexsort((climb.rho[free], -np.round(unsure, 2)))[0]]
        lam = climb.lam.astype(np.float32)
        bound = max(climb.bound, node.bound)
        for state in (OPEN, CLOSED):
            status = choice.status.copy()
            status[j] = state
            child = choice.settled(status)
            if child is not None:
                self.plant(child, lam, bound, node.depth + 1)


def _climbed(climb: Climb, choice: Choice, upper: float, target: float) -> float:
    """Climb while that goes somewhere; returns the bound."""
    before = -np.inf
    for _ in range(NODE_STEPS // CHUNK):
        bound = climb.go(choice, upper, target, CHUNK)
        if bound >= target or climb.spent or bound - before < 0.04 * (target - bound):
            break
        before = bound
    return climb.bound
