"""Good solutions quickly: lazy greedy and interchange, compiled.

Interchange is Teitz and Bart's (1968) in the form of Whitaker (1983): for a candidate that comes in, the best one to
take out is found in one pass over the rows that the newcomer reaches.
"""

from __future__ import annotations

import numpy as np

from planner.siting.lagrange import ColumnArray, FloatArray, IntArray, StatusArray, kernel

OPEN, CLOSED = 1, -1


@kernel
def two_best(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, is_open: StatusArray, i: int
) -> tuple[float, int, float]:
    """Return the loss of row i, which open site gives it (-1: none) and the loss without that site."""
    first, which = cap[i], -1
    for k in range(start[i], start[i + 1]):
        if loss[k] >= cap[i]:
            break
        if is_open[col[k]] == OPEN:
            if which >= 0:
                return first, which, loss[k]
            first, which = loss[k], col[k]
    return first, which, cap[i]


@kernel
def total_loss(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, times: int, is_open: StatusArray
) -> float:
    """Return the sum over rows of the `times` least losses of open sites, at most the cap of the row."""
    total = 0.0
    for i in range(cap.size):
        found = 0
        mine = 0.0
        for k in range(start[i], start[i + 1]):
            if is_open[col[k]] == OPEN:
                mine += loss[k]
                found += 1
                if found == times:
                    break
        total += min(mine, cap[i]) if found == times else cap[i]
    return total


@kernel
def _gain(cstart: IntArray, crow: ColumnArray, closs: FloatArray, first: FloatArray, j: int) -> float:
    gain = 0.0
    for k in range(cstart[j], cstart[j + 1]):
        better = first[crow[k]] - closs[k]
        if better > 0.0:
            gain += better
    return gain


@kernel
def _fits(j: int, out: int, is_open: StatusArray, price: FloatArray, left: float, apart: StatusArray) -> bool:
    """Whether candidate j may be opened when `out` (-1: none) closes: money, and pairs that exclude each other."""
    room = left if out < 0 else left + price[out]
    if price[j] > room:
        return False
    if apart.shape[0] > 0:
        for other in range(is_open.size):
            if is_open[other] == OPEN and other != out and apart[j, other] != 0:
                return False
    return True


@kernel
def greedy(
    cstart: IntArray,
    crow: ColumnArray,
    closs: FloatArray,
    cap: FloatArray,
    status: StatusArray,
    count: int,
    money: float,
    price: FloatArray,
    by_ratio: bool,
    apart: StatusArray,
) -> StatusArray:
    """Open, one after another, the free candidate that saves most (per money with `by_ratio`), while any saves.

    Savings only shrink while sites open, so a stale saving is an upper bound and most need not be computed anew.
    """
    m = status.size
    is_open = np.zeros(m, np.int8)
    first = cap.copy()
    gain = np.full(m, -1.0)
    left = money
    for j in range(m):
        if status[j] == OPEN:
            is_open[j] = OPEN
            for k in range(cstart[j], cstart[j + 1]):
                first[crow[k]] = min(first[crow[k]], closs[k])
    for j in range(m):
        if status[j] == 0:
            gain[j] = _gain(cstart, crow, closs, first, j) / (max(price[j], 1e-9) if by_ratio else 1.0)
    while count > 0 and m > 0:
        j = int(np.argmax(gain))
        if gain[j] <= 0.0:
            break
        if not _fits(j, -1, is_open, price, left, apart):
            gain[j] = -1.0
            continue
        now = _gain(cstart, crow, closs, first, j) / (max(price[j], 1e-9) if by_ratio else 1.0)
        stale = now < gain[j]
        gain[j] = now
        if stale and now < np.max(gain):
            continue
        if now <= 0.0:
            break
        is_open[j] = OPEN
        gain[j] = -1.0
        left -= price[j]
        count -= 1
        for k in range(cstart[j], cstart[j + 1]):
            first[crow[k]] = min(first[crow[k]], closs[k])
    return is_open


@kernel
def interchange(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    cstart: IntArray,
    crow: ColumnArray,
    closs: FloatArray,
    cap: FloatArray,
    status: StatusArray,
    is_open: StatusArray,
    count: int,
    money: float,
    price: FloatArray,
    apart: StatusArray,
    turns: int,
) -> None:
    """Improve `is_open` in place: open while sites and money are left, swap while that saves; rows take one site.

    `count` and `money` are what all sites that are not fixed open may use; `turns` bounds the number of changes.
    """
    n, m = cap.size, status.size
    first, second, which = np.empty(n), np.empty(n), np.full(n, -1)
    base, saved = np.zeros(m), np.zeros(m)
    for i in range(n):
        _refresh(start, col, loss, cap, is_open, i, first, which, second, base)
    used, left = 0, money
    for j in range(m):
        if is_open[j] == OPEN and status[j] != OPEN:
            used += 1
            left -= price[j]
    tolerance = 1e-12 * max(1.0, first.sum())
    since, j = 0, -1
    while since < m and turns > 0:
        j = (j + 1) % m
        since += 1
        if status[j] != 0 or is_open[j] == OPEN:
            continue
        may_add = used < count and _fits(j, -1, is_open, price, left, apart)
        out = _best_out(cstart, crow, closs, first, which, second, base, saved, j, is_open, status, may_add, tolerance,
                        price, left, apart)  # fmt: skip
        if out == -2:
            continue
        is_open[j] = OPEN
        left -= price[j]
        used += 1
        if out >= 0:
            is_open[out] = 0
            left += price[out]
            used -= 1
            for k in range(cstart[out], cstart[out + 1]):
                i = crow[k]
                if closs[k] <= second[i]:
                    _refresh(start, col, loss, cap, is_open, i, first, which, second, base)
        for k in range(cstart[j], cstart[j + 1]):
            i = crow[k]
            if closs[k] <= second[i]:
                _refresh(start, col, loss, cap, is_open, i, first, which, second, base)
        turns -= 1
        since = 0


@kernel
def _best_out(
    cstart: IntArray, crow: ColumnArray, closs: FloatArray, first: FloatArray, which: IntArray, second: FloatArray,
    base: FloatArray, saved: FloatArray, j: int, is_open: StatusArray, status: StatusArray, may_add: bool,
    tolerance: float, price: FloatArray, left: float, apart: StatusArray,
) -> int:  # fmt: skip
    """Return which site should close when j opens: -1 for none, -2 where j brings nothing.

    `base` is what closing each site loses by itself; `saved` is scratch, left at 0.
    """
    gain, any_saved = 0.0, False
    for k in range(cstart[j], cstart[j + 1]):
        i, g = crow[k], closs[k]
        if g >= second[i]:
            continue
        gain += max(first[i] - g, 0.0)
        if which[i] >= 0:
            saved[which[i]] += second[i] - max(first[i], g)
            any_saved = True
    out, delta = -2, -tolerance
    if may_add and -gain < delta:
        out = -1
    elif gain > 0.0 or any_saved:
        for f in range(is_open.size):
            if is_open[f] == OPEN and status[f] != OPEN:
                change = base[f] - saved[f] - gain
                if change < delta and _fits(j, f, is_open, price, left, apart):
                    out, delta = f, change
    if any_saved:
        saved[:] = 0.0
    return out


@kernel
def _refresh(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    cap: FloatArray,
    is_open: StatusArray,
    i: int,
    first: FloatArray,
    which: IntArray,
    second: FloatArray,
    base: FloatArray,
) -> None:
    if which[i] >= 0:
        base[which[i]] -= second[i] - first[i]
    first[i], which[i], second[i] = two_best(start, col, loss, cap, is_open, i)
    if which[i] >= 0:
        base[which[i]] += second[i] - first[i]


@kernel
def _open_many(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, times: int, status: StatusArray,
    is_open: StatusArray, count: int, left: float, price: FloatArray, apart: StatusArray,
) -> float:  # fmt: skip
    """Open the best candidate, one after another, while sites and money are left; returns the money that is left.

    A site that a row still lacks counts as its share of the cap, so that the first of several is worth something, too.
    """
    n, m = cap.size, status.size
    near = np.empty((n, times))
    for i in range(n):
        near[i] = cap[i] / times
        at = 0
        for k in range(start[i], start[i + 1]):
            if is_open[col[k]] == OPEN and at < times:
                near[i, at] = min(near[i, at], loss[k])
                at += 1
        near[i] = np.sort(near[i])
    for _ in range(count):
        gain = np.zeros(m)
        for i in range(n):
            last = near[i, times - 1]
            for k in range(start[i], start[i + 1]):
                if loss[k] >= last:
                    break
                gain[col[k]] += last - loss[k]
        which = -1
        for j in range(m):
            better = which < 0 or gain[j] > gain[which]
            if better and status[j] == 0 and is_open[j] == 0 and _fits(j, -1, is_open, price, left, apart):
                which = j
        if which < 0:
            break
        is_open[which] = OPEN
        left -= price[which]
        for i in range(n):
            for k in range(start[i], start[i + 1]):
                if loss[k] >= near[i, times - 1]:
                    break
                if col[k] == which:
                    near[i, times - 1] = loss[k]
                    near[i] = np.sort(near[i])
                    break
    return left


@kernel
def interchange_many(
    start: IntArray,
    col: ColumnArray,
    loss: FloatArray,
    cap: FloatArray,
    times: int,
    status: StatusArray,
    is_open: StatusArray,
    count: int,
    money: float,
    price: FloatArray,
    apart: StatusArray,
    trials: int,
) -> None:
    """Open and swap as :func:`interchange` does, for rows that take several sites; at most `trials` are weighed."""
    m = status.size
    used, left = 0, money
    for j in range(m):
        if is_open[j] == OPEN and status[j] != OPEN:
            used += 1
            left -= price[j]
    left = _open_many(start, col, loss, cap, times, status, is_open, count - used, left, price, apart)
    now = total_loss(start, col, loss, cap, times, is_open)
    improved = True
    while improved:
        improved = False
        for j in range(m):
            if status[j] != 0 or is_open[j] == OPEN:
                continue
            for f in range(m):
                if is_open[f] != OPEN or status[f] == OPEN or not _fits(j, f, is_open, price, left, apart):
                    continue
                trials -= 1
                if trials < 0:
                    return
                is_open[j], is_open[f] = OPEN, 0
                then = total_loss(start, col, loss, cap, times, is_open)
                if then < now - 1e-12 * abs(now):
                    now = then
                    left += price[f] - price[j]
                    improved = True
                    break
                is_open[j], is_open[f] = 0, OPEN


@kernel
def prices(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, is_open: StatusArray
) -> FloatArray:
    """Return for each row a price between its loss and what it would lose without its nearest site."""
    found = np.empty(cap.size)
    for i in range(cap.size):
        first, which, second = two_best(start, col, loss, cap, is_open, i)
        found[i] = min((first + second) / 2.0, 2.0 * first) if first > 0.0 else second / 2.0
        if second >= cap[i] and first > 0.0 and which >= 0:
            found[i] = first
        if which < 0:
            found[i] = cap[i]
    return found


@kernel
def last_losses(
    start: IntArray, col: ColumnArray, loss: FloatArray, cap: FloatArray, times: int, is_open: StatusArray
) -> FloatArray:
    """Return the loss of the last of the `times` sites that each row takes; its share of the cap without so many."""
    found = np.empty(cap.size)
    for i in range(cap.size):
        found[i] = cap[i] / times
        left = times
        for k in range(start[i], start[i + 1]):
            if is_open[col[k]] == OPEN:
                left -= 1
                if left == 0:
                    found[i] = min(found[i], loss[k])
                    break
    return found
