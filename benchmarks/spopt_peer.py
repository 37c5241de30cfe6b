"""Solve one instance with spopt, in a Python that has it: ``python spopt_peer.py INSTANCE.npz OPTIONS``."""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def main() -> None:
    """Print seconds (building and solving) and the objective as JSON."""
    import pulp
    from spopt.locate import LSCP, MCLP

    instance, asked = np.load(sys.argv[1]), json.loads(sys.argv[2])
    cost, people = instance["cost"], instance["people"]
    name = {"CBC": "PULP_CBC_CMD", "HiGHS": "HiGHS"}[asked["solver"]]
    solver = pulp.getSolver(name, msg=False, timeLimit=asked["limit"])
    began = time.perf_counter()
    if asked["model"] == "mclp":
        model = MCLP.from_cost_matrix(cost, people, asked["cutoff"], p_facilities=asked["sites"])
    else:
        model = LSCP.from_cost_matrix(cost, asked["cutoff"])
    solved = model.solve(solver)
    taken = time.perf_counter() - began
    # What the solver says of its own solution is not taken on trust.
    sites = [j for j, rows in enumerate(solved.fac2cli) if rows]
    covered = (cost[:, sites] <= asked["cutoff"]).any(axis=1)
    objective = float(people[covered].sum()) if asked["model"] == "mclp" else float(len(sites))
    print(json.dumps({"seconds": taken, "objective": objective}))


if __name__ == "__main__":
    main()
