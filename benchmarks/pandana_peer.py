"""Take pandana's times on a network in a file; a process of its own, as pandana need not be installed beside us.

Run as ``python pandana_peer.py FILE.npz``; prints one JSON document with seconds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

# Processor time of all threads where the machine is busy, as for the planner's own searches.
CLOCK = time.process_time if "busy" in os.environ.get("PLANNER_BENCH", "").split(",") else time.perf_counter


def main(path: str) -> None:
    """Build pandana's network, which is its preprocessing, and ask it what the planner is asked."""
    import numpy as np
    import pandana
    import pandas as pd

    data = np.load(path)
    xy = data["xy"]
    began = time.perf_counter()
    net = pandana.Network(
        pd.Series(xy[:, 0]), pd.Series(xy[:, 1]), pd.Series(data["u"]), pd.Series(data["v"]),
        pd.DataFrame({"cost": data["cost"]}), twoway=True,
    )  # fmt: skip
    taken = {"preparing": time.perf_counter() - began}
    ends = np.cumsum(data["sizes"])
    for end, size, reach in zip(ends, data["sizes"], data["farthest"], strict=True):
        # Half of its time goes by the distance within which it looks: as far as the farthest node is from a facility.
        reach, category = float(reach), f"facility {size}"
        places = xy[data["facilities"][end - size : end]]
        # It rounds both distances, not in the same way.
        net.set_pois(category, reach + 1.0, 3, pd.Series(places[:, 0]), pd.Series(places[:, 1]))
        taken[f"nearest {size}"] = _seconds(partial(net.nearest_pois, reach, category, num_pois=1))
        taken[f"3 nearest {size}"] = _seconds(partial(net.nearest_pois, reach, category, num_pois=3))
    origins, cutoff = data["origins"].tolist(), float(data["cutoff"])
    taken["within"] = _seconds(partial(net.nodes_in_range, origins, cutoff))
    sys.stdout.write(json.dumps(taken))


def _seconds(run: Callable[[], Any], patience: float = 5.0) -> float:
    """Return the least time of three runs, or of those that were done when patience ran out."""
    least = spent = 0.0
    for turn in range(3):
        began = CLOCK()
        run()
        taken = CLOCK() - began
        least = min(taken, least) if turn else taken
        spent += taken
        if spent > patience:
            break
    return least


if __name__ == "__main__":
    main(sys.argv[1])
