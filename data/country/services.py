"""Modelled services in real places: how many of each a place has follows from its people, and from chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from country.network import town_radius

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a service is spread.

    Attributes
    ----------
    people_per_point : float
        In places that are sure to have one.
    sure_from : float
        People from which a place is sure to have it.
    possible_from : float
        People from which it may.
    chance : float
        That a place between the two has one.
    below : float
        Places with so many people or more have none: something larger is there instead.
    """

    people_per_point: float
    sure_from: float
    possible_from: float
    chance: float
    below: float = np.inf


RULES = {
    "post_office": Rule(12_000, 600, 200, 0.35),
    "pharmacy": Rule(4_500, 900, 300, 0.3),
    "shop": Rule(900, 120, 40, 0.5),
    "school": Rule(5_000, 600, 250, 0.3),
    "kindergarten": Rule(2_500, 500, 200, 0.35),
    "clinic": Rule(9_000, 1_500, 600, 0.3),
    "feldsher": Rule(10_000, 400, 150, 0.5, below=1_500),
    "club": Rule(15_000, 500, 150, 0.45),
    "library": Rule(12_000, 500, 150, 0.4),
    "bus": Rule(3_000, 60, 12, 0.6),
    "fire": Rule(40_000, 2_500, 400, 0.12),
    "ambulance": Rule(50_000, 6_000, 1_500, 0.3),
    "railway": Rule(100_000, 6_000, 100, 0.06),
    "broadband": Rule(np.inf, 100, 1, 0.45),
}
"""Chosen so that there are roughly as many of each as such a country has; nothing in them is a record of a place."""


@dataclass(frozen=True)
class Points:
    """Facilities of one service: the place of each, where it stands (metres), and its attributes."""

    service: str
    place: IntArray
    xy: FloatArray
    attributes: dict[str, FloatArray]


def model_services(xy: FloatArray, people: FloatArray, rng: np.random.Generator) -> Iterator[Points]:
    """Yield the facilities of each service in all places."""
    radius = town_radius(people)
    for service, rule in RULES.items():
        sure = people >= rule.sure_from
        some = (people >= rule.possible_from) & (rng.random(len(people)) < rule.chance)
        with np.errstate(invalid="ignore"):
            many = np.maximum(1, np.round(people / rule.people_per_point))
        count = np.where(sure, many, some) * (people < rule.below)
        place = np.repeat(np.arange(len(people)), count.astype(np.int64))
        angle, far = rng.uniform(0, 2 * np.pi, place.size), np.sqrt(rng.random(place.size)) * radius[place]
        at = xy[place] + (far * np.stack([np.cos(angle), np.sin(angle)])).T
        yield Points(service, place, at, _attributes(service, people[place], rng))


def _attributes(service: str, people: FloatArray, rng: np.random.Generator) -> dict[str, FloatArray]:
    n = len(people)
    if service == "bus":
        return {"trips_week": np.round(np.clip(people / 40, 2, 400) + rng.integers(0, 14, n))}
    if service == "broadband":
        return {
            "available": np.ones(n),
            "mbps": rng.choice([8.0, 25.0, 100.0, 500.0], n, p=[0.1, 0.2, 0.5, 0.2]),
        }
    if service == "clinic":
        return {"physicians": np.maximum(1, np.round(np.minimum(people, 9_000) / rng.uniform(900, 1_500, n)))}
    return {"physicians": np.zeros(n)} if service == "feldsher" else {}
