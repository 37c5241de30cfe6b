"""A bucket queue in arrays, for searches that are compiled.

Dial's (1969) queue: entries with a cost from ``i * width`` to ``(i + 1) * width`` lie in bucket ``i``, buckets are
reused in a circle, and a list of spare entries is kept. Costs are floats here, so a bucket holds entries of different
costs and a search has to look at a node again if it was bettered within its bucket (Denardo and Fox, 1979).
"""

from __future__ import annotations

import numpy as np

from planner.network.kernel import Index, Int32Array, IntArray, UInt32Array, kernel

Queue = tuple[Int32Array, UInt32Array, Int32Array, Int32Array, IntArray]
"""First entry of each bucket; node, label and next entry of each entry; spare, used and live entries."""

SPARE, USED, LIVE = 0, 1, 2
LARGEST = 2**31 - 1


def make(buckets: int, entries: int, *, labelled: bool) -> Queue:
    """Return an empty queue; memory for its entries is taken from the system only as they are used."""
    return (
        np.full(buckets, -1, dtype=np.int32),
        np.empty(entries, dtype=np.uint32),
        np.empty(entries if labelled else 1, dtype=np.int32),
        np.empty(entries, dtype=np.int32),
        np.array([-1, 0, 0], dtype=np.int64),
    )


@kernel
def put(queue: Queue, cost: float, per_bucket: float, node: Index) -> None:
    """Add a node at its cost; the caller has seen to it that there is room."""
    first, nodes, _, following, state = queue
    entry = state[SPARE]
    if entry >= 0:
        state[SPARE] = following[np.uint64(entry)]
    else:
        entry = state[USED]
        state[USED] = entry + 1
    at = np.uint64(entry)
    bucket = np.uint64(np.int64(cost * per_bucket) & np.int64(first.size - 1))
    nodes[at] = node
    following[at] = first[bucket]
    first[bucket] = np.int32(entry)
    state[LIVE] += 1


@kernel
def put_labelled(queue: Queue, cost: float, per_bucket: float, node: Index, label: Index) -> None:
    """Add a node with a label at its cost; the caller has seen to it that there is room."""
    first, nodes, labels, following, state = queue
    entry = state[SPARE]
    if entry >= 0:
        state[SPARE] = following[np.uint64(entry)]
    else:
        entry = state[USED]
        state[USED] = entry + 1
    at = np.uint64(entry)
    bucket = np.uint64(np.int64(cost * per_bucket) & np.int64(first.size - 1))
    nodes[at] = node
    labels[at] = label
    following[at] = first[bucket]
    first[bucket] = np.int32(entry)
    state[LIVE] += 1


@kernel
def next_bucket(queue: Queue, current: int) -> int:
    """Return the first bucket from the current one on that holds an entry; there has to be one."""
    first = queue[0]
    mask = np.int64(first.size - 1)
    while first[np.uint64(current & mask)] < 0:
        current += 1
    return current


@kernel
def bucket_of(queue: Queue, cost: float, per_bucket: float) -> Index:
    """Return the place of a cost's bucket; any place for an infinite cost, which has no bucket."""
    scaled = cost * per_bucket if cost < np.inf else 0.0
    return np.uint64(np.int64(scaled) & np.int64(queue[0].size - 1))


@kernel
def put_if(queue: Queue, bucket: Index, used: Index, node: Index, wanted: bool) -> None:
    """Write the entry that the caller's `used` counts up to; if it is not wanted the next takes its place.

    For searches that stay in the processor's cache: whether an arc betters a node cannot be foreseen, and a processor
    that guesses wrong loses more time than needless writes take. Entries are not used again, which over a large
    network costs more than the guesses.
    """
    first, nodes, _, following, _ = queue
    at = np.uint64(bucket)
    former = first[at]
    nodes[np.uint64(used)] = node
    following[np.uint64(used)] = former
    first[at] = np.int32(used) if wanted else former
