"""Take pandana's times on a network in a file; a process of its own, as pandana need not be installed beside us.

Run as ``python pandana_peer.py FILE.npz``; prints one JSON document with seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any


def main(path: str) -> None:
    """Build pandana's network, which is its preprocessing, and ask it what the planner is asked."""
    import numpy as np
    import pandana
    import pandas as pd

    data = np.load(path)
    xy, far = data["xy"], float(data["cost"].sum())
    began = time.perf_counter()
    net = pandana.Network(
        pd.Series(xy[:, 0]), pd.Series(xy[:, 1]), pd.Series(data["u"]), pd.Series(data["v"]),
        pd.DataFrame({"cost": data["cost"]}), twoway=True,
    )  # fmt: skip
    taken = {"preparing": time.perf_counter() - began}
    places = xy[data["facilities"]]
    cutoff = float(data["cutoff"])
    # Half of its time goes by the distance within which it looks: as far as the farthest node is from a facility.
    reach = float(data["farthest"]) if "farthest" in data else far
    net.set_pois("facility", reach, 3, pd.Series(places[:, 0]), pd.Series(places[:, 1]))
    taken["nearest"] = _seconds(lambda: net.nearest_pois(reach, "facility", num_pois=1))
    taken["nearest3"] = _seconds(lambda: net.nearest_pois(reach, "facility", num_pois=3))
    taken["within"] = _seconds(lambda: net.nodes_in_range(data["origins"].tolist(), cutoff))
    sys.stdout.write(json.dumps(taken))


def _seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1])
