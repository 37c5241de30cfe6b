"""Links of a district's masts: one for each mast and band, and their margins at points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.coverage import radio
from planner.coverage.line_of_sight import diffraction_parameter, knife_edge_db
from planner.results import frozen
from planner.studies.layer import Layer
from planner.studies.radio_assumptions import Assumptions, Rules

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

FAR_ENDS_M = (20_000.0, 10_000.0, 5_000.0)
"""Where the published ranges of the formulas end."""

_GRAZING_DB = float(knife_edge_db(np.zeros(1))[0])
_OF_LIST = re.compile(r"[^\d.]+")

Formula = Callable[[float, FloatArray, float], tuple[FloatArray, FloatArray | float]]
"""Frequency (MHz), distances (m), height (m) → loss (dB) and standard deviation of its fading (dB)."""


@dataclass(frozen=True, slots=True)
class Links:
    """Links of masts, k of them.

    Attributes
    ----------
    mast : (k,) int array
        Row in the layer of masts.
    frequency_mhz, height_m, radiated_dbm : (k,) float array
        The last is what is radiated on one subcarrier.
    remarks : tuple
        Templates and values: what of the layer could not be used.
    """

    mast: IntArray
    frequency_mhz: FloatArray
    height_m: FloatArray
    radiated_dbm: FloatArray
    remarks: tuple[tuple[str, Mapping[str, object]], ...]

    def __len__(self) -> int:
        """How many links there are."""
        return len(self.mast)


@dataclass(frozen=True, slots=True)
class Margins:
    """Margins of k links at n points over the threshold, dB.

    Attributes
    ----------
    optimistic, pessimistic : (n, k) float array
        NaN where not computed.
    open_ended : (n, k) bool array
        Not computed, and might cover for all that is known.
    """

    optimistic: FloatArray
    pessimistic: FloatArray
    open_ended: BoolArray


def links_of(masts: Layer, located: BoolArray, told: Assumptions) -> Links:
    """Return the links of a layer of masts: those with a position, a height and bands.

    Columns: ``height_m``; ``band_mhz``, several parted by commas; and where they are known ``eirp_dbm``, or
    ``power_dbm``, ``gain_dbi`` and ``loss_db``.

    Parameters
    ----------
    masts : Layer
    located : (m,) bool array
    told : Assumptions
        For what the layer does not say.
    """
    height, bands = masts.numbers("height_m"), [_bands(t) for t in masts.texts("band_mhz")]
    no_height = located & ~(height > 0)
    no_band = located & ~no_height & np.array([not b for b in bands], dtype=bool)
    used = np.flatnonzero(located & ~no_height & ~no_band)
    mast = np.array([i for i in used for _ in bands[i]], dtype=np.int64)
    frequency = np.array([f for i in used for f in bands[i]], dtype=np.float64)
    power = _told(masts, "power_dbm", told.power_dbm) + _told(masts, "gain_dbi", told.gain_dbi)
    eirp = masts.numbers("eirp_dbm")
    eirp = np.where(np.isfinite(eirp), eirp, power - _told(masts, "loss_db", told.loss_db))
    shared = np.array([told.subcarriers(f) for f in frequency], dtype=np.float64)
    return Links(
        mast=mast,
        frequency_mhz=frozen(frequency),
        height_m=frozen(height[mast]),
        radiated_dbm=frozen(radio.radiated_dbm(eirp[mast], 0.0, 0.0, shared)),
        remarks=tuple(_remarks(int((~located).sum()), int(no_height.sum()), int(no_band.sum()))),
    )


def _told(masts: Layer, column: str, assumed: float) -> FloatArray:
    given = masts.numbers(column)
    return np.where(np.isfinite(given), given, assumed)


def _bands(text: str) -> tuple[float, ...]:
    """Return the frequencies of a list, MHz, each once; what is no number is left out."""
    found = []
    for word in _OF_LIST.split(text):
        try:
            value = float(word)
        except ValueError:
            continue
        if value > 0 and value not in found:
            found.append(value)
    return tuple(found)


def _remarks(unlocated: int, no_height: int, no_band: int) -> Iterator[tuple[str, Mapping[str, object]]]:
    if unlocated:
        yield "Masts without a position are not counted: {count}.", {"count": unlocated}
    if no_height:
        yield "Masts without a height (column height_m) are not counted: {count}.", {"count": no_height}
    if no_band:
        yield "Masts without a frequency (column band_mhz) are not counted: {count}.", {"count": no_band}


def margins(
    links: Links,
    rules: Rules,
    told: Assumptions,
    distance_m: FloatArray,
    town: BoolArray,
    obstruction: FloatArray | None = None,
) -> Margins:
    """Return the margins of links at points.

    Over terrain a ray that is cut costs the loss of a knife edge. The formulas hold over smooth ground, which the ray
    grazes, so the optimistic side adds only what exceeds the loss of grazing, the pessimistic side the whole.

    Parameters
    ----------
    links : Links
    rules : Rules
    told : Assumptions
    distance_m : (n, k) float array
        On the ground; NaN where a point has no place.
    town : (n,) bool array
        Whether the ground around the point counts as built up.
    obstruction : (n, k) float array, optional
        As :func:`planner.coverage.line_of_sight.obstruction` gives it; NaN where the terrain is not known.
    """
    shape = distance_m.shape
    found = {side: np.full(shape, np.nan) for side in ("optimistic", "pessimistic")}
    open_ended = np.zeros(shape, dtype=bool)
    for k in range(len(links)):
        cut = None if obstruction is None else obstruction[:, k]
        for surroundings, here in (("rural", ~town), ("town", town)):
            for side, values in found.items():
                names = rules[surroundings][side]
                values[here, k] = _margin(links, k, names, told, distance_m[here, k], told.share(side))
            ends = np.array(FAR_ENDS_M)
            at_end = _margin(links, k, rules[surroundings]["optimistic"], told, ends, told.share_optimistic)
            known = np.flatnonzero(np.isfinite(at_end))
            if known.size:
                end, margin = ends[known[0]], at_end[known[0]]
                away = np.where(here & np.isnan(found["optimistic"][:, k]), distance_m[:, k], np.nan)
                # Nothing fades less than in free space: 20 dB for ten times the distance.
                left = margin - 20 * np.log10(np.maximum(away / end, 1.0))
                open_ended[:, k] |= (away <= end) | (left >= 0)
        if cut is not None:
            loss = _cut_db(cut, float(links.frequency_mhz[k]))
            found["pessimistic"][:, k] -= loss
            found["optimistic"][:, k] -= np.maximum(loss - _GRAZING_DB, 0.0)
    return Margins(found["optimistic"], found["pessimistic"], open_ended)


def _cut_db(obstruction: FloatArray, frequency_mhz: float) -> FloatArray:
    nu = diffraction_parameter(obstruction, frequency_mhz)
    return np.where(nu > 0, knife_edge_db(nu), 0.0)


def _margin(
    links: Links, k: int, names: tuple[str, ...], told: Assumptions, distance_m: FloatArray, share: float
) -> FloatArray:
    """Return the margin of one link by the first formula that holds at each distance."""
    found = np.full(distance_m.shape, np.nan)
    for name in names:
        missing = np.isnan(found)
        if not missing.any():
            break
        frequency, height = float(links.frequency_mhz[k]), float(links.height_m[k])
        loss, sigma = _formula(name, told)(frequency, distance_m[missing], height)
        level = links.radiated_dbm[k] - loss - radio.fading_margin_db(sigma, share)
        found[missing] = level - told.threshold_dbm
    return found


def _formula(name: str, told: Assumptions) -> Formula:
    kind, _, which = name.partition("/")
    mobile, building = told.mobile_height_m, told.building_height_m
    if kind == "okumura_hata":
        return lambda f, d, h: (radio.okumura_hata(f, d, h, mobile, which), told.shadow_db)
    if kind == "cost231":
        return lambda f, d, h: (radio.cost231_hata(f, d, h, mobile, which), told.shadow_db)
    if which == "los":
        return lambda f, d, h: (
            radio.rma_los(f, d, h, mobile, building),
            radio.rma_shadow_db(f, d, h, mobile),
        )
    return lambda f, d, h: (
        radio.rma_nlos(f, d, h, mobile, building, told.street_width_m),
        radio.RMA_NLOS_SHADOW_DB,
    )


def computable(links: Links, rules: Rules, told: Assumptions) -> BoolArray:
    """Return which links some formula holds for at some distance, (k,)."""
    ends = np.array(FAR_ENDS_M)
    names = {n for sides in rules.values() for n in sides["optimistic"]}
    return np.array(
        [
            any(np.isfinite(_margin(links, k, (n,), told, ends, 0.5)).any() for n in names)
            for k in range(len(links))
        ],
        dtype=bool,
    )
