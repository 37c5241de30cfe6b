"""Rays over ground whose answers can be worked out by hand."""

from __future__ import annotations

from math import log10, sqrt

import numpy as np
import numpy.typing as npt
import pytest

from planner.coverage import line_of_sight as sight

CURVE = 2 * 4 / 3 * 6_371_000


def test_the_earth_stands_up_between_two_points() -> None:
    # In the middle of 20 km: 10,000² / 16,989,333 = 5.886 m.
    assert sight.bulge_m(np.array([1e4]), np.array([1e4]))[0] == pytest.approx(5.886, abs=1e-3)


def test_the_radio_horizon_is_the_usual_rule_of_thumb() -> None:
    # 4.12 √h kilometres.
    assert sight.horizon_m(40.0) / 1000 == pytest.approx(4.12 * sqrt(40), rel=1e-3)


def test_the_first_fresnel_zone() -> None:
    # Rule of thumb: 17.32 √(d₁ d₂ / f d) with kilometres and gigahertz.
    found = sight.fresnel_radius_m(900, np.array([2e3]), np.array([8e3]))[0]
    assert found == pytest.approx(17.32 * sqrt(2 * 8 / (0.9 * 10)), rel=1e-3)


@pytest.mark.parametrize(("nu", "loss"), [(-1.0, 0.0), (-0.78, 0.0), (0.0, 6.03), (1.0, 13.93), (2.4, 20.54)])
def test_the_knife_edge(nu: float, loss: float) -> None:
    if nu > -0.78:
        assert loss == pytest.approx(6.9 + 20 * log10(sqrt((nu - 0.1) ** 2 + 1) + nu - 0.1), abs=0.01)
    assert sight.knife_edge_db(np.array([nu]))[0] == pytest.approx(loss, abs=0.01)


def test_the_knife_edge_keeps_what_is_unknown_and_grows() -> None:
    assert np.isnan(sight.knife_edge_db(np.array([np.nan]))[0])
    assert (np.diff(sight.knife_edge_db(np.linspace(-3, 5, 200))) >= 0).all()


def ridge(height: float) -> npt.NDArray[np.float64]:
    """Return ground of 10 km by 1 km, 100 m apart, with a ridge across at 4 km."""
    ground = np.full((11, 101), 100.0)
    ground[:, 40] += height
    return ground


def rise(
    ground: npt.NDArray[np.float64], to: tuple[float, float] = (10_000.0, 500.0), **more: float
) -> float:
    found = sight.obstruction(ground, (0.0, 0.0), 100.0, (0.0, 500.0, 30.0), np.array([to]), 1.5, **more)
    return float(found[0])


def test_a_ridge_cuts_the_ray() -> None:
    # At 4 of 10 km the ray is 30 − 0.4 · 28.5 = 18.6 m above the ground, less the bulge of 4 · 6 km.
    above = 50 + 4_000 * 6_000 / CURVE - 18.6
    factor = sqrt(2 * 10_000 / (4_000 * 6_000))
    assert rise(ridge(50.0)) == pytest.approx(above * factor, rel=1e-9)
    nu = sight.diffraction_parameter(np.array([rise(ridge(50.0))]), 900)[0]
    assert nu == pytest.approx(above * sqrt(2 * 10_000 / (299_792_458 / 900e6 * 4_000 * 6_000)), rel=1e-9)


def test_over_flat_ground_the_worst_station_is_found() -> None:
    stations = np.arange(100.0, 10_000, 100)
    above = stations * (10_000 - stations) / CURVE - (30 - stations / 10_000 * 28.5)
    worst = (above * np.sqrt(2 * 10_000 / (stations * (10_000 - stations)))).max()
    assert rise(ridge(0.0)) == pytest.approx(worst, rel=1e-9)


def test_clearance_is_counted_in_fresnel_radii() -> None:
    found = np.array([rise(ridge(10.0))])
    free = 18.6 - 10 - 4_000 * 6_000 / CURVE
    radius = sight.fresnel_radius_m(900, np.array([4e3]), np.array([6e3]))[0]
    at_ridge = free / radius
    # Near the telephone the ground is nearer to the ray than at the ridge.
    assert sight.clearance(found, 900)[0] <= at_ridge
    assert sight.clearance(np.array([rise(ridge(50.0))]), 900)[0] == pytest.approx(
        (18.6 - 50 - 4_000 * 6_000 / CURVE) / radius, rel=1e-9
    )


def test_a_higher_ridge_never_helps() -> None:
    found = [rise(ridge(h)) for h in (0.0, 5.0, 15.0, 40.0, 80.0)]
    assert found == sorted(found)


def test_what_is_not_known_is_not_made_up() -> None:
    holed = ridge(0.0)
    holed[:, 70] = np.nan
    assert np.isnan(rise(holed))
    assert np.isnan(rise(ridge(0.0), to=(10_500.0, 500.0)))
    assert np.isnan(rise(ridge(0.0), to=(float("nan"), float("nan"))))
    assert np.isnan(rise(ridge(0.0), farthest_m=9_999.0))
    assert np.isfinite(rise(ridge(0.0), farthest_m=10_000.0))


def test_a_way_without_a_station_between_has_no_obstruction() -> None:
    assert np.isnan(rise(ridge(0.0), to=(90.0, 500.0)))


def test_rays_run_alike_in_all_directions() -> None:
    rng = np.random.default_rng(7)
    ground = rng.uniform(0, 60, (41, 41))
    for turned, to in ((ground, (3_900.0, 1_000.0)), (ground.T, (1_000.0, 3_900.0))):
        found = sight.obstruction(turned, (0.0, 0.0), 100.0, (500.0, 500.0, 40.0), np.array([to]), 1.5)
        assert found[0] == pytest.approx(
            by_hand(ground, (500.0, 500.0), (3_900.0, 1_000.0), 40.0, 1.5), rel=1e-9
        )


def by_hand(
    ground: npt.NDArray[np.float64],
    a: tuple[float, float],
    b: tuple[float, float],
    base: float,
    mobile: float,
) -> float:
    """Return the obstruction with scipy's interpolation, station by station."""
    from scipy.interpolate import RegularGridInterpolator

    axis = np.arange(ground.shape[0]) * 100.0
    height = RegularGridInterpolator((axis, axis), ground)
    away = float(np.hypot(b[0] - a[0], b[1] - a[1]))
    pieces = int(np.ceil(away / 100))
    share = np.arange(pieces + 1) / pieces
    x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
    z = height(np.column_stack([y, x]))
    ray = (z[0] + base) * (1 - share) + (z[-1] + mobile) * share
    one, other = away * share[1:-1], away * (1 - share[1:-1])
    above = z[1:-1] + one * other / CURVE - ray[1:-1]
    return float((above * np.sqrt(2 * away / (one * other))).max())
