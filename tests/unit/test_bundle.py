"""What travels with the program is found, in a checkout and in an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import bundle

ROOT = Path(__file__).resolve().parents[2]


def test_in_a_checkout_things_stand_beside_the_package() -> None:
    assert bundle.bundled("data/geo") == ROOT / "data" / "geo"
    assert bundle.bundled("app.py").is_file()


def test_an_installation_carries_them_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "planner"
    (package / "_bundle" / "data" / "geo").mkdir(parents=True)
    monkeypatch.setattr(bundle, "_PACKAGE", package)
    assert bundle.bundled("data/geo") == package / "_bundle" / "data" / "geo"


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "_PACKAGE", tmp_path / "planner")
    with pytest.raises(FileNotFoundError, match="data/geo is missing from this installation"):
        bundle.bundled("data/geo")
