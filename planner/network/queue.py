"""A bucket queue in arrays, for searches that are compiled.

Dial's (1969) queue: entries with a cost from ``i * width`` to ``(i + 1) * width`` lie in bucket ``i``, and buckets are
reused in a circle. Costs are floats here, so a bucket holds entries of different costs and a search has to look at a
node again if it was bettered within its bucket (Denardo and Fox, 1979).

An entry is written in any case and counts only if it is wanted (:func:`put`): whether an arc betters a node cannot be
foreseen, and a processor that guesses wrong loses more time than a few needless writes take.
"""

from __future__ import annotations

import numpy as np

from planner.network.kernel import Index, Int32Array, UInt32Array, kernel

Queue = tuple[Int32Array, UInt32Array, Int32Array, Int32Array]
"""First entry of each bucket; node, label and next entry of each entry."""

LARGEST = 2**31 - 1
PATIENCE = 4
"""A search that looks at nodes more often than this, on average, is better done with a heap."""


def make(buckets: int, entries: int, *, labelled: bool) -> Queue:
    """Return an empty queue; memory for its entries is taken from the system only as they are used."""
    return (
        np.full(buckets, -1, dtype=np.int32),
        np.empty(entries, dtype=np.uint32),
        np.empty(entries if labelled else 1, dtype=np.int32),
        np.empty(entries, dtype=np.int32),
    )


@kernel
def bucket_of(queue: Queue, cost: float, per_bucket: float) -> Index:  # pragma: no cover - compiled
    """Return the place of a cost's bucket; any place for an infinite cost, which has no bucket."""
    scaled = cost * per_bucket if cost < np.inf else 0.0
    return np.uint64(np.int64(scaled) & np.int64(queue[0].size - 1))


@kernel
def put(
    queue: Queue, bucket: Index, used: Index, node: Index, wanted: bool
) -> None:  # pragma: no cover - compiled
    """Write an entry, the one that `used` counts up to; if it is not wanted the next takes its place."""
    first, nodes, _, following = queue
    at = np.uint64(bucket)
    former = first[at]
    nodes[np.uint64(used)] = node
    following[np.uint64(used)] = former
    first[at] = np.int32(used) if wanted else former
