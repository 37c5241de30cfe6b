"""Text from files on pages that understand Markdown: shown as it is, never as a link, a picture or a formula."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.app.conftest import App
from tests.app.waiting import opened

pytestmark = pytest.mark.browser

HOSTILE = (
    "https://evil.invalid/a WWW.evil.invalid someone@evil.invalid [x](http://evil.invalid) "
    "![p](http://evil.invalid/p.png) $x^2$ :red[y] &lt;i&gt; <b>z</b>"
)


@pytest.mark.parametrize("path", ["", "gaps", "report"])
def test_name_of_a_district_becomes_nothing_but_text(browser: Any, app: App, path: str) -> None:
    with closing(sqlite3.connect(app.workspace)) as db, db:
        name = json.dumps(dict.fromkeys(("ru", "be", "en"), HOSTILE))
        db.execute("UPDATE planner_district SET value = ? WHERE key = 'name'", (name,))
    page = browser.new_page()
    opened(page, f"{app.url}/{path}?lang=en")
    shown = page.locator("h1 .planner-of").inner_text().replace("\u2060", "")
    assert shown.split() == HOSTILE.split()
    made = page.locator("a[href*='evil.invalid' i], [data-testid=stMarkdown] img, .katex")
    assert made.evaluate_all("found => found.map(e => e.outerHTML)") == []
    page.close()
