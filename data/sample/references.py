"""The regional centre and the capital, to compare settlements with: what standards measure there is modelled."""

from __future__ import annotations

from sample.ground import Feature, LonLat, feature, known_geometry

_PLACES: tuple[tuple[str, LonLat, str, str, str], ...] = (
    ("regional_centre", (30.205, 55.19), "Витебск", "Віцебск", "Vitebsk"),
    ("capital", (27.562, 53.902), "Минск", "Мінск", "Minsk"),
)

_VALUES: dict[str, tuple[float, float]] = {
    "by_rural_all_settlements_2026": (1, 1),
    "by_mob_speed_rest_2030": (120, 135),
    "by_bb_settlement_300": (1, 1),
    "itu_fixed10": (500, 1000),
    "ru_post_zone_rural": (700, 500),
    "uk_post_3mi_rural": (700, 500),
    "by_water_town": (40, 30),
    "by_ems_emerg_rural": (9, 8),
    "ru_health_rural": (12, 10),
    "ru_health_rural_pharmacy": (6, 5),
    "ru_kindergarten_rural": (450, 350),
    "ru_school_sanpin_rural": (650, 500),
    "ru_school_bus": (650, 500),
    "ru_shop_rural": (300, 200),
    "ru_rural_firstneed": (4, 3),
    "ru_rural_firstneed_club": (20, 18),
    "ru_rural_firstneed_library": (16, 14),
    "by_bus_village_50": (700, 1000),
    "sdg_911": (20, 20),
    "ru_fire_rural": (7, 6),
}
"""By standard, in its unit: in the regional centre and in the capital. Assumed, as what is usual in a city."""


def references_layer() -> list[Feature]:
    """Return both cities; a column named after a standard holds what is assumed for it there."""
    return [
        feature(
            kind,
            known_geometry(at),
            name=ru,
            name_ru=ru,
            name_be=be,
            name_en=en,
            reference=kind,
            source="modelled",
            **{standard: values[number] for standard, values in _VALUES.items()},
        )
        for number, (kind, at, ru, be, en) in enumerate(_PLACES)
    ]
