"""Names of districts and places as names of files: readable, plain, and different where the names are."""

from __future__ import annotations

import pytest

from planner.layers.latin import slug
from planner.report.files import part_of_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Hlybokaye district", "hlybokaye-district"), ("Заозерский район", "zaozerskiy-rayon"),
        ("Глыбоцкі раён", "glybotski-raen"), ("Щучинский р-н", "shchuchinskiy-r-n"), ("Бабʼёва № 2", "babeva-2"),
        ("Заи\u0306цево", "zaytsevo"), ("Łódź", "lodz"), ("  ", ""), ("東京", ""), ("../../etc", "etc"),
    ],
)  # fmt: skip
def test_names_keep_their_sound(name: str, plain: str) -> None:
    assert slug(name) == plain


def test_no_name_is_too_long_for_a_file() -> None:
    assert len(part_of_name("ж" * 300)) == 60
