import io
import tarfile
from pathlib import Path

import pytest

from planner.maps import vendor


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def test_the_files_that_are_here_are_leaflet() -> None:
    assert vendor.present()
    assert vendor.fetch() == vendor.vendor_dir()
    assert "Leaflet 1.9.4" in vendor.leaflet("leaflet.js")


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    for name in vendor.FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((vendor.vendor_dir() / name).read_bytes())
    assert vendor.present(tmp_path)
    with (tmp_path / "leaflet.js").open("a") as stream:
        stream.write(" ")
    assert not vendor.present(tmp_path)


def test_another_package_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = archive(tmp_path / "leaflet.tgz", {member: b"evil" for member, _ in vendor.FILES.values()})
    monkeypatch.setattr(vendor, "_download", lambda scratch: bad)
    with pytest.raises(vendor.AssetsError, match="not the package"):
        vendor.fetch(tmp_path / "leaflet")
    assert not (tmp_path / "leaflet").exists()


def test_no_network_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOTFOUND' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(vendor, "_npm_importable", lambda scratch: ([], {}))
    monkeypatch.setattr(vendor, "_npm_by_pip", lambda scratch: ([], {}))
    with pytest.raises(vendor.AssetsError, match=r"ENOTFOUND.*check the network") as caught:
        vendor.fetch(tmp_path / "leaflet")
    assert "\n" not in str(caught.value)


def test_missing_files_say_how_to_bring_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "_FOLDER", tmp_path)
    vendor.leaflet.cache_clear()
    with pytest.raises(vendor.AssetsError, match=r"planner\.maps\.vendor"):
        vendor.leaflet("leaflet.js")
