"""Reference places: what is known of the regional centre and the capital.

They come as a layer of facilities of the service ``reference_place``: a point a place, its column ``reference`` says
``regional_centre`` or ``capital``, and a column named after a standard holds what that standard measures there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.layers.schema import Role
from planner.results import REFERENCE_KINDS, Reference
from planner.standards.catalogue import REFERENCE_SERVICE
from planner.studies.inputs import Inputs
from planner.studies.layer import layer_names


@dataclass(frozen=True, slots=True)
class ReferencePlace:
    """A reference place outside the district, and what each standard measures there, by the standard's id."""

    reference: Reference
    values: Mapping[str, float]


def reference_places(inputs: Inputs) -> list[ReferencePlace]:
    """Return the reference places that are loaded: the regional centre, then the capital; the first of each kind."""
    layer = inputs.layers.get((Role.FACILITIES, REFERENCE_SERVICE))
    if layer is None:
        return []
    kinds, names = layer.texts("reference"), layer_names(layer)
    columns = {c: layer.numbers(c) for c in layer.frame.columns if c != layer.frame.geometry.name}
    sources = layer.texts("source")
    found = []
    for kind in REFERENCE_KINDS[1:]:
        rows = np.flatnonzero(kinds == kind)
        if rows.size:
            row = int(rows[0])
            values = {c: float(v[row]) for c, v in columns.items() if np.isfinite(v[row])}
            modelled = layer.record.origin.modelled or sources[row] == "modelled"
            found.append(ReferencePlace(Reference(kind, names[row], modelled), values))
    return found
