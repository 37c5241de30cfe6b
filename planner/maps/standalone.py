"""The map as one HTML page of its own, which opens from a file with no network."""

from __future__ import annotations

from collections.abc import Sequence

from branca.element import MacroElement
from folium import FeatureGroup
from folium.template import Template

from planner.i18n import Speech
from planner.maps.district_map import base_map, service_layer
from planner.maps.embed import embedded
from planner.maps.legend import LegendRow, legend, modelled_note
from planner.maps.marks import swatch
from planner.maps.view import service_name
from planner.results import Assessment
from planner.standards.model import in_language


class _Panel(MacroElement):
    """The box in which a service is chosen, with its legend."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            districtMap.panel({{ this._parent.get_name() }}, [{{ this.names() }}], {{ this.data }});
        {% endmacro %}
        """
    )

    def __init__(self, groups: Sequence[FeatureGroup], data: object) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "DistrictPanel"
        self.groups = groups
        self.data = embedded(data)

    def names(self) -> str:
        """Return the JavaScript names of the layers that are chosen between."""
        return ", ".join(group.get_name() for group in self.groups)


def standalone_html(
    assessment: Assessment, say: Speech, services: Sequence[str], *, dark: bool = False
) -> str:
    """Return a page with the district's map, a choice of services and the legend of each.

    Parameters
    ----------
    assessment : Assessment
    say : Speech
    services : sequence of str
        Services that were assessed, in the order of the choice; the first is shown.
    dark : bool

    Raises
    ------
    KeyError
        If a service was not assessed.
    ValueError
        If no service is given.
    PlannerError
        If Leaflet has not been brought to this installation.
    """
    if not services:
        raise ValueError("services: at least one service is needed")
    page = base_map(assessment, say, dark=dark)
    groups = [service_layer(assessment, say, service, show=False) for service in services]
    for group in groups:
        group.add_to(page)
    rows = {service: legend(assessment, say, service, dark=dark) for service in services}
    symbols = {row.symbol for found in rows.values() for row in found}
    data = {
        "title": in_language(assessment.district, say.language),
        "choose": say("Service"),
        "swatches": {symbol: swatch(symbol, dark=dark) for symbol in sorted(symbols)},
        "services": [
            {
                "name": service_name(assessment, service, say),
                "rows": [[row.symbol, row.label, _count(row, say)] for row in rows[service]],
                "note": modelled_note(assessment, say, service),
            }
            for service in services
        ],
    }
    page.add_child(_Panel(groups, data))
    return page.standalone()


def _count(row: LegendRow, say: Speech) -> str:
    if row.people is not None:
        return say.plural("{count} person", "{count} people", row.people)
    return say.number(row.places)
