"""Radio screening: path loss by published formulas within their published ranges, and the link budget on top.

Every formula gives NaN where its source does not say it holds: *not computed*, which is neither coverage nor a lack of
it. Distances are metres along the ground, frequencies MHz, losses and levels dB, dBm.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
Numbers = float | FloatArray

ENVIRONMENTS = ("large_city", "medium_city", "small_city", "suburban", "open")
"""What surrounds the receiver, as Hata tells it apart; small and medium cities have one formula."""

RMA_NLOS_SHADOW_DB = 8.0
"""Standard deviation of shadow fading of :func:`rma_nlos` (TR 38.901, table 7.4.1-1)."""

_LIGHT_M_S = 3.0e8
"""As 3GPP rounds it for the breakpoint."""


class Reach(IntEnum):
    """What screening says of a point: exactly one of these."""

    COVERED = 0
    UNCERTAIN = 1
    NOT_COVERED = 2
    NOT_COMPUTED = 3
    NOT_LOCATED = 4

    @property
    def label(self) -> str:
        """The name in files and on the command line."""
        return self.name.lower()


def okumura_hata(
    frequency_mhz: Numbers, distance_m: Numbers, base_m: Numbers, mobile_m: Numbers, environment: str
) -> FloatArray:
    """Return the median path loss after Okumura and Hata.

    Hata, *Empirical formula for propagation loss in land mobile radio services*, IEEE Trans. VT-29, 1980. It holds for
    150–1500 MHz, 1–20 km, base antennas of 30–200 m and mobile ones of 1–10 m. The correction for large cities has one
    form up to 200 MHz and another from 400 MHz; between them it is not computed.

    Parameters
    ----------
    frequency_mhz, distance_m, base_m, mobile_m : float or float array
        Broadcast together; heights above the ground, metres.
    environment : str
        One of :data:`ENVIRONMENTS`.

    Returns
    -------
    float array
        dB, NaN outside the ranges.

    Raises
    ------
    ValueError
        If the environment is not one of those named.
    """
    _known(environment)
    f, d, hb, hm = _arrays(frequency_mhz, distance_m, base_m, mobile_m)
    held = _between(f, 150, 1500) & _hata_geometry(d, hb, hm)
    if environment == "large_city":
        held &= (f <= 200) | (f >= 400)
    f, d, hb, hm = _tame(held, f, d, hb, hm)
    log_f = np.log10(f)
    gain = _large_city_gain(f, hm) if environment == "large_city" else _city_gain(log_f, hm)
    loss = 69.55 + 26.16 * log_f - 13.82 * np.log10(hb) - gain + _slope(hb) * np.log10(d / 1000)
    if environment == "suburban":
        loss = loss - 2 * np.log10(f / 28) ** 2 - 5.4
    elif environment == "open":
        loss = loss - 4.78 * log_f**2 + 18.33 * log_f - 40.94
    return np.where(held, loss, np.nan)


def cost231_hata(
    frequency_mhz: Numbers, distance_m: Numbers, base_m: Numbers, mobile_m: Numbers, environment: str
) -> FloatArray:
    """Return the median path loss after COST 231's extension of Hata.

    COST 231 final report, *Digital mobile radio towards future generation systems*, 1999, section 4.4: 1500–2000 MHz,
    1–20 km, base antennas of 30–200 m and mobile ones of 1–10 m; 3 dB more in metropolitan centres (here
    ``large_city``). It has no term for open ground: ``open`` is never computed.

    Parameters, returns and errors are those of :func:`okumura_hata`.
    """
    _known(environment)
    f, d, hb, hm = _arrays(frequency_mhz, distance_m, base_m, mobile_m)
    held = _between(f, 1500, 2000) & _hata_geometry(d, hb, hm) & (environment != "open")
    f, d, hb, hm = _tame(held, f, d, hb, hm)
    log_f = np.log10(f)
    loss = (
        46.3 + 33.9 * log_f - 13.82 * np.log10(hb) - _city_gain(log_f, hm) + _slope(hb) * np.log10(d / 1000)
    )
    return np.where(held, loss + (3.0 if environment == "large_city" else 0.0), np.nan)


def rma_los(
    frequency_mhz: Numbers, distance_m: Numbers, base_m: Numbers, mobile_m: Numbers, building_m: float = 5.0
) -> FloatArray:
    """Return the path loss of a rural macro cell in line of sight.

    3GPP TR 38.901, table 7.4.1-1, RMa LOS: 0.5–30 GHz, 10 m to 10 km, base antennas of 10–150 m, mobile ones of
    1–10 m, buildings of 5–50 m. Beyond the breakpoint the loss grows with the fourth power of the distance.

    Parameters
    ----------
    frequency_mhz, distance_m, base_m, mobile_m : float or float array
    building_m : float
        Mean height of buildings.

    Returns
    -------
    float array
        dB, NaN outside the ranges.
    """
    f, d, hb, hm = _arrays(frequency_mhz, distance_m, base_m, mobile_m)
    held = _rma_holds(f, d, hb, hm, 10_000.0) & bool(5 <= building_m <= 50)
    f, d, hb, hm = _tame(held, f, d, hb, hm)
    breakpoint_m = rma_breakpoint_m(f, hb, hm)
    straight = np.hypot(d, hb - hm)
    near = _rma_near(f, straight, building_m)
    far = _rma_near(f, breakpoint_m, building_m) + 40 * np.log10(straight / breakpoint_m)
    return np.where(held, np.where(d <= breakpoint_m, near, far), np.nan)


def rma_nlos(
    frequency_mhz: Numbers,
    distance_m: Numbers,
    base_m: Numbers,
    mobile_m: Numbers,
    building_m: float = 5.0,
    street_m: float = 20.0,
) -> FloatArray:
    """Return the path loss of a rural macro cell out of sight; never less than in line of sight.

    3GPP TR 38.901, table 7.4.1-1, RMa NLOS: as :func:`rma_los`, but up to 5 km, and streets 5–50 m wide.

    Parameters
    ----------
    frequency_mhz, distance_m, base_m, mobile_m : float or float array
    building_m, street_m : float
        Mean height of buildings, mean width of streets.

    Returns
    -------
    float array
        dB, NaN outside the ranges.
    """
    f, d, hb, hm = _arrays(frequency_mhz, distance_m, base_m, mobile_m)
    held = _rma_holds(f, d, hb, hm, 5_000.0) & bool(5 <= building_m <= 50 and 5 <= street_m <= 50)
    f, d, hb, hm = _tame(held, f, d, hb, hm)
    loss = (
        161.04
        - 7.1 * np.log10(street_m)
        + 7.5 * np.log10(building_m)
        - (24.37 - 3.7 * (building_m / hb) ** 2) * np.log10(hb)
        + (43.42 - 3.1 * np.log10(hb)) * (np.log10(np.hypot(d, hb - hm)) - 3)
        + 20 * np.log10(f / 1000)
        - (3.2 * np.log10(11.75 * hm) ** 2 - 4.97)
    )
    return np.where(held, np.maximum(loss, rma_los(f, d, hb, hm, building_m)), np.nan)


def rma_breakpoint_m(frequency_mhz: Numbers, base_m: Numbers, mobile_m: Numbers) -> FloatArray:
    """Return the distance of the breakpoint of :func:`rma_los`, metres (TR 38.901, table 7.4.1-1, note 5)."""
    f, hb, hm = _arrays(frequency_mhz, base_m, mobile_m)
    return np.asarray(2 * np.pi * hb * hm * f * 1e6 / _LIGHT_M_S)


def rma_los_probability(distance_m: Numbers) -> FloatArray:
    """Return the probability of line of sight in a rural macro cell (TR 38.901, table 7.4.2-1), outdoors."""
    (d,) = _arrays(distance_m)
    return np.where(np.isnan(d), np.nan, np.exp(-np.maximum(d - 10.0, 0.0) / 1000.0))


def rma_shadow_db(
    frequency_mhz: Numbers, distance_m: Numbers, base_m: Numbers, mobile_m: Numbers
) -> FloatArray:
    """Return the standard deviation of shadow fading of :func:`rma_los`: 4 dB up to the breakpoint, 6 dB beyond."""
    (d,) = _arrays(distance_m)
    return np.where(d <= rma_breakpoint_m(frequency_mhz, base_m, mobile_m), 4.0, 6.0)


def fading_margin_db(sigma_db: Numbers, share: float) -> FloatArray:
    """Return the margin that holds a level at a share of locations, the fading being log-normal.

    Parameters
    ----------
    sigma_db : float or float array
        Standard deviation of the shadow fading.
    share : float
        Between 0 and 1; one half is the median and needs no margin.

    Raises
    ------
    ValueError
        If the share is not between 0 and 1, both excluded.
    """
    if not 0 < share < 1:
        raise ValueError(f"share: {share} is not between 0 and 1")
    return np.asarray(np.asarray(sigma_db, dtype=np.float64) * float(ndtri(share)))


def radiated_dbm(power_dbm: Numbers, gain_dbi: Numbers, loss_db: Numbers, subcarriers: Numbers) -> FloatArray:
    """Return what is radiated on one subcarrier (dBm): reference signals are received one subcarrier at a time."""
    power, gain, loss, n = _arrays(power_dbm, gain_dbi, loss_db, subcarriers)
    return np.asarray(power + gain - loss - 10 * np.log10(n))


def reach(
    optimistic_db: FloatArray, pessimistic_db: FloatArray, open_ended: BoolArray | None = None
) -> npt.NDArray[np.uint8]:
    """Return what screening says of points, from the margins of all links to each.

    A link covers where its margin is at least 0. A point that some link covers even on pessimistic assumptions is
    *covered*; one that some link covers on optimistic ones only is *uncertain*; *not computed* if no link to it is
    within a formula's range, or one beyond it might still reach (`open_ended`); otherwise *not covered*.

    Parameters
    ----------
    optimistic_db, pessimistic_db : (n, k) float array
        Margins of k links to each of n points; NaN where not computed.
    open_ended : (n, k) bool array, optional
        Links that are not computed, and that could cover the point for all that is known.

    Returns
    -------
    (n,) uint8 array
        Values of :class:`Reach`.
    """
    found = np.full(len(optimistic_db), Reach.NOT_COVERED, dtype=np.uint8)
    unknown = np.isnan(optimistic_db).all(axis=1)
    if open_ended is not None:
        unknown |= open_ended.any(axis=1)
    found[unknown] = Reach.NOT_COMPUTED
    found[(optimistic_db >= 0).any(axis=1)] = Reach.UNCERTAIN
    found[(pessimistic_db >= 0).any(axis=1)] = Reach.COVERED
    return found


def _known(environment: str) -> None:
    if environment not in ENVIRONMENTS:
        raise ValueError(f"environment: {environment!r} is none of {', '.join(ENVIRONMENTS)}")


def _arrays(*values: Numbers) -> tuple[FloatArray, ...]:
    return tuple(np.asarray(v, dtype=np.float64) for v in values)


def _between(values: FloatArray, low: float, high: float) -> BoolArray:
    return np.asarray((values >= low) & (values <= high))


def _tame(held: BoolArray, *values: FloatArray) -> tuple[FloatArray, ...]:
    """Return values with 1 in place of those outside the ranges: nothing is taken a logarithm of that has none."""
    return tuple(np.where(held, v, 1.0) for v in values)


def _hata_geometry(d: FloatArray, hb: FloatArray, hm: FloatArray) -> BoolArray:
    return _between(d, 1_000, 20_000) & _between(hb, 30, 200) & _between(hm, 1, 10)


def _city_gain(log_f: FloatArray, hm: FloatArray) -> FloatArray:
    """Return Hata's correction for the height of the mobile antenna in small and medium cities."""
    return np.asarray((1.1 * log_f - 0.7) * hm - (1.56 * log_f - 0.8))


def _large_city_gain(f: FloatArray, hm: FloatArray) -> FloatArray:
    return np.where(f <= 200, 8.29 * np.log10(1.54 * hm) ** 2 - 1.1, 3.2 * np.log10(11.75 * hm) ** 2 - 4.97)


def _slope(hb: FloatArray) -> FloatArray:
    return np.asarray(44.9 - 6.55 * np.log10(hb))


def _rma_holds(f: FloatArray, d: FloatArray, hb: FloatArray, hm: FloatArray, far_m: float) -> BoolArray:
    return _between(f, 500, 30_000) & _between(d, 10, far_m) & _between(hb, 10, 150) & _between(hm, 1, 10)


def _rma_near(f: FloatArray, straight_m: FloatArray, building_m: float) -> FloatArray:
    """Return the loss up to the breakpoint at a distance from antenna to antenna."""
    h = building_m**1.72
    return np.asarray(
        20 * np.log10(40 * np.pi * straight_m * (f / 1000) / 3)
        + min(0.03 * h, 10.0) * np.log10(straight_m)
        - min(0.044 * h, 14.77)
        + 0.002 * np.log10(building_m) * straight_m
    )
