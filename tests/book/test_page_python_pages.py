"""What a page is given: places for editors, and the data of its exercises."""

import json
from pathlib import Path
from types import SimpleNamespace

import course_page
import course_page_python
import course_page_tasks
import page_python
import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ExtensionError

from course_pkg.checkers import Checker, exercises_of
from course_pkg.checkers.definition import reference

ROOT = page_python.ROOT
ALL = exercises_of()
CHAPTERS = sorted({task.chapter for task in ALL})


def cell(text: str) -> nodes.container:
    code = nodes.literal_block(text, text)
    return nodes.container("", nodes.container("", code), nb_element="cell_code")


def chapter_page() -> nodes.document:
    """A page with prose, an exercise, a torch exercise and the count at the end."""
    page = new_document("lectures/05_x")
    top, exercises = nodes.section(ids=["top"]), nodes.section(ids=["exercises"])
    top += [nodes.title("", "5. Chapter"), nodes.paragraph("", "prose")]
    exercises += [nodes.title("", "Exercises"), nodes.paragraph("", "From easy to hard")]
    for id in ("conv_transpose.stamp", "conv_transpose.conv_transpose2d"):
        one = nodes.section(ids=[id])
        name = id.partition(".")[2]
        text = f'def {name}():\n    pass\n\n\nexercise("{id}").check({name})'
        one += [nodes.title("", id), cell(text)]
        exercises += one
    exercises += cell("progress(chapter=5)")
    top += exercises
    page += top
    return page


def app(tmp_path: Path, **settings) -> SimpleNamespace:
    """As much of Sphinx as the extension asks for, with a folder laid out by the tool."""
    site = tmp_path / "_build" / "page-python" / "site"
    site.mkdir(parents=True, exist_ok=True)
    packs = {n: {"scripts": [f"{n}-00.js"], "bytes": 1} for n in ("python", "course", "drawing")}
    for name in packs:
        (site / f"{name}-00.js").write_text("")
    (site / "manifest.json").write_text(json.dumps({"version": "0.27.7", "packs": packs}))
    (tmp_path / "lectures").mkdir(exist_ok=True)
    for path in (ROOT / "lectures").glob("*.ipynb"):
        (tmp_path / "lectures" / path.name).write_bytes(path.read_bytes())
    config = {"page_python_source": "own", "project": "A book", "exclude_patterns": []}
    config |= {"html_theme_options": {"repository_url": "https://github.com/o/n"}, **settings}
    return SimpleNamespace(
        srcdir=tmp_path,
        outdir=tmp_path / "html",
        builder=SimpleNamespace(format="html"),
        config=SimpleNamespace(**config),
    )


def made_live(tmp_path: Path, **settings) -> tuple[nodes.document, dict]:
    page = chapter_page()
    course_page_python.make_live(app(tmp_path, **settings), page, "lectures/05_x")
    html = [n.astext() for n in page.findall(nodes.raw) if "page-python-data" in n.astext()]
    text = html[0].partition(">")[2].rpartition("</script>")[0] if html else "{}"
    return page, json.loads(text)


def test_each_numpy_exercise_of_a_chapter_gets_an_editor(tmp_path: Path):
    page, data = made_live(tmp_path)
    html = "".join(node.astext() for node in page.findall(nodes.raw))
    assert html.count('data-exercise="conv_transpose.stamp"') == 1
    assert 'data-exercise="conv_transpose.conv_transpose2d"' not in html
    assert html.count('data-scratch="5"') == html.count('data-answers="5"') == 1
    hidden = [c.astext() for c in course_page_python.cells(page) if c["classes"]]
    assert [text.split("(")[0] for text in hidden] == ["def stamp", "progress"]
    assert [task["id"] for task in data["tasks"]] == [
        "conv_transpose.stamp",
        "conv_transpose.conv_transpose2d",
    ]
    assert data["book"] == "a-book"
    assert set(data["packs"]) == {"python", "course", "drawing"}


def test_a_torch_exercise_says_where_it_runs(tmp_path: Path):
    page, _ = made_live(tmp_path)
    (said,) = [n.astext() for n in page.findall(nodes.raw) if "pp-elsewhere" in n.astext()]
    assert "torch" in said
    assert "github/o/n/blob/main/lectures/05_transposed_convolution.ipynb" in said
    assert "jupyter lab lectures/05_transposed_convolution.ipynb" in said
    (task,) = [task for task in ALL if task.needs]
    assert "<a " not in course_page_tasks.elsewhere(ROOT, task, "")


def test_a_site_may_take_python_from_its_makers(tmp_path: Path):
    _, data = made_live(tmp_path, page_python_source="cdn")
    assert set(data["packs"]) == {"course"}
    assert data["address"].endswith("/pyodide/v0.27.7/full/")
    course_page_python.copy_files(app(tmp_path, page_python_source="cdn"), None)
    copied = {path.name for path in (tmp_path / "html" / "_static" / "page-python").iterdir()}
    assert copied == {"course-00.js"}


def test_without_python_pages_stay_as_printed(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PYTHON_IN_PAGES", "no")
    page, data = made_live(tmp_path)
    assert data == {}
    assert page.pformat() == chapter_page().pformat()
    course_page_python.copy_files(app(tmp_path), None)
    assert not (tmp_path / "html" / "_static" / "page-python").exists()
    monkeypatch.delenv("PYTHON_IN_PAGES")
    made = app(tmp_path)
    (tmp_path / "_build" / "page-python" / "site" / "manifest.json").unlink()
    page = chapter_page()
    course_page_python.make_live(made, page, "lectures/05_x")
    assert page.pformat() == chapter_page().pformat()


def test_an_unknown_source_is_refused(tmp_path: Path):
    made = app(tmp_path, page_python_source="mirror")
    with pytest.raises(ExtensionError, match='has to be "own" or "cdn", got \'mirror\''):
        course_page_python.check_source(made, made.config)


@pytest.mark.parametrize("task", ALL, ids=lambda task: task.id)
def test_a_page_knows_what_an_exercise_offers(task):
    data = course_page_tasks.about(task)
    assert data["code"].endswith(f"{task.starter}\n")
    if task.needs:
        assert "solution" not in data
        return
    names: dict = {}
    exec(data["solution"], names)
    assert Checker(task).check(names[task.name]).outcome == "correct"
    assert [card["rows"][0][1] for card in data["hints"]] == list(task.hints)
    assert "solution()" not in json.dumps(data["hints"])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_scratch_cell_runs_as_it_stands(chapter: int):
    data = course_page_tasks.scratch(chapter)
    assert max(map(len, data["code"].splitlines())) <= course_page_tasks.LONGEST_LINE
    answer = course_page.run(data["code"], data["id"], chapter)
    assert answer["outcome"] == "ran"
    assert answer["value"], data["code"]
    for task in exercises_of(chapter):
        assert (f" {task.name}" in data["code"]) == (not task.needs)


def test_the_scratch_cell_has_the_references():
    answer = course_page.run("bed_of_nails", "scratch.04", 4)
    (task,) = [task for task in ALL if task.id == "upsampling.bed_of_nails"]
    assert answer["value"] == repr(reference(task))
    assert course_page.run("bed_of_nails", "upsampling.nearest")["outcome"] == "raised"
