"""Some of a district's facilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.errors import InputError
from planner.results import Facilities, frozen
from planner.studies.inputs import Inputs

MOST_ONE_BY_ONE = 100_000
"""Of more service points than this nobody reads a row each, and a study of each would take hours and all memory."""


def check_one_by_one(service: str, count: int) -> None:
    """Refuse to study so many service points one by one.

    Raises
    ------
    InputError
        If there are more of them than :data:`MOST_ONE_BY_ONE`.
    """
    if count > MOST_ONE_BY_ONE:
        raise InputError(
            "“{service}” has {count} service points; they are studied one by one up to {most}.",
            "Keep those that matter in its layer, or leave this study out: standards are measured on all of them.",
            service=service, count=count, most=MOST_ONE_BY_ONE,
        )  # fmt: skip


def some_facilities(inputs: Inputs, chosen: npt.NDArray[np.int64]) -> Facilities:
    """Return facilities of a district by their indices, in the order given."""
    everything, numbers = inputs.facilities, chosen.tolist()
    return Facilities(
        ids=tuple(map(everything.ids.__getitem__, numbers)),
        names=tuple(map(everything.names.__getitem__, numbers)),
        services=tuple(map(everything.services.__getitem__, numbers)),
        sources=tuple(map(everything.sources.__getitem__, numbers)),
        lon=frozen(everything.lon[chosen]),
        lat=frozen(everything.lat[chosen]),
    )
