"""The date that a report bears where none is given."""

from __future__ import annotations

import datetime as dt

import pytest

from planner.errors import InputError
from planner.report.edition import EPOCH, moment


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
