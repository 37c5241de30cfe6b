"""Parts of a district: the places that a standard addresses, some of the facilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.coverage.judge import addressed
from planner.results import Facilities, frozen
from planner.standards.model import Standard
from planner.studies.inputs import Inputs


def places_under(inputs: Inputs, standard: Standard) -> npt.NDArray[np.bool_]:
    """Return which places a standard addresses."""
    rule = standard.area
    return addressed(
        np.array(inputs.places.area_types, dtype=object),
        inputs.places.population,
        inputs.council_centre,
        types=rule.types,
        population_from=rule.population_from,
        population_to=rule.population_to,
        centre=rule.council_centre,
    )


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
