"""Buttons that lead to the repository: right when its address is known, absent when it is not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import course_repository
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "https://github.com/someone/some-course"
TOC = """
format: jb-book
root: book/intro
chapters:
  - file: lectures/04_upsampling_family
"""


def write_project(folder: Path, urls: str) -> None:
    (folder / "pyproject.toml").write_text(f'[project]\nname = "course-pkg"\n{urls}')


@pytest.mark.parametrize(
    ("urls", "address"),
    [
        ("", ""),
        ('[project.urls]\nOther = "https://example.org"\n', ""),
        (f'[project.urls]\nSource = "{ADDRESS}"\n', ADDRESS),
        (f'[project.urls]\nSource = "{ADDRESS}.git"\n', ADDRESS),
        (f'[project.urls]\nSource = "{ADDRESS}/"\n', ADDRESS),
    ],
)
def test_the_address_comes_from_pyproject(tmp_path: Path, urls: str, address: str) -> None:
    write_project(tmp_path, urls)
    assert course_repository.source_address(tmp_path) == address


@pytest.mark.parametrize("wrong", ["github.com/a/b", "https://github.com/a", "git@github.com:a/b"])
def test_a_wrong_address_is_refused(tmp_path: Path, wrong: str) -> None:
    write_project(tmp_path, f'[project.urls]\nSource = "{wrong}"\n')
    with pytest.raises(ValueError, match="has to look like https://github"):
        course_repository.source_address(tmp_path)


def test_only_github_opens_in_colab() -> None:
    assert course_repository.theme_options("https://gitlab.com/a/b")["launch_buttons"] == {}
    with pytest.raises(ValueError, match="has buttons for github"):
        course_repository.theme_options("https://example.org/a/b")


def build(folder: Path, urls: str) -> str:
    """Build a book of one notebook with the real settings; return the notebook's page."""
    for name in (
        *("_config.yml", "book/_ext", "book/_assets", "book/_inventories"),
        "book/references.bib",
    ):
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    (folder / "_toc.yml").write_text(TOC)
    (folder / "book" / "intro.md").write_text("# Book\n")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 4. Family")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    (folder / "lectures").mkdir()
    nbformat.write(notebook, folder / "lectures" / "04_upsampling_family.ipynb")
    write_project(folder, urls)
    line = [Path(sys.executable).with_name("jupyter-book"), "build", ".", "--all", "-W", "-n", "-q"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    page = folder / "_build" / "html" / "lectures" / "04_upsampling_family.html"
    return page.read_text("utf8")


def links(page: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', page))


def test_with_an_address_every_button_is_right(tmp_path: Path) -> None:
    page = build(tmp_path, f'[project.urls]\nSource = "{ADDRESS}"\n')
    path = "blob/main/lectures/04_upsampling_family.ipynb"
    colab = ADDRESS.replace("https://github.com", "https://colab.research.google.com/github")
    found = links(page)
    assert f"{colab}/{path}" in found
    assert ADDRESS in found
    assert f"{ADDRESS}/{path}?plain=1" in found
    assert any(link.startswith(f"{ADDRESS}/issues/new") for link in found)
    assert "../_sources/lectures/04_upsampling_family.ipynb" in found
    outside = {link for link in found if link.startswith("http")}
    assert {link for link in outside if "someone/some-course" not in link} == set()


def test_without_an_address_there_is_no_dead_button(tmp_path: Path) -> None:
    page = build(tmp_path, "")
    assert "../_sources/lectures/04_upsampling_family.ipynb" in links(page)
    assert {link for link in links(page) if link.startswith("http")} == set()
    for word in ("colab", "executablebooks", "launch-buttons", "source-buttons"):
        assert word not in page
