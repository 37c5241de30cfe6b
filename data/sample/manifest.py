"""The manifest of the sample: what each file is, for ``planner new --sample``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from sample.ground import Feature

ATTRIBUTION = (
    "OpenStreetMap contributors (ODbL), GeoNames (CC BY 4.0), Who's On First, "
    "National Statistical Committee of Belarus (census 2009)"
)
MODELLED_ATTRIBUTION = (
    "modelled around places from OpenStreetMap contributors (ODbL) and GeoNames (CC BY 4.0)"
)
LICENCE = "ODbL 1.0"

_PUBLIC = "OpenStreetMap, GeoNames"
_MODELLED = "modelled"

LAYERS: tuple[tuple[str, str, str | None, str, tuple[str, str, str]], ...] = (
    (
        "boundary",
        "boundary",
        None,
        "OpenStreetMap, Who's On First",
        ("Граница района", "Мяжа раёна", "District boundary"),
    ),
    (
        "zones",
        "zones",
        None,
        "names: census 2009; outline: modelled",
        ("Сельсоветы", "Сельсаветы", "Rural councils"),
    ),
    (
        "demand",
        "demand",
        None,
        f"{_PUBLIC}, Belstat (census 2009); where no count is public: estimated",
        ("Население по населённым пунктам", "Насельніцтва па населеных пунктах", "People by settlement"),
    ),
    ("roads", "roads", None, _MODELLED, ("Дороги и улицы", "Дарогі і вуліцы", "Roads and streets")),
    (
        "post_offices",
        "facilities",
        "post_office",
        _PUBLIC,
        ("Отделения почтовой связи", "Аддзяленні паштовай сувязі", "Post offices"),
    ),
    (
        "railway_stops",
        "facilities",
        "railway",
        _PUBLIC,
        (
            "Железнодорожные станции и остановочные пункты",
            "Чыгуначныя станцыі і прыпыначныя пункты",
            "Railway stops",
        ),
    ),
    (
        "masts",
        "facilities",
        "mast",
        _MODELLED,
        ("Базовые станции мобильной связи", "Базавыя станцыі мабільнай сувязі", "Mobile masts"),
    ),
    (
        "mobile_coverage",
        "service-area",
        "mobile",
        _MODELLED,
        ("Покрытие мобильной связи", "Пакрыццё мабільнай сувязі", "Mobile coverage"),
    ),
    (
        "fixed_broadband",
        "facilities",
        "broadband",
        _MODELLED,
        ("Стационарный интернет", "Стацыянарны інтэрнэт", "Fixed broadband"),
    ),
    ("water_mains", "lines", "water", _MODELLED, ("Водопровод", "Водаправод", "Water mains")),
    ("heat_network", "lines", "heating", _MODELLED, ("Тепловые сети", "Цеплавыя сеткі", "District heating")),
    ("schools", "facilities", "school", _MODELLED, ("Школы", "Школы", "Schools")),
    (
        "kindergartens",
        "facilities",
        "kindergarten",
        _MODELLED,
        ("Детские сады", "Дзіцячыя сады", "Kindergartens"),
    ),
    (
        "clinics",
        "facilities",
        "clinic",
        _MODELLED,
        ("Больницы и амбулатории", "Бальніцы і амбулаторыі", "Hospitals and clinics"),
    ),
    ("feldsher_points", "facilities", "feldsher", _MODELLED, ("ФАПы", "ФАПы", "Feldsher points")),
    ("pharmacies", "facilities", "pharmacy", _MODELLED, ("Аптеки", "Аптэкі", "Pharmacies")),
    ("shops", "facilities", "shop", _MODELLED, ("Магазины", "Крамы", "Shops")),
    ("clubs", "facilities", "club", _MODELLED, ("Дома культуры", "Дамы культуры", "Community centres")),
    ("libraries", "facilities", "library", _MODELLED, ("Библиотеки", "Бібліятэкі", "Libraries")),
    (
        "bus_stops",
        "facilities",
        "bus",
        _MODELLED,
        ("Автобусные остановки", "Аўтобусныя прыпынкі", "Bus stops"),
    ),
    ("fire_stations", "facilities", "fire", _MODELLED, ("Пожарные части", "Пажарныя часці", "Fire stations")),
    (
        "ambulance_bases",
        "facilities",
        "ambulance",
        _MODELLED,
        ("Пункты скорой медицинской помощи", "Пункты хуткай медыцынскай дапамогі", "Ambulance bases"),
    ),
    (
        "reference_places",
        "facilities",
        "reference_place",
        _MODELLED,
        ("Города для сравнения", "Гарады для параўнання", "Reference places"),
    ),
)
"""Name, role, service, source and titles (Russian, Belarusian, English) of every layer."""


def is_modelled(name: str) -> bool:
    """Tell whether a layer is modelled: whole, or in its outline as the rural councils are."""
    source = next(source for layer, _, _, source, _ in LAYERS if layer == name)
    return source == _MODELLED or name == "zones"


def write_manifest(path: Path, layers: dict[str, list[Feature]]) -> None:
    """Write what each layer is.

    Parameters
    ----------
    path : pathlib.Path
    layers : dict
        The features that were written, by the name of the layer.
    """
    entries: list[dict[str, Any]] = []
    for name, role, service, source, (ru, be, en) in LAYERS:
        modelled = is_modelled(name)
        entries.append(
            {
                "file": f"{name}.geojson",
                "role": role,
                "service": service,
                "title": {"ru": ru, "be": be, "en": en},
                "source": source,
                "modelled": modelled,
                "licence": LICENCE,
                "attribution": MODELLED_ATTRIBUTION if source == _MODELLED else ATTRIBUTION,
                "features": len(layers[name]),
            }
        )
    manifest = {
        "district": {
            "name": {"ru": "Глубокский район", "be": "Глыбоцкі раён", "en": "Hlybokaye district"},
            "centre": "glubokoye",
            "jurisdiction": "BY",
        },
        "layers": entries,
    }
    text = yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False, width=110)
    path.write_bytes(("# Written by data/make_sample.py; see README.md.\n" + text).encode())
