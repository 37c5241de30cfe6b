"""Lower bounds by Lagrangian relaxation, compiled.

The problem is the one of :class:`planner.siting.rows.Rows`. Relaxing "row i takes `times` sites" with a price
``lam[i]`` leaves a sum over candidates that is solved by choosing the candidates that save most (Cornuéjols, Fisher
and Nemhauser 1977 for the p-median; Galvão and ReVelle 1996 for the maximal covering problem):

    L(lam) = sum_i times * lam[i] + min sum_j x[j] * rho[j],  rho[j] = sum_i min(0, loss[i, j] - lam[i])

with ``0 <= lam[i] <= cap[i] / times``, where the minimum is over the sets of candidates that number and money
allow. Every L(lam) is a lower bound; subgradient steps raise it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.network.kernel import kernel as kernel  # the other solvers take it from here

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ColumnArray = npt.NDArray[np.int32]
StatusArray = npt.NDArray[np.int8]

FREE, OPEN, CLOSED = 0, 1, -1


@kernel
def savings(
    start: IntArray, col: ColumnArray, loss: FloatArray, lam: FloatArray, status: StatusArray, rho: FloatArray
) -> None:
    """Write into `rho` what each candidate that is not closed saves at the prices `lam` (at most 0)."""
    rho[:] = 0.0
    for i in range(lam.size):
        price = lam[i]
        for k in range(start[i], start[i + 1]):
            if loss[k] >= price:
                break
            rho[col[k]] += loss[k] - price
    for j in range(rho.size):
        if status[j] == CLOSED:
            rho[j] = 0.0


@kernel
def choose(
    rho: FloatArray, status: StatusArray, count: int, money: float, price: FloatArray, x: FloatArray
) -> float:
    """Choose the free candidates that save most, beside the open ones; returns the sum of savings.

    `x` is 1 where chosen. Where the money binds, the linear relaxation of the knapsack is solved: the last candidate
    may be chosen in part. The better of the two bounds (number of sites alone, money alone) is taken.
    """
    total = 0.0
    m = rho.size
    free = np.empty(m, np.int64)
    n_free = 0
    for j in range(m):
        x[j] = 0.0
        if status[j] == OPEN:
            total += rho[j]
            x[j] = 1.0
        elif status[j] == FREE and rho[j] < 0.0:
            free[n_free] = j
            n_free += 1
    free = free[:n_free]
    by_count = 0.0
    order = np.argsort(rho[free])
    taken = min(count, n_free)
    spent = 0.0
    for k in range(taken):
        by_count += rho[free[order[k]]]
        spent += price[free[order[k]]]
    if spent <= money:
        for k in range(taken):
            x[free[order[k]]] = 1.0
        return total + by_count
    ratio = np.empty(n_free, np.float64)
    for k in range(n_free):
        ratio[k] = rho[free[k]] / max(price[free[k]], 1e-300)
    by_ratio = np.argsort(ratio)
    by_money = 0.0
    left = money
    part = np.zeros(n_free, np.float64)
    for k in range(n_free):
        j = free[by_ratio[k]]
        if price[j] > money:
            continue
        share = 1.0 if price[j] <= left else left / price[j]
        part[by_ratio[k]] = share
        by_money += share * rho[j]
        left -= share * price[j]
        if share < 1.0:
            break
    if by_money >= by_count:
        for k in range(n_free):
            x[free[k]] = part[k]
        return total + by_money
    for k in range(taken):
        x[free[order[k]]] = 1.0
    return total + by_count


ALPHA, MIX, STILL, TURN = 0, 1, 2, 3
"""What the state of a climb holds: step length, weight of a new subgradient, turns without progress, turns made."""


@kernel
def _moved(
    lam: FloatArray,
    top: FloatArray,
    weight: FloatArray,
    direction: FloatArray,
    reach: float,
    trial: FloatArray,
) -> bool:
    """Write into `trial` the prices one step along the direction; False where it leads nowhere."""
    norm = 0.0
    for i in range(lam.size):
        if (lam[i] > 0.0 or direction[i] > 0.0) and (lam[i] < top[i] or direction[i] < 0.0):
            norm += weight[i] * direction[i] * direction[i]
    if norm < 1e-12:
        return False
    for i in range(lam.size):
        trial[i] = min(top[i], max(0.0, lam[i] + reach / norm * weight[i] * direction[i]))
    return True


@kernel
def _slacks(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    lam: FloatArray,
    weight: FloatArray,
    times: int,
    x: FloatArray,
    direction: FloatArray,
    slack: FloatArray,
) -> float:
    """Write into `slack` how many sites each row lacks under the choice `x`; returns its product with `direction`."""
    agree = 0.0
    for i in range(lam.size):
        slack[i] = float(times)
        for k in range(start[i], start[i + 1]):
            if loss[k] >= lam[i]:
                break
            slack[i] -= x[col[k]]
        agree += weight[i] * slack[i] * direction[i]
    return agree


@kernel
def climb(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    top: FloatArray,
    weight: FloatArray,
    times: int,
    status: StatusArray,
    count: int,
    money: float,
    price: FloatArray,
    lam: FloatArray,
    direction: FloatArray,
    rho: FloatArray,
    mean: FloatArray,
    state: FloatArray,
    best: float,
    upper: float,
    target: float,
    steps: int,
) -> float:
    """Raise the bound by the volume algorithm (Barahona and Anbil 2000), from where `state` was left.

    Parameters
    ----------
    start, col, loss
        The rows; `top` is the greatest price of each, `weight` the people in it, `times` how many sites it takes.
        Prices move in proportion to the people, so that a town's is not still on its way when a farm's has arrived.
    status, count, money, price
        What is free, open or closed; sites and money for the free ones.
    lam, direction, rho, mean, state : float arrays, changed in place
        Best prices so far, mean subgradient, savings at the best prices, mean of the choices (which estimates the
        solution of the linear relaxation), and the state.
    best : float
        Bound at `lam`; -inf at the beginning.
    upper, target, steps : float, float, int
        Loss of the best solution known; stop once the bound reaches `target`, or after so many steps.

    Returns
    -------
    The bound at `lam`.
    """
    n, m = lam.size, status.size
    trial = lam.copy()
    save, x, slack = np.empty(m), np.empty(m), np.empty(n)
    for _ in range(steps):
        if best > -np.inf:
            reach = state[ALPHA] * max(upper - best, 1e-7 * abs(upper))
            if state[ALPHA] < 1e-4 or not _moved(lam, top, weight, direction, reach, trial):
                break
        savings(start, col, loss, trial, status, save)
        bound = choose(save, status, count, money, price, x)
        bound += times * trial.sum()
        agree = _slacks(start, col, loss, trial, weight, times, x, direction, slack)
        mix = state[MIX] if state[TURN] > 0.0 else 1.0
        state[TURN] += 1.0
        if bound > best:
            if agree > 0.0:
                state[ALPHA] = min(1.1 * state[ALPHA], 2.0)
            best = bound
            lam[:] = trial
            rho[:] = save
            state[STILL] = 0.0
        else:
            state[STILL] += 1.0
            if state[STILL] >= 10.0:
                state[ALPHA] *= 0.66
                state[STILL] = 0.0
        for i in range(n):
            direction[i] += mix * (slack[i] - direction[i])
        for j in range(m):
            mean[j] += mix * (x[j] - mean[j])
        if best >= target:
            break
    return best


@kernel
def fix(
    best: float,
    target: float,
    rho: FloatArray,
    status: StatusArray,
    count: int,
    money: float,
    price: FloatArray,
) -> int:
    """Close or open, in place, the free candidates whose other choice brings the bound to `target`.

    Returns how many were fixed.
    """
    m = status.size
    x = np.empty(m, np.float64)
    before = choose(rho, status, count, money, price, x)
    fixed = 0
    free = np.flatnonzero(status == FREE)
    if free.size == 0:
        return 0
    total = 0.0
    for j in free:
        total += price[j]
    if total <= money:
        order = np.sort(rho[free])
        worst = order[count - 1] if 0 < count <= free.size else 0.0
        following = order[count] if count < free.size else 0.0
        for j in free:
            if count == 0 or (x[j] == 0.0 and best - worst + rho[j] >= target):
                status[j] = CLOSED
                fixed += 1
            elif x[j] == 1.0 and best - rho[j] + following >= target:
                status[j] = OPEN
                fixed += 1
        return fixed
    trial = status.copy()
    for j in free:
        if count == 0 or price[j] > money:
            status[j] = CLOSED
            fixed += 1
            continue
        trial[j] = OPEN if x[j] < 1.0 else CLOSED
        room = (count - 1, money - price[j]) if x[j] < 1.0 else (count, money)
        if best - before + choose(rho, trial, room[0], room[1], price, np.empty(m)) >= target:
            status[j] = CLOSED if x[j] < 1.0 else OPEN
            fixed += 1
        trial[j] = FREE
    return fixed


@kernel
def tops(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, times: int, status: StatusArray
) -> FloatArray:
    """Return the greatest price of each row: what it loses already with the open sites, over the sites it takes."""
    top = cap / times
    if times > 1:
        return top
    for i in range(cap.size):
        for k in range(start[i], start[i + 1]):
            if status[col[k]] == OPEN:
                top[i] = min(top[i], loss[k])
                break
    return top
