"""The words of the report that are not sentences about a district: headings, columns, verdicts, notes."""

from __future__ import annotations

from planner.i18n import Speech
from planner.i18n.words import N_

VERDICTS = {
    "met": N_("met"),
    "not_met": N_("not met"),
    "unknown": N_("not known"),
    "not_applicable": N_("applies to no one here"),
}

KINDS = {
    "city": N_("city"),
    "town": N_("town"),
    "urban settlement": N_("urban settlement"),
    "agrotown": N_("agrotown"),
    "village": N_("village"),
    "hamlet": N_("hamlet"),
    "khutor": N_("farmstead"),
}

SOURCES = {
    "modelled": N_("modelled"),
    "estimated": N_("estimated"),
    "census 2009": N_("census 2009"),
    "public facts": N_("public facts"),
}

STANDARD_KINDS = {
    "norm": N_("norm"),
    "policy_target": N_("policy target"),
    "concept": N_("concept"),
    "indicator": N_("indicator"),
}

HEADINGS = {
    "summary": N_("Summary"),
    "services": N_("Services"),
    "scorecard": N_("Scorecard by standard"),
    "chart": N_("People by state, service by service"),
    "councils": N_("Rural councils and services"),
    "ranking": N_("Where most is missing"),
    "each_service": N_("Service by service"),
    "places": N_("Places"),
    "places_lacking": N_("Places without the service"),
    "by_council": N_("By rural council"),
    "councils_sheet": N_("Councils"),
    "facilities": N_("Service points"),
    "standards": N_("Standards"),
    "without_value": N_("Standards without a value"),
    "method": N_("Method"),
    "data": N_("Data"),
    "warnings": N_("Remarks"),
    "map": N_("Map"),
    "interactive": N_("Interactive map"),
}

COLUMNS = {
    "service": N_("Service"),
    "standard": N_("Standard"),
    "basis": N_("Basis"),
    "people": N_("People"),
    "by_state": N_("People by state"),
    "lacking": N_("Without"),
    "lacking_long": N_("People without the service"),
    "unknown": N_("State not known"),
    "addressed": N_("Addressed"),
    "share": N_("Covered"),
    "share_long": N_("Share covered"),
    "share_low": N_("Share covered, from"),
    "share_high": N_("Share covered, to"),
    "target": N_("Target"),
    "target_long": N_("Target share"),
    "verdict": N_("Verdict"),
    "places_in_gap": N_("Places without"),
    "place": N_("Place"),
    "council": N_("Rural council"),
    "kind": N_("Kind"),
    "state": N_("State"),
    "value": N_("Measured"),
    "required": N_("Asked for"),
    "shortfall": N_("Shortfall"),
    "nearest": N_("Nearest"),
    "services_lacking": N_("Services missing"),
    "weight": N_("People × shortfall"),
    "id": N_("Identifier"),
    "population_source": N_("Source of the count"),
    "lon": N_("Longitude"),
    "lat": N_("Latitude"),
    "number": N_("Number"),
    "modelled": N_("Of these modelled"),
    "not_located": N_("Of these not located"),
    "who": N_("Addresses"),
    "legal_basis": N_("Legal basis"),
    "clause": N_("Clause"),
    "address": N_("Address"),
    "confidence": N_("Confidence"),
    "standing": N_("Standing"),
    "assumption": N_("Assumed to measure it"),
    "role": N_("Role"),
    "data_layer": N_("Layer"),
    "source": N_("Source"),
    "digest": N_("Digest"),
    "total": N_("District"),
    "what": N_("What"),
}

PHRASES = {
    "everyone": N_("everyone"),
    "nobody_lacking": N_("No place is known to be without this service."),
    "council_note": N_(
        "People without each service. A dot: nobody; a question mark: not known for anyone; a dash: the "
        "standards address nobody there."
    ),
    "ranking_note": N_(
        "Places in order of people times relative shortfall, added up over the services. The relative "
        "shortfall is the shortfall as a share of the threshold, for each service by the standard it misses"
        " most."
    ),
    "modelled_note": N_(
        "Modelled: measured on layers that are modelled, not surveyed. The numbers show how the method "
        "works, not how the district is served."
    ),
    "proxy_note": N_(
        "Proxy: measured by a standard of another jurisdiction, for lack of one of its own. Missing it "
        "breaks no rule that binds this district."
    ),
    "without_value_note": N_(
        "These standards exist, but their values are not loaded, so nothing was measured by them."
    ),
    "standards_note": N_("Compiled from public pages. Check an act before relying on it in law."),
    "range_note": N_(
        "Below a share: nine of ten draws lie between these bounds when estimated populations, unlocated places and "
        "doubtful facilities are other than assumed. The share itself is that of the data as they are: where whatever "
        "is in doubt can only do harm, it lies outside them. Where nothing stands there, nothing is in doubt."
    ),
    "signs": N_("† measured by a proxy standard of another jurisdiction · * measured on modelled data"),
    "modelled": N_("modelled"),
    "modelled_data": N_("modelled data"),
    "proxy": N_("proxy"),
    "outside": N_("outside the councils"),
    "version": N_("Version of the planner"),
    "scenario": N_("Scenario"),
    "standards_digest": N_("Catalogue of standards"),
    "season": N_("Season of the roads"),
    "speeds": N_("Table of speeds"),
    "slopes": N_("Slopes"),
    "slopes_minded": N_("walking by Tobler's function, on heights along the roads"),
    "slopes_flat": N_("not considered: the roads have no heights"),
    "barriers": N_("Rivers and railways"),
    "barriers_kept": N_("the way from a place to a road crosses none"),
    "barriers_none": N_("not considered: no layer of barriers is loaded"),
    "map_caption": N_("Map: {service}"),
    "made": N_("Made on {date}"),
    "screen_only": N_("Move, zoom and click: this map works without a network."),
    "council_memo": N_("Council memo"),
    "count_population": N_("population: {source}"),
    "count_zones": N_("rural councils: {source}"),
}

METHOD = (
    N_(
        "For every place and every standard the way to the nearest service point, or the value at the "
        "place, is measured and held against the threshold. A place is covered when the value meets the "
        "threshold exactly or better."
    ),
    N_(
        "Ways over the road network include the way from the place to the road. Distances are measured on "
        "the ellipsoid or in the district's own UTM zone."
    ),
    N_(
        "Each place is in one state under each standard: covered; gap (measured, and short of the "
        "threshold); unreachable (no way on the network); not connected to a road; no data; not located; or"
        " the standard does not apply to it."
    ),
    N_(
        "What is not known counts neither as a gap nor as covered: the share covered is taken over the "
        "people whose state is known."
    ),
    N_(
        "A standard is met when the share covered reaches its target share; where it names none, when "
        "everyone whose state is known is covered. A service is met when all its standards are."
    ),
    N_("Under a service with several standards, a place takes the worst state that applies to it."),
    N_(
        "A standard of another jurisdiction stands in as a proxy where the district has none of its own, "
        "and is so marked."
    ),
)


BY_BUILDING = {
    "councils": N_("Quarters and services"),
    "by_council": N_("By quarter"),
    "councils_sheet": N_("Quarters"),
    "council": N_("Quarter"),
    "places": N_("Homes"),
    "places_lacking": N_("Homes without the service"),
    "places_in_gap": N_("Homes without"),
    "place": N_("Home"),
    "total": N_("Town"),
    "nobody_lacking": N_("No home is known to be without this service."),
    "outside": N_("outside the quarters"),
    "council_memo": N_("Memo of the quarter"),
    "ranking_note": N_(
        "Homes in order of people times relative shortfall, added up over the services. The relative "
        "shortfall is the shortfall as a share of the threshold, for each service by the standard it misses"
        " most."
    ),
    "barriers_kept": N_("the way from a home to a road crosses none"),
    "count_zones": N_("quarters: {source}"),
}
"""What is said instead where places are the homes of a town, and zones its quarters."""


BY_BUILDING_METHOD = {
    METHOD[0]: N_(
        "For every home and every standard the way to the nearest service point, or the value at the "
        "home, is measured and held against the threshold. A home is covered when the value meets the "
        "threshold exactly or better."
    ),
    METHOD[1]: N_(
        "Ways over the road network include the way from the home to the road. Distances are measured on "
        "the ellipsoid or in the district's own UTM zone."
    ),
    METHOD[2]: N_(
        "Each home is in one state under each standard: covered; gap (measured, and short of the "
        "threshold); unreachable (no way on the network); not connected to a road; no data; not located; or"
        " the standard does not apply to it."
    ),
    METHOD[5]: N_("Under a service with several standards, a home takes the worst state that applies to it."),
}
"""What is said of the method instead where places are homes."""


class Labels:
    """The report's words in one language, by key: ``labels.columns["people"]``."""

    def __init__(self, say: Speech, *, by_building: bool = False) -> None:
        instead = BY_BUILDING if by_building else {}
        self.headings = {key: say(instead.get(key, text)) for key, text in HEADINGS.items()}
        self.columns = {key: say(instead.get(key, text)) for key, text in COLUMNS.items()}
        self.phrases = {key: say(instead.get(key, text)) for key, text in PHRASES.items()}
        self.verdicts = {key: say(text) for key, text in VERDICTS.items()}
        method = BY_BUILDING_METHOD if by_building else {}
        self.method = tuple(say(method.get(text, text)) for text in METHOD)
        self.by_building = by_building

    def more_places(self, say: Speech, count: int) -> str:
        """Return how many places were left out of a list."""
        if self.by_building:
            return say.plural("and {count} more home", "and {count} more homes", count)
        return say.plural("and {count} more place", "and {count} more places", count)


def known(say: Speech, words: dict[str, str], value: str) -> str:
    """Return a word of the data in the report's language; an unknown one stays as it is."""
    found = words.get(value.strip().lower())
    return say(found) if found else value
