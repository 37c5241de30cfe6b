"""Names of files are plain ASCII, whatever script a name is written in."""

from __future__ import annotations

import pytest

from planner.report.names import LONGEST, romanised, slug


@pytest.mark.parametrize(
    ("name", "roman"),
    [
        # Of the instruction's own examples, without their marks: Arša, Biešankovičy, Haradok, Liepieĺ, Šarkaŭščyna.
        ("Орша", "orsa"), ("Бешанковічы", "biesankovicy"), ("Гарадок", "haradok"), ("Лепель", "liepiel"),
        ("Шаркаўшчына", "sarkauscyna"), ("Ёлкі", "jolki"), ("Бабʼе", "babje"), ("Заозерье", "zaozierje"),
    ],
)  # fmt: skip
def test_cyrillic_is_written_in_the_belarusian_roman_alphabet(name: str, roman: str) -> None:
    assert romanised(name) == roman


def test_english_goes_before_belarusian_before_russian() -> None:
    assert slug({"en": "Hlybokaye district", "be": "Глыбоцкі раён"}) == "hlybokaye-district"
    assert slug({"en": "Глубокский район", "be": "Глыбоцкі раён"}) == "hlybocki-rajon"
    assert slug({"en": "Глубокский район"}) == "hlubokskij-rajon"
    assert slug({"en": "Łomża / Ñandú"}) == "omza-nandu"


def test_what_no_letter_is_left_of_is_empty_and_nothing_is_too_long() -> None:
    assert slug({"en": "北京"}) == ""
    assert len(slug({"en": "ж" * 300})) == LONGEST
