"""Places known by name are joined to known ones; what could be two places is left to a person."""

from __future__ import annotations

import pytest

from planner.layers.gazetteer import Locality, Match, Record, match
from planner.layers.names import place_name, skeleton


def place(
    id: str, *names: str, at: tuple[float, float] = (27.7, 55.1), council: str = "", district: str = ""
) -> Locality:
    return Locality(id, names, *at, council=council, district=district)


def only(record: Record, *places: Locality) -> Match:
    return match([record], places)[0]


@pytest.mark.parametrize(
    ("russian", "others"),
    [
        ("Голубичи", ("Галубічы", "Halubichy", "Golubichi")),
        ("Дерковщина", ("Дзеркаўшчына", "Dzyerkawshchyna", "Derkovshchina")),
        ("Запрудье", ("Запруддзе", "Zapruddzye", "Zaprud’ye")),
        ("Подсвилье", ("Падсвілле", "Padsvillye")),
        ("Прошково", ("Прошкава", "Proshkava", "Proshkovo")),
        ("Озерцы", ("Азерцы", "Azyertsy", "Ozertsy")),
        ("Шуневцы", ("Шунеўцы", "Shunyewtsy")),
        ("Урожайная", ("Ураджайная", "Uradzhaynaya")),
        ("Петровщина", ("Пятроўшчына", "Pyatrowshchyna")),
        ("Мерецкие", ("Мярэцкія", "Myaretskiya")),
    ],
)
def test_spellings_of_one_name_share_their_skeleton(russian: str, others: tuple[str, ...]) -> None:
    assert {place_name(other).key for other in others} == {place_name(russian).key}


def test_different_names_stay_apart() -> None:
    names = ["Шуневцы", "Шуневичи", "Обруб", "Зябки", "Бабичи", "Бабины", "Плиса", "Псуя", "Мосар", "Мамаи"]
    assert len({skeleton(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("text", "written", "number", "kind"),
    [
        ("аг Коробы 2", "коробы", "2", "agrotown"),
        ("г. Глубокое", "глубокое", "", "town"),
        ("Karaby Druhiya", "karaby", "2", ""),
        ("Николаевка-2", "николаевка", "2", ""),
        ("деревня Киши", "киши", "", "village"),
        ("Старые-Шарабаи", "старые шарабаи", "", ""),
        ("Лучайка Вторая", "лучайка", "2", ""),
        ("д", "д", "", ""),
        ("—", "", "", ""),
    ],
)
def test_kind_and_number_are_told_from_the_name(text: str, written: str, number: str, kind: str) -> None:
    name = place_name(text)
    assert (name.written, name.number, name.kind) == (written, number, kind)


def test_one_place_of_the_very_name_is_sure_and_says_why() -> None:
    found = only(
        Record("д Голубичи", council="Голубичский сельсовет"), place("1", "Halubichy"), place("2", "Плиса")
    )
    assert (found.certainty, found.locality and found.locality.id) == ("sure", "1")
    assert found.score >= 0.9
    assert found.reasons == ("same name in another spelling",)


def test_two_places_of_one_name_are_never_chosen_between() -> None:
    found = only(Record("д Залесье"), place("1", "Залесье"), place("2", "Залессе"))
    assert (found.certainty, found.locality) == ("doubtful", None)
    assert {c.locality.id for c in found.candidates} == {"1", "2"}


def test_district_and_council_tell_places_of_one_name_apart() -> None:
    places = (place("1", "Залесье", district="Polatsak"), place("2", "Залесье", district="Hlybokaye"))
    found = only(Record("Залесье", district="Глубокский р-н"), *places)
    assert (found.locality and found.locality.id, "same district" in found.reasons) == ("2", True)
    councils = (place("1", "Обруб", council="Обрубский"), place("2", "Обруб", council="Ивесьский"))
    named = only(Record("Обруб", council="Обрубский сельсовет"), *councils).locality
    assert named is not None and named.id == "1"
    elsewhere = only(Record("Залесье", district="Глубокский р-н"), places[0])
    assert elsewhere.certainty == "doubtful"


def test_the_number_of_a_name_counts() -> None:
    first, second = place("1", "Коробы 1"), place("2", "Karaby Druhiya")
    found = only(Record("аг Коробы 2"), first, second)
    assert found.locality == second
    assert only(Record("Коробы"), second).certainty == "doubtful"


def test_a_similar_name_is_proposed_and_an_unknown_one_is_not_found() -> None:
    found = only(Record("Марцебылино"), place("1", "Марцибылино"), place("2", "Плиса"))
    assert (found.certainty, [c.locality.id for c in found.candidates]) == ("doubtful", ["1"])
    assert only(Record("Петруново"), place("2", "Плиса")).certainty == "none"
    assert only(Record(""), place("2", "Плиса")).certainty == "none"
    assert match([], []) == ()


def test_a_place_that_two_records_claim_is_given_to_the_one_of_that_very_name_or_to_none() -> None:
    place_ = place("1", "Halubichy", "Галубічы")
    both = match([Record("Голубичи"), Record("Голубічы")], [place_])
    assert [one.certainty for one in both] == ["doubtful", "doubtful"]
    very = match([Record("Голубичи"), Record("Галубічы")], [place_])
    assert [one.certainty for one in very] == ["doubtful", "sure"]


def test_what_lies_far_from_its_council_is_doubted() -> None:
    places = [
        place(str(n), name, at=(27.7 + n / 100, 55.1)) for n, name in enumerate(("Киши", "Плиса", "Псуя"))
    ]
    names = [Record(name, council="Плисский") for name in ("Киши", "Плиса", "Псуя", "Мосар")]
    near = match(names, [*places, place("9", "Мосар", at=(27.9, 55.1))])
    far = match(names, [*places, place("9", "Мосар", at=(29.0, 55.1))])
    assert (near[3].certainty, far[3].certainty) == ("sure", "doubtful")
