"""Write the sample district from public facts; what is not public is modelled and marked so.

Usage: python data/make_sample.py --facts ../shared/facts/hlybokaye --out data/geo
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sample.district import (
    boundary_layer,
    demand_layer,
    model_zones,
    plane,
    post_offices_layer,
    railway_layer,
    read_boundary,
    zones_layer,
)
from sample.ground import Feature, write_layer
from sample.manifest import write_manifest
from sample.places import read_places
from sample.reach import broadband_layer, heat_layer, masts_and_coverage, water_layer
from sample.references import references_layer
from sample.roads import model_roads, roads_layer
from sample.services import OFFERS, Sites, bus_layer, health_layers, offer_layer


def make_layers(facts: Path) -> dict[str, list[Feature]]:
    """Return every layer of the sample by its name.

    Parameters
    ----------
    facts : pathlib.Path
        Folder with ``boundary.csv``, ``settlements.csv``, ``post_offices.csv`` and ``railway_stops.csv``.
    """
    places = read_places(facts)
    boundary = read_boundary(facts)
    zones = model_zones(places, boundary)
    network = model_roads(places, plane(boundary))
    masts, coverage = masts_and_coverage(places, network, plane(boundary))
    sites = Sites(places, network)
    clinics, feldsher_points = health_layers(sites)
    return {
        "boundary": boundary_layer(boundary),
        "zones": zones_layer(zones),
        "demand": demand_layer(places, zones),
        "roads": roads_layer(network, places),
        "post_offices": post_offices_layer(facts, places),
        "railway_stops": railway_layer(facts, places),
        "masts": masts,
        "mobile_coverage": coverage,
        "fixed_broadband": broadband_layer(places),
        "water_mains": water_layer(places, network),
        "heat_network": heat_layer(network),
        "clinics": clinics,
        "feldsher_points": feldsher_points,
        "bus_stops": bus_layer(sites),
        "reference_places": references_layer(),
        **{name: offer_layer(sites, name) for name in OFFERS},
    }


def main() -> int:
    """Write the layers and their manifest into a folder."""
    parser = argparse.ArgumentParser(description="Write the sample district from public facts.")
    parser.add_argument("--facts", type=Path, required=True, help="folder with the facts about the district")
    parser.add_argument("--out", type=Path, required=True, help="folder to write into")
    options = parser.parse_args()
    missing = [name for name in ("boundary", "settlements") if not (options.facts / f"{name}.csv").is_file()]
    if missing:
        sys.stderr.write(
            f"{options.facts} has no {missing[0]}.csv; give the folder of the facts with --facts.\n"
        )
        return 2
    layers = make_layers(options.facts)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, features in layers.items():
        write_layer(options.out / f"{name}.geojson", features)
    write_manifest(options.out / "sample.yaml", layers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
