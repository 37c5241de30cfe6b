"""A choice among very many names."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from planner.ui.finder import MOST_LISTED, Names

PAGE = """
import streamlit as st
from planner.i18n import speech
from planner.ui.finder import Names, find

count = {count}
names = Names.sorted({{f"p{{i}}": f"Village {{i}}" for i in range(count)}})
found = find(st.container(), names, "Settlement", speech("en"), key="place", placeholder="Find")
st.text(f"found={{found}}")
"""


def test_names_that_begin_with_what_is_sought_come_first() -> None:
    names = Names.sorted({"a": "Старые Лужки", "b": "Лужки", "c": "лужковка", "d": "Ореховка"})
    assert list(names.by_id) == ["b", "d", "a", "c"]
    assert names.like(" ЛУЖК") == ["b", "c", "a"]
    assert names.like("лужк", most=1) == ["b"]
    assert names.like("  ") == []


def test_few_names_are_a_list() -> None:
    page = AppTest.from_string(PAGE.format(count=5), default_timeout=30).run()
    assert len(page.text_input) == 0
    assert len(page.selectbox[0].options) == 5


def test_many_names_are_sought_and_the_chosen_one_stays() -> None:
    page = AppTest.from_string(PAGE.format(count=MOST_LISTED + 1), default_timeout=30).run()
    assert len(page.selectbox) == 0
    page.text_input[0].set_value("village 77").run()
    assert 0 < len(page.selectbox[0].options) < 50
    page.selectbox[0].select("Village 77").run()
    assert page.text[0].value == "found=p77"
    page.text_input[0].set_value("nowhere").run()
    assert page.text[0].value == "found=p77"
    assert "nowhere" in page.caption[0].value
    page.session_state["place"] = None
    page.text_input[0].set_value("").run()
    assert page.text[0].value == "found=None"
