"""Many districts as a GeoPackage that QGIS opens styled: outlines by level of service, centres, tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from planner.i18n import Speech
from planner.maps.districts_map import class_of, districts_bounds, districts_legend, title_of
from planner.maps.geometry import as_geometry, utm_epsg
from planner.maps.marks import LIGHT, VALUE_CLASSES, marks
from planner.report import districts_tables as told
from planner.report import qml
from planner.report.blocks import clean
from planner.report.gpkg_file import AREA, POINT, frame_of, numbers_of, packed, points_of, style_table, texts
from planner.report.gpkg_styles import LONGEST_NAME, Look
from planner.results import REFERENCE_KINDS, TOGETHER, Districts
from planner.standards.model import in_language

UNKNOWN = "no_data"


def as_gpkg(found: Districts, say: Speech, made_at: dt.datetime) -> bytes:
    """Return districts compared as a GeoPackage.

    Its layers are ``districts`` (outlines with people, rank and level of service; ``covered_SERVICE`` and
    ``rank_SERVICE`` for every service) and ``centres``; its tables are ``services`` and ``standards`` (people by state
    for each district), ``failures`` and ``about``. ``class`` and ``class_SERVICE`` say in which colour of the map a
    district is drawn; QGIS offers a style for each service.

    Parameters
    ----------
    found : Districts
    say : Speech
    made_at : datetime.datetime
    """
    layers: dict[str, tuple[pd.DataFrame, str | None]] = {
        "districts": (_districts(found, say), AREA),
        "centres": (_centres(found, say), POINT),
        "services": (_services(found, say), None),
        "standards": (_standards(found), None),
        "failures": (_failures(found, say), None),
        "about": (_about(found, say, made_at), None),
    }
    there = {name: made for name, made in layers.items() if len(made[0])}
    looks = [*_looks(found, say, list(layers["districts"][0].columns)), _centre_look(say)]
    there["layer_styles"] = (style_table([look for look in looks if look.layer in there], made_at), None)
    bounds = districts_bounds(found)
    return packed(there, f"EPSG:{utm_epsg(bounds)}" if bounds else "EPSG:4326", made_at)


def _class(value: float | None, service: str) -> str:
    number = class_of(value, service)
    return VALUE_CLASSES[number] if number >= 0 else UNKNOWN


def _districts(found: Districts, say: Speech) -> pd.DataFrame:
    order = [row.id for row in found.ranking[TOGETHER]]
    districts = [found.district(id) for id in order]
    rows: dict[str, Any] = {
        "id": texts(order),
        "name": texts(found.name(d.id, say.language) for d in districts),
        "region": texts(found.regions.get(id) for id in order),
        "people": numbers_of([d.people for d in districts]),
        "places": numbers_of([d.places for d in districts]),
    }
    for service in (TOGETHER, *found.names):
        by_id = {row.id: row for row in found.ranking[service]}
        ranked = [by_id.get(id) for id in order]
        suffix = f"_{service}" if service else ""
        values = [row.value if row else None for row in ranked]
        rows[f"rank{suffix}"] = numbers_of([_known(row.rank if row else None) for row in ranked])
        rows[f"covered{suffix}" if service else "level"] = numbers_of([_known(v) for v in values])
        rows[f"class{suffix}"] = texts(_class(v, service) for v in values)
    for kind in REFERENCE_KINDS:
        small = [{r.kind: r.mean.get("small") for r in d.parity}.get(kind) for d in districts]
        rows[f"small_against_{kind}"] = numbers_of([_known(v) for v in small])
    rows["digest"] = texts(d.key for d in districts)
    return frame_of(rows, [as_geometry(d.outline) if d.outline else None for d in districts])


def _known(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _centres(found: Districts, say: Speech) -> pd.DataFrame:
    centres = [d.centre for d in found.districts]
    rows = {
        "district": texts(d.id for d in found.districts),
        "name": texts(in_language(c["name"], say.language) for c in centres),
        "people": numbers_of([_known(c["people"]) for c in centres]),
        "role": texts(found.roles.get(d.id, "district_centre") for d in found.districts),
    }
    lon, lat = (numbers_of([_known(c[key]) for c in centres]).to_numpy() for key in ("lon", "lat"))
    return frame_of(rows, points_of(lon, lat))


def _services(found: Districts, say: Speech) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "district": district.id,
                "service": one.service,
                "service_name": clean(in_language(found.names[one.service], say.language)),
                **{state.label: float(people) for state, people in one.tally().people.items()},
                "share_covered": _known(one.share_covered),
            }
            for district in found.districts
            for one in district.services
        ]
    )


def _standards(found: Districts) -> pd.DataFrame:
    """Return what ``planner assess --json`` prints of each standard in each district."""
    rows = [
        {"district": d.id, **{key: v for key, v in row.items() if not isinstance(v, Mapping | list | tuple)}}
        for d in found.districts
        for row in d.standards
    ]
    frame = pd.DataFrame(rows)
    for key in frame.columns:
        if key == "met":
            frame[key] = frame[key].astype("boolean")
        elif key in ("share_covered", "target_share", "share_low", "share_high"):
            frame[key] = pd.to_numeric(frame[key], errors="coerce").astype(float)
    return frame


def _failures(found: Districts, say: Speech) -> pd.DataFrame:
    reasons = [told.reason(f.message, f.fix, f.values, say) for f in found.failures]
    return pd.DataFrame(
        {
            "district": texts(f.id for f in found.failures),
            "workspace": texts(f.location for f in found.failures),
            "reason": texts(reasons),
        }
    )


def _about(found: Districts, say: Speech, made_at: dt.datetime) -> pd.DataFrame:
    lines = [say("Districts compared"), say("Made on {date}", date=say.date(made_at.date()))]
    return pd.DataFrame({"text": texts([*lines, *told.summary(found, say), *told.remarks(found, say)])})


def _looks(found: Districts, say: Speech, columns: list[str]) -> list[Look]:
    """Return a style of the districts for each service, all services together being that with which QGIS opens them."""
    fields = _fields(found, say, columns)
    label = qml.label("name", LIGHT.text, LIGHT.district, size=7, over=True)
    signs, looks = marks(LIGHT), []
    for service in (TOGETHER, *found.names):
        rows = {row.symbol: row.label for row in districts_legend(found, say, service)}
        # The best first, as in the legends of the maps.
        categories = [
            qml.Category(
                symbol, rows[symbol], qml.area(signs[symbol].fill or LIGHT.district, 1.0, LIGHT.outline, 0.2)
            )
            for symbol in (*reversed(VALUE_CLASSES), UNKNOWN)
            if symbol in rows
        ]
        renderer = qml.categorised(f"class_{service}" if service else "class", categories)
        name = clean(title_of(found, service, say))[:LONGEST_NAME]
        looks.append(Look("districts", name, qml.style(renderer, fields, label=label), service == TOGETHER))
    return looks


def _fields(found: Districts, say: Speech, columns: list[str]) -> qml.Fields:
    aliases = {
        "id": say("Identifier"), "name": say("District"), "region": say("Region"), "people": say("People"),
        "rank": say("Rank"), "level": say("Level of service"), "digest": say("Digest"),
        **{f"small_against_{kind}": say(told.SMALL_AGAINST[kind]) for kind in REFERENCE_KINDS},
    }  # fmt: skip
    for service, text in found.names.items():
        name = in_language(text, say.language)
        aliases[f"covered_{service}"] = f"{name}: {say('Covered')}"
        aliases[f"rank_{service}"] = f"{name}: {say('Rank')}"
    return qml.Fields({key: clean(text) for key, text in aliases.items() if key in columns}, {})


def _centre_look(say: Speech) -> Look:
    symbol = qml.marker(marks(LIGHT)["facility"], size=1.2)
    renderer = qml.single(symbol)
    return Look("centres", say("district centres"), qml.style(renderer, qml.Fields({}, {})))
