"""Every fault that reading and checking a layer can find, in one catalogue, and findings made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from planner.layers.fault import Fault
from planner.layers.faults_in_files import IN_FILES
from planner.layers.faults_in_layers import IN_LAYERS
from planner.layers.faults_in_osm import IN_OSM
from planner.layers.findings import Finding, Severity

FAULTS: dict[str, Fault] = {**IN_FILES, **IN_LAYERS, **IN_OSM}

EXAMPLES = 5
"""How many features a message names; the finding itself lists all of them."""


def finding(
    code: str,
    layer: str,
    ids: Sequence[str] = (),
    *,
    severity: Severity | None = None,
    repairable: bool | None = None,
    said: Mapping[str, object] | None = None,
    **values: object,
) -> Finding:
    """Return a finding of a kind of fault.

    Parameters
    ----------
    code : str
        A key of :data:`FAULTS`.
    layer : str
        The file or layer it was found in.
    ids : sequence of str
        The features concerned; empty when it concerns the file as a whole.
    severity, repairable
        Where they differ from the kind's own, because the layer's role makes the fault weigh more or less.
    said, **values
        What the placeholders of the templates stand for.
    """
    fault = FAULTS[code]
    ids = tuple(ids)
    values = {**(said or {}), **values}
    values.setdefault("count", len(ids))
    values.setdefault("examples", examples(ids))
    return Finding(
        code=code,
        severity=severity or fault.severity,
        layer=layer,
        message_template=fault.message,
        fix_template=fault.fix,
        feature_ids=ids,
        count=len(ids),
        values=values,
        repairable=fault.repairable if repairable is None else repairable,
    )


def examples(names: Iterable[object]) -> str:
    """Return the first few of many names in a phrase."""
    listed = [str(name) for name in names]
    return ", ".join(listed[:EXAMPLES]) + (", …" if len(listed) > EXAMPLES else "")
