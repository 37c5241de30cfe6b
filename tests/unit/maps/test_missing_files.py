"""An installation without the map's browser files: one sentence, and a report all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import report
from planner.errors import PlannerError
from planner.i18n import speech
from planner.maps import vendor
from planner.maps.standalone import standalone_html
from tests.unit.maps.district import district


@pytest.fixture(autouse=True)
def nothing_brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "_FOLDER", tmp_path / "leaflet")


def test_the_map_says_how_to_bring_them() -> None:
    with pytest.raises(PlannerError, match=r"python -m planner\.maps\.vendor"):
        standalone_html(district(), speech("en"), ["post_office"])


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_the_report_is_made_and_says_why_it_has_no_interactive_map(language: str) -> None:
    page = report.render(district(), "html", language).decode()
    assert "python -m planner.maps.vendor" in page
    assert "<iframe" not in page
