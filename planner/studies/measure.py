"""Measuring a standard on a district: which number belongs to each place, and from which facility."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.coverage import access
from planner.coverage.judge import addressed, meets, states
from planner.layers.schema import Role
from planner.network.attach import Impedance, ModeRoads, Snapped
from planner.network.bus import BusRoads
from planner.network.graph import Direction, RoadNetwork
from planner.results import StateArray
from planner.standards.model import Indicator, Measure, Standard
from planner.studies.inputs import Inputs
from planner.studies.layer import Layer
from planner.studies.on_roads import OnRoads, matching_lines, same_stops
from planner.studies.records import records_of_places
from planner.studies.travel import BUS, STOPS, roads_of_mode

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def whom(inputs: Inputs, standard: Standard, population: FloatArray) -> BoolArray:
    """Return which places a standard addresses; (n,), or (draws, n) where draws of the population decide it."""
    rule = standard.area
    return addressed(
        np.array(inputs.places.area_types, dtype=object),
        population,
        inputs.council_centre,
        types=rule.types,
        population_from=rule.population_from,
        population_to=rule.population_to,
        centre=rule.council_centre,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured for each of the n places.

    Attributes
    ----------
    value : (n,) float array
        In the unit of the standard; NaN where unknown.
    nearest : (n,) int array
        Index into the district's facilities, -1 where the value belongs to none.
    has_number : bool
        False where the value only says yes (1) or no (0).
    unreachable : (n,) bool array or None
    connected : (n,) bool array or None
    layers : tuple of Layer
        What it was measured on; empty where nothing was loaded to measure it on.
    """

    value: FloatArray
    nearest: IntArray
    has_number: bool = True
    unreachable: BoolArray | None = None
    connected: BoolArray | None = None
    layers: tuple[Layer, ...] = ()

    def asked(self, measure: Measure) -> tuple[float, str]:
        """Return threshold and comparator of a measure; a yes or no is asked to be yes."""
        return (measure.threshold, measure.comparator) if self.has_number else (1.0, ">=")

    def states(self, measure: Measure, applies: BoolArray, located: BoolArray) -> StateArray:
        """Return the state of each place, see :func:`planner.coverage.judge.states`."""
        return states(
            self.value,
            meets(self.value, *self.asked(measure)),
            applies=applies,
            located=located,
            unreachable=self.unreachable,
            connected=self.connected,
        )


class Gauge:
    """Measures standards on one district; what several standards share is computed once.

    Parameters
    ----------
    inputs : Inputs
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self._modes: dict[str, OnRoads] = {}
        self._reached: dict[tuple[str, Impedance, Direction, bytes], tuple[FloatArray, IntArray]] = {}
        self._left_out = np.zeros(len(inputs.facilities), dtype=bool)
        self._alone = False

    def without(self, facilities: IntArray) -> Gauge:
        """Return a gauge that does not count some facilities, and shares with this one what is computed once.

        Parameters
        ----------
        facilities : (k,) int array
            Indices into the district's facilities.
        """
        other = copy.copy(self)
        other._left_out = self._left_out.copy()
        other._left_out[facilities] = True
        return other

    def own(self) -> Gauge:
        """Return a gauge that counts nothing of neighbouring districts: no facility, no service area and no main."""
        other = self.without(self.inputs.beyond)
        other._alone = True
        return other

    def counts_neighbours(self, measure: Measure) -> bool:
        """Whether a standard's measure counts anything of neighbouring districts."""
        if np.isin(self.facilities_of(measure), self.inputs.beyond).any():
            return True
        layers = (*self._sources(measure, Role.SERVICE_AREA), *self._sources(measure, Role.LINES))
        return any(bool((layer.brought & layer.matching(measure.where)).any()) for layer in layers)

    def following(self, inputs: Inputs, same: IntArray) -> Gauge:
        """Return a gauge of the same district with other facilities; only new ones are joined to the roads.

        Parameters
        ----------
        inputs : Inputs
            With the same places, roads and conditions.
        same : (m,) int array
            For each of its facilities the index of the one here that stands on the same spot; -1 where there is none.
        """
        other = Gauge(inputs)
        for mode, on_roads in self._modes.items():
            if not isinstance(on_roads.roads, BusRoads) or same_stops(self.inputs, inputs):
                other._modes[mode] = on_roads.with_facilities(len(inputs.places), inputs.facility_xy, same)
        return other

    def measure(self, measure: Measure, applies: BoolArray) -> Measured:
        """Return what a standard's measure gives for each place.

        Parameters
        ----------
        measure : Measure
        applies : (n,) bool array
            Which places the standard addresses; indicators per people count only these.
        """
        how: dict[Indicator, Callable[[Measure, BoolArray], Measured]] = {
            Indicator.TRAVEL_TIME: self._travel,
            Indicator.TRAVEL_DISTANCE: self._travel,
            Indicator.STRAIGHT_DISTANCE: self._straight,
            Indicator.WITHIN_AREA: self._within_area,
            Indicator.DISTANCE_TO_LINE: self._to_line,
            Indicator.SETTLEMENT_VALUE: self._settlement_value,
            Indicator.NEAREST_VALUE: self._nearest_value,
            Indicator.FACILITIES_PER_PEOPLE: self._per_people,
            Indicator.CAPACITY_PER_PEOPLE: self._per_people,
        }
        return how[measure.indicator](measure, applies)

    def snapped(self, mode: str) -> Snapped | None:
        """Return where all places, then all facilities, reach the roads of a mode; None without roads."""
        on_roads = self._on_roads(mode)
        return on_roads.points if on_roads else None

    def main_component_share(self, mode: str) -> float:
        """Return the main component's share of the length of the roads that a mode may use; 1 without roads."""
        on_roads = self._on_roads(mode)
        return on_roads.roads.component_share if on_roads else 1.0

    def on_roads(self, mode: str) -> tuple[ModeRoads, Snapped] | None:
        """Return the roads of a mode, and where all places, then all facilities, reach them; None without roads."""
        found = self._on_roads(mode)
        return (found.roads, found.points) if found and isinstance(found.roads, ModeRoads) else None

    def network(self, mode: str, impedance: Impedance) -> tuple[RoadNetwork, IntArray] | None:
        """Return the network of a mode with all places and facilities joined to it, and their nodes."""
        found = self._on_roads(mode)
        return found.network(impedance) if found else None

    def stops_counted_on(self) -> int:
        """Return how many bus stops a ride can begin or end at; 0 where none was asked for."""
        on_roads = self._modes.get(BUS)
        return on_roads.roads.stops.size if on_roads and isinstance(on_roads.roads, BusRoads) else 0

    @property
    def used_modes(self) -> tuple[str, ...]:
        """Return the modes that were asked for so far."""
        return tuple(self._modes)

    def _on_roads(self, mode: str) -> OnRoads | None:
        if mode not in self._modes:
            of_mode = roads_of_mode(self.inputs, mode)
            if of_mode is None:
                return None
            everything = np.concatenate([self.inputs.place_xy, self.inputs.facility_xy])
            self._modes[mode] = OnRoads(of_mode, of_mode.snap(everything))
        return self._modes[mode]

    def _sources(self, measure: Measure, role: Role) -> tuple[Layer, ...]:
        layers = self.inputs.layers
        return tuple(layers[role, s] for s in measure.sources if (role, s) in layers)

    def _placed(self, measure: Measure, role: Role) -> tuple[Layer, ...]:
        """Return the layers of a measure that say where anything is; where the others' service is, is not known."""
        return tuple(layer for layer in self._sources(measure, role) if layer.placed)

    def facilities_of(self, measure: Measure) -> IntArray:
        """Return the indices of the facilities that a measure counts."""
        wanted = np.zeros(len(self.inputs.facilities), dtype=bool)
        for layer, mine in self._facilities(measure):
            wanted[mine] = layer.matching(measure.where)[self.inputs.facility_row[mine]]
        wanted[self.inputs.beyond] &= not measure.of_district
        return np.flatnonzero(wanted & ~self._left_out)

    def best_first(self, measure: Measure, facilities: IntArray) -> IntArray:
        """Return facilities in the order in which people choose among equally near ones: by what is measured there."""
        if measure.indicator is not Indicator.NEAREST_VALUE:
            return facilities
        return facilities[access.best_first(self._attribute(measure, facilities), measure.comparator == "<=")]

    def nearest_of(self, measure: Measure) -> IntArray | None:
        """Return the facility nearest to each place by the ways of a measure, -1 for none; None without roads."""
        if measure.indicator is Indicator.STRAIGHT_DISTANCE:
            return self._straight(measure, np.ones(len(self.inputs.places), dtype=bool)).nearest
        found = self._reach(measure)
        return found[1] if found else None

    def _facilities(self, measure: Measure) -> list[tuple[Layer, IntArray]]:
        """Return the layers of facilities of a measure, and the indices of the facilities of each."""
        layers = self._sources(measure, Role.FACILITIES)
        return [(layer, self.inputs.of_service(layer.record.service)) for layer in layers]

    def _attribute(self, measure: Measure, facilities: IntArray) -> FloatArray:
        """Return the wanted attribute of facilities; 1 where the measure counts facilities themselves."""
        if measure.attribute is None:
            return np.ones(facilities.size)
        values = np.full(len(self.inputs.facilities), np.nan)
        for layer, mine in self._facilities(measure):
            values[mine] = layer.numbers(measure.attribute)[self.inputs.facility_row[mine]]
        # No supply, speed or number of trips is below nothing: such a record tells nothing.
        values[values < 0] = np.nan
        return np.asarray(values[facilities])

    def _nothing(self) -> Measured:
        n = len(self.inputs.places)
        return Measured(np.full(n, np.nan), np.full(n, -1, dtype=np.int64))

    def _reach(self, measure: Measure) -> tuple[FloatArray, IntArray, BoolArray] | None:
        """Return cost (seconds or metres), facility and connection of each place; None without roads."""
        mode = measure.mode or "car"
        on_roads = self._on_roads(mode)
        if on_roads is None:
            return None
        chosen = self.best_first(measure, self.facilities_of(measure))
        impedance: Impedance = "time" if measure.indicator is Indicator.TRAVEL_TIME else "distance"
        direction: Direction = "from" if measure.from_facility else "to"
        key = (mode, impedance, direction, hashlib.sha256(chosen.tobytes()).digest())
        n = len(self.inputs.places)
        if key not in self._reached:
            network, node = on_roads.network(impedance)
            usable = chosen[on_roads.points.connected[n + chosen]]
            cost, which = network.nearest(node[n + usable], direction=direction)
            at = node[:n]
            self._reached[key] = cost[at], np.where(which[at] >= 0, np.append(usable, -1)[which[at]], -1)
        return *self._reached[key], on_roads.points.connected[:n]

    def _travel(self, measure: Measure, applies: BoolArray) -> Measured:
        layers = self._placed(measure, Role.FACILITIES)
        found = self._reach(measure) if layers else None
        if found is None:
            return self._nothing()
        cost, nearest, connected = found
        value = cost / 60.0 if measure.indicator is Indicator.TRAVEL_TIME else cost
        return Measured(
            value, nearest, True, np.isposinf(value), connected, (*layers, *self._way_layers(measure))
        )

    def _nearest_value(self, measure: Measure, applies: BoolArray) -> Measured:
        found = self._reach(measure) if self._placed(measure, Role.FACILITIES) else None
        return self.offered(measure, *found) if found else self._nothing()

    def offered(
        self, measure: Measure, cost: FloatArray, nearest: IntArray, connected: BoolArray
    ) -> Measured:
        """Return what facilities offer to the places that go to them, given the way there in metres."""
        layers = self._sources(measure, Role.FACILITIES)
        attribute = self._attribute(measure, np.arange(len(self.inputs.facilities)))
        value = np.append(attribute, np.nan)[nearest]
        if measure.reach_m is not None:
            # Beyond the reach there is no such service for the place: nothing of it, which is known.
            beyond = cost > measure.reach_m
            value[beyond], nearest = 0.0, np.where(beyond, -1, nearest)
        return Measured(
            value, nearest, True, np.isposinf(cost), connected, (*layers, *self._way_layers(measure))
        )

    def _straight(self, measure: Measure, applies: BoolArray) -> Measured:
        layers = self._placed(measure, Role.FACILITIES)
        if not layers:
            return self._nothing()
        chosen = self.facilities_of(measure)
        inputs = self.inputs
        distance, which = access.nearest_straight(inputs.place_xy, inputs.facility_xy[chosen], inputs.ground)
        nearest = np.where(which >= 0, np.append(chosen, -1)[which], -1)
        return Measured(distance, nearest, True, np.isposinf(distance), None, layers)

    def _counted(self, layer: Layer) -> BoolArray:
        """Return which features of a layer count; roads always do, whosever they are."""
        if not self._alone or layer.record.role is Role.ROADS:
            return np.ones(len(layer.frame), dtype=bool)
        return ~layer.brought

    def _within_area(self, measure: Measure, applies: BoolArray) -> Measured:
        layers = self._placed(measure, Role.SERVICE_AREA)
        if not layers:
            return self._nothing()
        found = np.zeros(len(self.inputs.places), dtype=bool)
        for layer in layers:
            areas = layer.shapes[layer.matching(measure.where) & self._counted(layer)]
            found |= access.first_inside(self.inputs.place_xy, areas) >= 0
        return Measured(found.astype(np.float64), self._nothing().nearest, False, layers=layers)

    def _to_line(self, measure: Measure, applies: BoolArray) -> Measured:
        layers = self._placed(measure, Role.LINES)
        if "roads" in measure.sources:
            layers = (*layers, *self._road_layers())
        if not layers:
            return self._nothing()
        lines = np.concatenate(
            [layer.shapes[matching_lines(layer, measure) & self._counted(layer)] for layer in layers]
        )
        distance = access.nearest_line(self.inputs.place_xy, lines, self.inputs.ground)
        return Measured(distance, self._nothing().nearest, True, np.isposinf(distance), layers=layers)

    def _settlement_value(self, measure: Measure, applies: BoolArray) -> Measured:
        """The greatest known value among records of the settlement and areas it lies in."""
        inputs, attribute = self.inputs, measure.attribute or ""
        points = self._sources(measure, Role.FACILITIES)
        areas = self._placed(measure, Role.SERVICE_AREA)
        demand = inputs.layers[Role.DEMAND, ""]
        own = (demand,) if attribute in demand.frame else ()
        if not (points or areas or own):
            return self._nothing()
        chosen = self.facilities_of(measure)
        value, at = access.greatest(self._attribute(measure, chosen), records_of_places(inputs, chosen))
        nearest = np.where(at >= 0, np.append(chosen, -1)[at], -1)
        for layer in areas:
            kept = layer.matching(measure.where) & self._counted(layer)
            hits = access.inside(inputs.place_xy, layer.shapes[kept])
            of_area, _ = access.greatest(layer.numbers(attribute)[kept], hits)
            # Outside every mapped area there is none of the service, and that is known.
            of_area[[found.size == 0 for found in hits]] = 0.0
            nearest = np.where(of_area > np.nan_to_num(value, nan=-np.inf), -1, nearest)
            value = np.fmax(value, of_area)
        if own:
            value = np.fmax(value, demand.numbers(attribute))
        return Measured(value, nearest, True, layers=(*points, *areas, *own))

    def _per_people(self, measure: Measure, applies: BoolArray) -> Measured:
        """People against facilities or their capacity, in the district or in each zone."""
        by_zone = measure.scope == "zone"
        layers = (self._placed if by_zone else self._sources)(measure, Role.FACILITIES)
        inputs = self.inputs
        if not layers or (by_zone and not len(inputs.zones)):
            return self._nothing()
        chosen = self.facilities_of(measure)
        supply = self._attribute(measure, chosen)
        if chosen.size and np.isnan(supply).all():
            return self._nothing()
        place_group = inputs.places.zone if by_zone else np.zeros(len(inputs.places), dtype=np.int64)
        supply_group = np.zeros(chosen.size, dtype=np.int64)
        if by_zone:
            supply_group = access.first_inside(inputs.facility_xy[chosen], inputs.zone_shapes)
        n_groups = max(1, len(inputs.zones)) if by_zone else 1
        people, given = access.ratio_by_group(
            inputs.places.population, np.where(applies, place_group, -1), supply, supply_group, n_groups
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = people / given if measure.comparator == "<=" else given * measure.per / people
        # Where the known supply does not suffice and some is not known, neither is whether there is a gap.
        some_unknown = np.zeros(n_groups, dtype=bool)
        some_unknown[supply_group[np.isnan(supply) & (supply_group >= 0)]] = True
        ratio[some_unknown & ~meets(ratio, measure.threshold, measure.comparator)] = np.nan
        value = np.where(place_group >= 0, ratio[place_group], np.nan)
        return Measured(value, self._nothing().nearest, True, layers=layers)

    def _way_layers(self, measure: Measure) -> tuple[Layer, ...]:
        """Return the layers that ways lead over: roads and, by bus, stops."""
        stops = self.inputs.layers.get((Role.FACILITIES, STOPS)) if measure.mode == BUS else None
        return (*self._road_layers(), *((stops,) if stops else ()))

    def _road_layers(self) -> tuple[Layer, ...]:
        layer = self.inputs.layers.get((Role.ROADS, ""))
        return (layer,) if layer and layer.placed else ()
