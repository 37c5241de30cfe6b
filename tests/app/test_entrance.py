"""Who gets to the pages: nobody from elsewhere without a sign-in, and nobody at all when its settings have gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from planner.serve import SIGN_IN


def entrance() -> None:
    import streamlit as st

    from planner.i18n import speech
    from planner.ui import team

    st.text("inside" if team.may_enter(speech("en")) else "outside")


@pytest.fixture
def restored() -> Iterator[None]:
    kept = config.get_option("server.address")
    yield
    config.set_option("server.address", kept)


@pytest.mark.usefixtures("restored")
@pytest.mark.parametrize(
    ("address", "told"),
    [("127.0.0.1", "inside"), ("localhost", "inside"), ("::1", "inside"), ("0.0.0.0", "outside"),
     ("10.0.0.7", "outside"), (None, "outside")],
)  # fmt: skip
def test_others_get_in_only_where_they_sign_in(address: str | None, told: str) -> None:
    config.set_option("server.address", address)
    shown = AppTest.from_function(entrance).run(timeout=30)
    assert not shown.exception
    assert shown.text[0].value == told
    assert bool(shown.error) == (told == "outside")


def test_settings_that_have_gone_let_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SIGN_IN, "required")
    shown = AppTest.from_function(entrance).run(timeout=30)
    assert not shown.exception
    assert shown.text[0].value == "outside"
    assert "settings of the sign-in" in shown.error[0].value
    assert not shown.button
