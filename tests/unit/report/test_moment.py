"""The date that a report bears where none is given."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from planner.errors import InputError
from planner.report.edition import EPOCH, moment
from planner.report.files import archive


def test_the_moment_is_that_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EPOCH, "1795435200")
    assert moment() == dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["noon", "12.5", "99999999999999999999"])
def test_what_is_no_moment_is_refused_and_named(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv(EPOCH, text)
    with pytest.raises(InputError, match=EPOCH) as refused:
        moment()
    assert text in str(refused.value)


def test_without_it_the_clock_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(EPOCH, raising=False)
    before = dt.datetime.now(dt.UTC)
    assert before <= moment() <= dt.datetime.now(dt.UTC)


@pytest.mark.parametrize(
    ("year", "told"), [(2026, (2026, 11, 23, 9, 30, 4)), (1970, (1980, 11, 23, 9, 30, 4))]
)
def test_a_zip_carries_the_moment_of_what_is_in_it(year: int, told: tuple[int, ...]) -> None:
    made_at = dt.datetime(year, 11, 23, 12, 30, 4, tzinfo=dt.timezone(dt.timedelta(hours=3)))
    files = {"b.html": b"<p>", "a.xlsx": bytes(1000)}
    packed = archive(files, made_at)
    assert packed == archive(files, made_at.astimezone(dt.UTC))
    with zipfile.ZipFile(io.BytesIO(packed)) as made:
        assert {name: made.read(name) for name in made.namelist()} == files
        assert made.namelist() == list(files)
        assert {entry.date_time for entry in made.infolist()} == {told}
