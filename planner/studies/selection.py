"""Some of a district's facilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.results import Facilities, frozen
from planner.studies.inputs import Inputs


def some_facilities(inputs: Inputs, chosen: npt.NDArray[np.int64]) -> Facilities:
    """Return facilities of a district by their indices, in the order given."""
    everything = inputs.facilities
    return Facilities(
        ids=tuple(everything.ids[i] for i in chosen),
        names=tuple(everything.names[i] for i in chosen),
        services=tuple(everything.services[i] for i in chosen),
        sources=tuple(everything.sources[i] for i in chosen),
        lon=frozen(everything.lon[chosen]),
        lat=frozen(everything.lat[chosen]),
    )
