"""Line of sight over the ground: what rises into the ray between two antennas, and what it costs.

The ray is bent by the air. It is drawn straight over an earth of 4/3 its radius, which is the usual atmosphere
(ITU-R P.530, P.452: median effective earth radius factor).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from planner.network.kernel import kernel

FloatArray = npt.NDArray[np.float64]

EARTH_RADIUS_M = 6_371_000.0
EARTH_FACTOR = 4.0 / 3.0
CLEAR = 0.6
"""The share of the first Fresnel zone that has to be free for the ray to count as clear (ITU-R P.526, section 2)."""

_LIGHT_M_S = 299_792_458.0


def bulge_m(from_base_m: FloatArray, to_mobile_m: FloatArray, factor: float = EARTH_FACTOR) -> FloatArray:
    """Return how far the earth stands up between two points: d₁d₂ / 2kR, metres."""
    return np.asarray(np.asarray(from_base_m) * np.asarray(to_mobile_m) / (2 * factor * EARTH_RADIUS_M))


def horizon_m(height_m: float, factor: float = EARTH_FACTOR) -> float:
    """Return the distance of the radio horizon over smooth ground: √(2kRh), metres."""
    return float(np.sqrt(2 * factor * EARTH_RADIUS_M * height_m))


def fresnel_radius_m(frequency_mhz: float, from_base_m: FloatArray, to_mobile_m: FloatArray) -> FloatArray:
    """Return the radius of the first Fresnel zone: √(λ d₁ d₂ / d), metres."""
    one, other = np.asarray(from_base_m, dtype=float), np.asarray(to_mobile_m, dtype=float)
    return np.asarray(np.sqrt(wavelength_m(frequency_mhz) * one * other / (one + other)))


def wavelength_m(frequency_mhz: float) -> float:
    """Return the length of a wave, metres."""
    return _LIGHT_M_S / (frequency_mhz * 1e6)


def obstruction(
    ground_m: FloatArray,
    origin: tuple[float, float],
    step_m: float,
    base: tuple[float, float, float],
    points: FloatArray,
    mobile_m: float,
    farthest_m: float = np.inf,
) -> FloatArray:
    """Return how far the ground rises into the rays from one base antenna, by its worst station.

    A station at *d₁* from the base and *d₂* from the mobile antenna, *h* above the ray (below it: negative), counts
    with *h* √(2 (d₁ + d₂) / (d₁ d₂)). Divided by the root of the wavelength this is ν of ITU-R P.526, the same for
    all frequencies until then.

    Parameters
    ----------
    ground_m : (rows, columns) float array
        Heights of the ground on a square raster of the metric grid, from south to north and west to east; NaN unknown.
    origin : (x, y)
        Grid position of the first one.
    step_m : float
        Between neighbours; stations along a ray stand as far apart.
    base : (x, y, height_m)
        Grid position of the antenna and its height above the ground.
    points : (n, 2) float array
        Grid positions of the other antennas; NaN where there is none.
    mobile_m : float
        Their height above the ground.
    farthest_m : float
        Points farther off are left out.

    Returns
    -------
    (n,) float array
        √(1/m); negative where every station stays below the ray, NaN where the ground is not known all the way, the
        point is too far, or the way is too short for a station in between.
    """
    heights = np.ascontiguousarray(ground_m, dtype=np.float64)
    at = np.ascontiguousarray(points, dtype=np.float64)
    curve = 2 * EARTH_FACTOR * EARTH_RADIUS_M
    west, south = origin
    x, y, mast = base
    return _worst(heights, west, south, step_m, x, y, mast, at, mobile_m, farthest_m, curve)


def diffraction_parameter(obstruction: FloatArray, frequency_mhz: float) -> FloatArray:
    """Return ν of ITU-R P.526, eq. 26, from what :func:`obstruction` found."""
    return np.asarray(obstruction / np.sqrt(wavelength_m(frequency_mhz)))


def clearance(obstruction: FloatArray, frequency_mhz: float) -> FloatArray:
    """Return the least free height below a ray as a share of the first Fresnel radius; negative where it is cut.

    With ν = h √(2 (d₁ + d₂) / (λ d₁ d₂)) and the radius √(λ d₁ d₂ / (d₁ + d₂)) it is −ν / √2. :data:`CLEAR` of it
    and more counts as clear.
    """
    return np.asarray(-diffraction_parameter(obstruction, frequency_mhz) / np.sqrt(2.0))


def knife_edge_db(parameter: FloatArray) -> FloatArray:
    """Return the loss at a single knife edge, dB.

    ITU-R P.526, eq. 31: J(ν) = 6.9 + 20 lg(√((ν − 0.1)² + 1) + ν − 0.1) for ν > −0.78, nothing below; 6.0 dB where
    the ray just grazes the edge. NaN stays NaN.
    """
    nu = np.asarray(parameter, dtype=np.float64)
    over = np.maximum(nu, -0.78) - 0.1
    return np.where(
        np.isnan(nu), np.nan, np.where(nu > -0.78, 6.9 + 20 * np.log10(np.hypot(over, 1.0) + over), 0.0)
    )


@kernel
def _height(ground: FloatArray, column: float, row: float) -> float:
    """Return the height between the four nearest of a raster; NaN outside it."""
    rows, columns = ground.shape
    if not (0.0 <= column <= columns - 1.0 and 0.0 <= row <= rows - 1.0):
        return np.nan
    c, r = min(int(column), columns - 2), min(int(row), rows - 2)
    x, y = column - c, row - r
    lower = ground[r, c] * (1 - x) + ground[r, c + 1] * x
    upper = ground[r + 1, c] * (1 - x) + ground[r + 1, c + 1] * x
    return float(lower * (1 - y) + upper * y)


@kernel
def _worst(
    ground: FloatArray,
    west: float,
    south: float,
    step: float,
    x: float,
    y: float,
    mast: float,
    points: FloatArray,
    mobile: float,
    farthest: float,
    curve: float,
) -> FloatArray:
    found = np.full(points.shape[0], np.nan)
    c0, r0 = (x - west) / step, (y - south) / step
    start = _height(ground, c0, r0) + mast
    for i in range(points.shape[0]):
        c1, r1 = (points[i, 0] - west) / step, (points[i, 1] - south) / step
        away = step * np.hypot(c1 - c0, r1 - r0)
        pieces = int(np.ceil(away / step)) if away <= farthest else 0
        if pieces < 2:
            continue
        end = _height(ground, c1, r1) + mobile
        worst = -np.inf
        for k in range(1, pieces):
            share = k / pieces
            one, other = away * share, away * (1 - share)
            here = _height(ground, c0 + (c1 - c0) * share, r0 + (r1 - r0) * share) + one * other / curve
            rise = (here - start - (end - start) * share) * np.sqrt(2 * away / (one * other))
            if not rise <= worst:
                worst = rise
            if np.isnan(worst):
                break
        found[i] = worst
    return found
