"""Colours of the maps for eyes that see no red, no green or no blue: told apart by colour, by lightness or by a sign.

What a colour-blind eye sees is computed with the matrices of Machado, Oliveira and Fernandes (2009) for a complete lack
of one kind of cones, in linear RGB; how far two colours are apart is the distance CIEDE76 in L*a*b* (D65).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest

from planner.maps.areas_layer import band_colours
from planner.maps.marks import VALUE_CLASSES, Mark, marks, theme
from planner.maps.reach_layer import _COLOURS as REACH_COLOURS
from planner.maps.tour_map import DAY_COLOURS
from planner.results import State

EYES = {
    "all cones": np.eye(3),
    "no red cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue cones": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TOLD_APART = 10.0
"""Two colours so far apart are seen as two at a glance (a difference of about 2 is just seen side by side)."""

GROUPS = (
    tuple(state.label for state in State),
    VALUE_CLASSES,
    ("outcome_loses", "outcome_gains", "outcome_worse", "outcome_better", "outcome_same", "outcome_untold"),
    ("score_none", "score_low", "score_fair", "score_high"),
    ("facility", "facility_modelled", "facility_added", "facility_closed", "site_new", "junction"),
    ("way", "way_chosen"),
)
"""Marks that stand on one map together."""


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )  # fmt: skip
    t = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    x, y, z = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def luminance(colour: str) -> float:
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def over(mark: Mark, ground: str) -> np.ndarray:
    """Return the linear colour that a mark's filling has on a ground."""
    if not mark.fill:
        return linear(ground)
    mixed = [
        round(int(mark.fill[i : i + 2], 16) * mark.opacity + int(ground[i : i + 2], 16) * (1 - mark.opacity))
        for i in (1, 3, 5)
    ]
    return linear("#" + "".join(f"{part:02x}" for part in mixed))


def sign(mark: Mark) -> tuple[object, ...]:
    """Return all of a mark that is no colour."""
    plain = replace(mark, fill="filled" if mark.fill else "", stroke="", opacity=0.0, width=0.0)
    return (plain.fill, plain.dash, plain.glyph, plain.shape, plain.scale, plain.least)


def test_the_matrices_leave_grey_grey_and_take_red_from_green() -> None:
    for eye in EYES.values():
        assert np.allclose(eye @ np.full(3, 0.5), 0.5, atol=1e-3)
    red, green = linear("#c00000"), linear("#007000")
    assert np.linalg.norm(lab(red) - lab(green)) > 90
    assert np.linalg.norm(lab(EYES["no green cones"] @ red) - lab(EYES["no green cones"] @ green)) < 30


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eye", EYES)
def test_marks_of_one_map_are_told_apart_by_every_eye(eye: str, dark: bool) -> None:
    colours = theme(dark)
    looks = marks(colours)
    for group in GROUPS:
        for one, other in combinations(group, 2):
            seen = [lab(EYES[eye] @ over(looks[name], colours.district)) for name in (one, other)]
            by_colour = float(np.linalg.norm(seen[0] - seen[1])) >= TOLD_APART
            assert by_colour or sign(looks[one]) != sign(looks[other]), (one, other)


@pytest.mark.parametrize("dark", [False, True])
def test_no_state_is_borne_by_colour_alone(dark: bool) -> None:
    looks = marks(theme(dark))
    states = {state.label: sign(looks[state.label]) for state in State}
    assert len(set(states.values())) == len(states)


@pytest.mark.parametrize("dark", [False, True])
def test_marks_and_words_stand_out_from_the_ground(dark: bool) -> None:
    colours = theme(dark)
    for name, mark in marks(colours).items():
        # Places that a standard does not address, and places where nothing changes, step back on purpose.
        if name in ("not_applicable", "outcome_same"):
            continue
        assert max(contrast(c, colours.district) for c in (mark.fill, mark.stroke) if c) >= 3.0, name
    for ground in (colours.ground, colours.district, colours.paper):
        assert contrast(colours.text, ground) >= 7.0


@pytest.mark.parametrize("eye", EYES)
def test_classes_of_values_go_from_dark_to_light_for_every_eye(eye: str) -> None:
    looks = marks(theme(False))
    lightness = [float(lab(EYES[eye] @ linear(looks[name].fill))[0]) for name in VALUE_CLASSES]
    assert all(later - earlier >= 5 for earlier, later in pairwise(lightness))


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    "colours", [band_colours(3), band_colours(5), [c for c in REACH_COLOURS.values() if c], list(DAY_COLOURS[:5])],
    ids=["3 bands", "5 bands", "reach", "days"],
)  # fmt: skip
def test_areas_and_ways_are_told_apart_by_every_eye(colours: list[str], eye: str) -> None:
    for one, other in combinations(colours, 2):
        apart = np.linalg.norm(lab(EYES[eye] @ linear(one)) - lab(EYES[eye] @ linear(other)))
        assert apart >= TOLD_APART, (one, other)
