"""Which records of a layer of points speak for which settlement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.coverage.access import nearest_straight
from planner.layers.schema import Role
from planner.studies.inputs import Inputs

IntArray = npt.NDArray[np.int64]

SETTLEMENT_REACH_M = 1000.0
"""A facility without the identifier of a place speaks for places this near to it, straight line."""


def records_of_places(inputs: Inputs, facilities: IntArray) -> list[IntArray]:
    """Return for each place the positions in `facilities` of those that speak for it."""
    index = {place: i for i, place in enumerate(inputs.places.ids)}
    place_ids = {
        service: inputs.layers[Role.FACILITIES, service].texts("place_id")
        for service in {inputs.facilities.services[f] for f in facilities}
    }
    found: list[list[int]] = [[] for _ in inputs.places.ids]
    loose = []
    for position, facility in enumerate(facilities):
        said = str(place_ids[inputs.facilities.services[facility]][inputs.facility_row[facility]])
        if said in index:
            found[index[said]].append(position)
        elif not said:
            loose.append(position)
    if loose:
        distance, which = nearest_straight(
            inputs.place_xy, inputs.facility_xy[facilities[loose]], inputs.ground
        )
        for place in np.flatnonzero(distance <= SETTLEMENT_REACH_M):
            found[place].append(loose[which[place]])
    return [np.array(members, dtype=np.int64) for members in found]
