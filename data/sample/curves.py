"""Roads as they lie on the ground: curved between their ends, and never across one another."""

from __future__ import annotations

import math

from sample.ground import XY, draws
from sample.links import Edge, Plan

STEP_M = 260.0
WINDING = {"primary": 0.035, "secondary": 0.05, "tertiary": 0.065, "unclassified": 0.085, "track": 0.1}
"""How far a road of a class swings off the straight line, as a share of its length."""


def _incentre(a: XY, b: XY, c: XY) -> XY:
    """Return the centre of the circle inscribed in a triangle."""
    opposite = math.dist(b, c), math.dist(a, c), math.dist(a, b)
    total = sum(opposite)
    x = (opposite[0] * a[0] + opposite[1] * b[0] + opposite[2] * c[0]) / total
    y = (opposite[0] * a[1] + opposite[1] * b[1] + opposite[2] * c[1]) / total
    return x, y


def _along_and_off(point: XY, start: XY, end: XY) -> XY:
    """Return how far along a line a point lies (0 to 1), and how far to its left in metres."""
    length = math.dist(start, end)
    dx, dy = (end[0] - start[0]) / length, (end[1] - start[1]) / length
    px, py = point[0] - start[0], point[1] - start[1]
    return (px * dx + py * dy) / length, dx * py - dy * px


def _rooms(plan: Plan, edge: Edge) -> dict[bool, tuple[float, float]]:
    """Return the room of a link on its right (False) and left (True).

    Each link keeps within the lines to the centres of its two triangles' inscribed circles; these areas of
    different links do not overlap, so that no curve crosses another.
    """
    start, end = plan.nodes[edge[0]], plan.nodes[edge[1]]
    tight = 0.04 * math.dist(start, end)
    rooms = {False: (0.5, tight), True: (0.5, tight)}
    for apex in plan.apexes[edge]:
        along, off = _along_and_off(_incentre(start, end, plan.nodes[apex]), start, end)
        rooms[off > 0] = (min(max(along, 0.1), 0.9), 0.8 * abs(off))
    return rooms


def curve(plan: Plan, edge: Edge) -> list[XY]:
    """Return the line of a link: a sum of three swings, drawn by seed, held within the room of the link.

    Parameters
    ----------
    plan : Plan
    edge : tuple of int
        Its two nodes.

    Returns
    -------
    list of XY
        From the first node to the second, both included, a vertex every 260 m or so.
    """
    start, end = plan.nodes[edge[0]], plan.nodes[edge[1]]
    length = math.dist(start, end)
    rng = draws("curve", *edge)
    winding = WINDING[plan.road_class[edge]] * length
    swings = [rng.uniform(-1, 1) * winding / order**0.7 for order in (1, 2, 3)]
    rooms = _rooms(plan, edge)
    steps = max(3, round(length / STEP_M))
    line = [start]
    for step in range(1, steps):
        t = step / steps
        off = sum(swing * math.sin(order * math.pi * t) for order, swing in enumerate(swings, 1))
        along, width = rooms[off > 0]
        room = width * (t / along if t < along else (1 - t) / (1 - along))
        off = room * math.tanh(off / room)
        x = start[0] + (end[0] - start[0]) * t - (end[1] - start[1]) / length * off
        y = start[1] + (end[1] - start[1]) * t + (end[0] - start[0]) / length * off
        line.append((x, y))
    return [*line, end]
