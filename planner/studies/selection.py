"""Some of a district's facilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.results import Facilities, frozen
from planner.studies.inputs import Inputs


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
