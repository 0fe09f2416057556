"""The API pages: one a folder, in the order of the chapters; every public name stands on one."""

import inspect
from importlib import import_module
from pathlib import Path

import course_api
import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = course_api.pages_in_order(ROOT)
PARTS = [page for page in PAGES if "/" not in page]


def part(name: str):
    return import_module(f"course_pkg.{name}")


def constants() -> list[tuple[str, str]]:
    """Every public name that is neither a class nor a function nor a module."""
    return [
        (name, each)
        for name in PARTS
        for each in part(name).__all__
        if not inspect.isclass(value := getattr(part(name), each))
        and not inspect.isroutine(value)
        and not inspect.ismodule(value)
    ]


def test_every_part_of_the_package_has_a_page() -> None:
    parts = {path.parent.name for path in ROOT.glob("course_pkg/*/__init__.py")}
    assert set(PARTS) == {name for name in parts if not name.startswith("_")}


def test_the_pages_are_the_files_in_the_folder() -> None:
    folder = ROOT / "book" / "api"
    files = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")}
    assert sorted(PAGES) == sorted(files)
    for page in PAGES:
        title = (folder / f"{page}.md").read_text("utf8").splitlines()[0]
        assert title == f"# {page.replace('/', '.')}"


def test_every_folder_that_defines_public_names_has_a_page() -> None:
    folders = set()
    for name in PARTS:
        for module in course_api.families(part(name)):
            path = ROOT / Path(*module.split("."))
            folder = (path if path.is_dir() else path.parent).relative_to(ROOT / "course_pkg")
            if not any(piece.startswith("_") for piece in folder.parts):  # inner: shown above
                folders.add(folder.as_posix())
    assert folders <= set(PAGES), "a new folder needs a page in book/api and a line in _toc.yml"


def test_the_folders_stand_in_the_order_of_the_chapters() -> None:
    from course_pkg import models

    shown = [page.split("/")[1] for page in PAGES if page.count("/") == 1]
    in_order = list(
        dict.fromkeys(
            course_api.home(models, name).split(".")[2]
            for name in models.__all__
            if course_api.home(models, name).count(".") > 2
        )
    )
    assert shown == in_order


@pytest.mark.parametrize("name", ["instances", "windows"])
def test_folders_of_a_folder_stand_as_it_names_them(name: str) -> None:
    from course_pkg import models

    about = inspect.getdoc(getattr(models, name)) or ""
    rooms = [page.rpartition("/")[2] for page in PAGES if page.startswith(f"models/{name}/")]
    assert rooms == sorted(rooms, key=lambda room: about.index(f"`{room}`"))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """What the extension writes on each page."""
    return {page: course_api.listing(page, PAGES) for page in PAGES}


def test_every_name_is_described_once_and_on_the_page_of_its_folder(texts: dict[str, str]) -> None:
    for name in PARTS:
        for each in part(name).__all__:
            line = f":: course_pkg.{name}.{each}\n"
            where = [page for page, text in texts.items() for _ in range(text.count(line))]
            assert len(where) == 1, (each, where)
            home = course_api.home(part(name), each).removeprefix("course_pkg.")
            assert f"{home}.".startswith(f"{where[0].replace('/', '.')}."), each


def test_an_address_from_before_the_folders_had_pages_arrives(texts: dict[str, str]) -> None:
    from course_pkg import models

    for name in models.__all__:
        full = f"course_pkg.models.{name}"
        anchor = f'<span id="{full}"></span>{{py:obj}}`~{full}`'
        described = f":: {full}\n" in texts["models"]
        assert described or texts["models"].count(anchor) == 1, name
    assert f"(/{course_api.FOLDER}models/fcn.md)" in texts["models"]


@pytest.mark.parametrize(("name", "constant"), constants())
def test_a_constant_is_explained(name: str, constant: str) -> None:
    lines = course_api.explanation(part(name), constant)
    assert lines, f"say in a comment `#: ...` above {constant} what it is"
    assert lines[-1].endswith(".")
    shown = course_api.directive(part(name), constant)
    assert lines[0] in shown


def test_files_stand_in_the_order_in_which_their_folder_reads(texts: dict[str, str]) -> None:
    heads = [line[3:] for line in texts["models/fcn"].splitlines() if line.startswith("## ")]
    assert heads == ["alignment", "heads", "vgg16", "lite"]
