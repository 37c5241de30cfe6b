"""Path loss against the published formulas, worked out step by step with numbers in place of names."""

from __future__ import annotations

from collections.abc import Callable
from math import log10, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.coverage import radio
from planner.coverage.radio import Reach


def test_hata_in_a_medium_city() -> None:
    # 900 MHz, 5 km, antennas at 50 m and 1.5 m.
    gain = (1.1 * log10(900) - 0.7) * 1.5 - (1.56 * log10(900) - 0.8)
    loss = 69.55 + 26.16 * log10(900) - 13.82 * log10(50) - gain + (44.9 - 6.55 * log10(50)) * log10(5)
    # 69.55 + 77.283 - 23.480 - 0.016 + 33.772 · 0.69897
    assert loss == pytest.approx(146.942, abs=0.002)
    assert radio.okumura_hata(900, 5_000, 50, 1.5, "medium_city") == pytest.approx(loss, abs=1e-9)
    assert radio.okumura_hata(900, 5_000, 50, 1.5, "small_city") == pytest.approx(loss, abs=1e-9)


def test_hata_in_suburbs_and_in_the_open() -> None:
    # 800 MHz, 5 km, antennas at 40 m and 1.5 m; lg 800 = 2.90309, lg 40 = 1.60206, lg 5 = 0.69897.
    gain = (1.1 * 2.90309 - 0.7) * 1.5 - (1.56 * 2.90309 - 0.8)
    city = 69.55 + 26.16 * 2.90309 - 13.82 * 1.60206 - gain + (44.9 - 6.55 * 1.60206) * 0.69897
    suburb = city - 2 * (log10(800 / 28)) ** 2 - 5.4
    rural = city - 4.78 * 2.90309**2 + 18.33 * 2.90309 - 40.94
    assert radio.okumura_hata(800, 5_000, 40, 1.5, "suburban") == pytest.approx(suburb, abs=1e-3)
    assert radio.okumura_hata(800, 5_000, 40, 1.5, "open") == pytest.approx(rural, abs=1e-3)
    assert (city, suburb, rural) == pytest.approx((147.40, 137.76, 119.38), abs=0.01)


@pytest.mark.parametrize(
    ("mhz", "gain"),
    [(150, 8.29 * log10(1.54 * 1.5) ** 2 - 1.1), (900, 3.2 * log10(11.75 * 1.5) ** 2 - 4.97)],
)
def test_hata_in_a_large_city_has_a_form_below_and_one_above(mhz: float, gain: float) -> None:
    loss = 69.55 + 26.16 * log10(mhz) - 13.82 * log10(100) - gain + (44.9 - 6.55 * 2) * log10(10)
    assert radio.okumura_hata(mhz, 10_000, 100, 1.5, "large_city") == pytest.approx(loss, abs=1e-9)


def test_hata_in_a_large_city_is_not_computed_between_its_two_forms() -> None:
    found = radio.okumura_hata(np.array([200.0, 201.0, 399.0, 400.0]), 5_000, 50, 1.5, "large_city")
    assert np.isnan(found).tolist() == [False, True, True, False]


def test_cost_231() -> None:
    # 1800 MHz, 3 km, antennas at 35 m and 1.5 m.
    gain = (1.1 * log10(1800) - 0.7) * 1.5 - (1.56 * log10(1800) - 0.8)
    loss = 46.3 + 33.9 * log10(1800) - 13.82 * log10(35) - gain + (44.9 - 6.55 * log10(35)) * log10(3)
    # 46.3 + 110.354 - 21.339 - 0.043 + 34.786 · 0.47712
    assert loss == pytest.approx(151.869, abs=0.002)
    assert radio.cost231_hata(1800, 3_000, 35, 1.5, "suburban") == pytest.approx(loss, abs=1e-9)
    assert radio.cost231_hata(1800, 3_000, 35, 1.5, "large_city") == pytest.approx(loss + 3, abs=1e-9)
    assert np.isnan(radio.cost231_hata(1800, 3_000, 35, 1.5, "open"))


def near_rma(metres: float, ghz: float) -> float:
    """Return RMa's loss before the breakpoint among buildings of 5 m, at a distance from antenna to antenna."""
    return (
        20 * log10(40 * pi * metres * ghz / 3)
        + min(0.03 * 5**1.72, 10) * log10(metres)
        - min(0.044 * 5**1.72, 14.77)
        + 0.002 * log10(5) * metres
    )


def test_rma_in_sight_before_and_beyond_the_breakpoint() -> None:
    # 0.8 GHz, antennas at 35 m and 1.5 m: the breakpoint is at 2π·35·1.5·0.8e9/3e8 m.
    bend = 2 * pi * 35 * 1.5 * 0.8e9 / 3e8
    assert bend == pytest.approx(879.65, abs=0.01)
    assert radio.rma_breakpoint_m(800, 35, 1.5) == pytest.approx(bend)
    near, far = sqrt(500**2 + 33.5**2), sqrt(5_000**2 + 33.5**2)
    assert radio.rma_los(800, 500, 35, 1.5) == pytest.approx(near_rma(near, 0.8), abs=1e-9)
    beyond = near_rma(bend, 0.8) + 40 * log10(far / bend)
    assert radio.rma_los(800, 5_000, 35, 1.5) == pytest.approx(beyond, abs=1e-9)
    # 89.389 + 1.407 - 0.701 + 1.230 up to the breakpoint, 40 · 0.75467 from there
    assert beyond == pytest.approx(121.512, abs=0.002)


def test_rma_out_of_sight() -> None:
    # 0.8 GHz, 3 km, antennas at 35 m and 1.5 m, buildings 5 m, streets 20 m.
    straight = sqrt(3_000**2 + 33.5**2)
    loss = (
        161.04 - 7.1 * log10(20) + 7.5 * log10(5)
        - (24.37 - 3.7 * (5 / 35) ** 2) * log10(35)
        + (43.42 - 3.1 * log10(35)) * (log10(straight) - 3)
        + 20 * log10(0.8) - (3.2 * log10(11.75 * 1.5) ** 2 - 4.97)
    )  # fmt: skip
    assert radio.rma_nlos(800, 3_000, 35, 1.5) == pytest.approx(loss, abs=1e-9)
    assert loss == pytest.approx(136.0, abs=0.1)


def test_rma_out_of_sight_is_never_better_than_in_sight() -> None:
    # A high mast with low houses: near it the formula out of sight alone would give less.
    d = np.geomspace(10, 5_000, 60)
    assert (radio.rma_nlos(800, d, 150, 10) >= radio.rma_los(800, d, 150, 10)).all()
    assert (radio.rma_nlos(800, d, 150, 10) == radio.rma_los(800, d, 150, 10)).any()


def test_rma_probability_of_sight() -> None:
    assert radio.rma_los_probability(np.array([5.0, 10.0])).tolist() == [1.0, 1.0]
    assert radio.rma_los_probability(1_010.0) == pytest.approx(0.367879, abs=1e-6)


def test_rma_fading_is_wider_beyond_the_breakpoint() -> None:
    assert radio.rma_shadow_db(800, np.array([800.0, 900.0]), 35, 1.5).tolist() == [4.0, 6.0]


Loss = Callable[[float, float, float, float], object]
HATA: Loss = lambda f, d, b, m: radio.okumura_hata(f, d, b, m, "suburban")  # noqa: E731
COST: Loss = lambda f, d, b, m: radio.cost231_hata(f, d, b, m, "suburban")  # noqa: E731


@pytest.mark.parametrize(
    ("loss", "inside", "outside"),
    [
        (HATA, [(150, 1e3, 30, 1), (1500, 2e4, 200, 10)],
         [(149, 5e3, 50, 2), (1501, 5e3, 50, 2), (900, 999, 50, 2), (900, 20_001, 50, 2), (900, 5e3, 29, 2),
          (900, 5e3, 201, 2), (900, 5e3, 50, 0.9), (900, 5e3, 50, 11)]),
        (COST, [(1500, 1e3, 30, 1), (2000, 2e4, 200, 10)],
         [(1499, 5e3, 50, 2), (2001, 5e3, 50, 2), (1800, 999, 50, 2), (1800, 20_001, 50, 2), (1800, 5e3, 29, 2),
          (1800, 5e3, 201, 2), (1800, 5e3, 50, 0.9), (1800, 5e3, 50, 11)]),
        (radio.rma_los, [(500, 10, 10, 1), (30_000, 1e4, 150, 10)],
         [(499, 1e3, 35, 2), (30_001, 1e3, 35, 2), (800, 9, 35, 2), (800, 10_001, 35, 2), (800, 1e3, 9, 2),
          (800, 1e3, 151, 2), (800, 1e3, 35, 0.9), (800, 1e3, 35, 11)]),
        (radio.rma_nlos, [(500, 10, 10, 1), (30_000, 5e3, 150, 10)],
         [(800, 5_001, 35, 2), (800, 9, 35, 2), (499, 1e3, 35, 2)]),
    ],
)  # fmt: skip
def test_outside_its_published_ranges_nothing_is_computed(
    loss: Loss, inside: list[tuple[float, ...]], outside: list[tuple[float, ...]]
) -> None:
    assert [bool(np.isfinite(loss(*at))) for at in inside] == [True] * len(inside)  # type: ignore[call-overload]
    assert [bool(np.isnan(loss(*at))) for at in outside] == [True] * len(outside)  # type: ignore[call-overload]
    assert np.isnan(loss(float("nan"), 2e3, 50, 2))  # type: ignore[call-overload]


def test_buildings_and_streets_outside_the_ranges_of_rma() -> None:
    assert np.isnan(radio.rma_los(800, 1_000, 35, 1.5, building_m=4.9))
    assert np.isnan(radio.rma_nlos(800, 1_000, 35, 1.5, street_m=51))


@given(
    d=st.tuples(st.floats(1_000, 5_000), st.floats(1_000, 5_000)),
    base=st.floats(30, 150),
    mobile=st.floats(1, 10),
    environment=st.sampled_from(radio.ENVIRONMENTS),
)
def test_loss_grows_with_distance(
    d: tuple[float, float], base: float, mobile: float, environment: str
) -> None:
    ways = np.sort(np.array(d))
    for loss in (
        radio.okumura_hata(900, ways, base, mobile, environment),
        radio.cost231_hata(1800, ways, base, mobile, "suburban"),
        radio.rma_los(900, ways, base, mobile),
        radio.rma_nlos(900, ways, base, mobile),
    ):
        assert loss[0] <= loss[1] + 1e-9


@given(f=st.floats(400, 1_500), d=st.floats(1_000, 20_000), base=st.floats(30, 200), mobile=st.floats(1, 3))
def test_open_ground_loses_less_than_suburbs_and_these_less_than_a_city(
    f: float, d: float, base: float, mobile: float
) -> None:
    loss = [float(radio.okumura_hata(f, d, base, mobile, e)) for e in ("open", "suburban", "medium_city")]
    assert loss == sorted(loss)


@given(f=st.floats(150, 1_500), d=st.floats(1_000, 20_000), base=st.floats(30, 199))
def test_a_higher_mast_and_a_lower_frequency_lose_less(f: float, d: float, base: float) -> None:
    here = float(radio.okumura_hata(f, d, base, 1.5, "medium_city"))
    assert radio.okumura_hata(f, d, base + 1, 1.5, "medium_city") < here
    assert f - 1 < 150 or radio.okumura_hata(f - 1, d, base, 1.5, "medium_city") < here


def test_an_unknown_environment_is_refused() -> None:
    with pytest.raises(ValueError, match="environment"):
        radio.okumura_hata(900, 5_000, 50, 1.5, "forest")
    with pytest.raises(ValueError, match="environment"):
        radio.cost231_hata(1800, 5_000, 50, 1.5, "forest")


def test_the_margin_of_a_share_of_spots() -> None:
    # The 90 % point of the normal distribution lies 1.2816 standard deviations up, the 75 % point 0.6745.
    assert radio.fading_margin_db(8.0, 0.9) == pytest.approx(8 * 1.28155, abs=1e-3)
    assert radio.fading_margin_db(8.0, 0.75) == pytest.approx(8 * 0.67449, abs=1e-3)
    assert radio.fading_margin_db(8.0, 0.5) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5, float("nan")])
def test_a_share_of_spots_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        radio.fading_margin_db(8.0, share)


def test_power_is_shared_by_the_subcarriers() -> None:
    # 46 dBm and 17 dBi less 2 dB are 61 dBm; a six-hundredth of it is 27.78 dB less.
    assert radio.radiated_dbm(46, 17, 2, 600) == pytest.approx(61 - 27.7815, abs=1e-4)


def test_the_reach_of_a_link_budget_known_from_elsewhere() -> None:
    # 800 MHz, 10 MHz wide, mast 40 m, -105 dBm at nine spots of ten: 8.9 km in the open and 2.6 km in suburbs.
    ways = np.arange(1_000, 20_000, 10.0)
    level = radio.radiated_dbm(46, 17, 2, 600) - radio.fading_margin_db(8.0, 0.9) + 105
    for environment, metres in (("open", 8_900), ("suburban", 2_600)):
        held = ways[level - radio.okumura_hata(800, ways, 40, 1.5, environment) >= 0]
        assert held.max() == pytest.approx(metres, abs=50)


def test_a_point_is_what_its_best_link_makes_it() -> None:
    nan = np.nan
    optimistic = np.array(
        [[5.0, nan], [3.0, -9.0], [-1.0, nan], [nan, nan], [-1.0, nan], [0.0, nan], [4.0, nan]]
    )
    pessimistic = np.array(
        [[1.0, nan], [-2.0, -9.0], [-8.0, nan], [nan, nan], [-8.0, nan], [-1.0, nan], [nan, nan]]
    )
    open_ended = np.zeros((7, 2), dtype=bool)
    open_ended[4, 1] = open_ended[0, 1] = open_ended[5, 1] = True
    assert [Reach(int(r)).label for r in radio.reach(optimistic, pessimistic, open_ended)] == [
        "covered", "uncertain", "not_covered", "not_computed", "not_computed", "uncertain", "uncertain",
    ]  # fmt: skip
