"""The book's own Sphinx extensions, each by what it promises."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path

import course_cache
import course_mathjax
import course_results
import course_scripts
import course_search
import course_signatures
import pytest
from docutils import nodes
from sphinx.builders.html._assets import _JavaScript

from course_pkg.recipes import Claim, Number, Verdict

RESULT = {
    "recipe": "fcn8s-camvid",
    "dataset": "camvid",
    "split": "val",
    "preset": "small",
    "metrics": {"miou": 0.43, "class_iou": [0.1, 0.9], "steps": 3000},
    "seed": 0,
    "hardware": "2 cores",
    "seconds": 1234.5,
    "date": "2026-11-21T10:00:00",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one file of each kind that a notebook's output depends on."""
    for name in (
        "course_pkg/a.py",
        "course_pkg/s/w.js",
        "course_pkg/s/w.css",
        "course_pkg/results/r.json",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["course_pkg/a.py", "course_pkg/s/w.js", "course_pkg/s/w.css", "course_pkg/results/r.json"],
)
def test_the_cache_sees_every_change(project: Path, name: str) -> None:
    before = course_cache.digest(project)
    assert course_cache.digest(project) == before
    (project / name).write_text("changed")
    after = course_cache.digest(project)
    assert after != before
    (project / name).write_text(name)
    assert course_cache.digest(project) == before, "going back has to find the old outputs"
    (project / name).rename(project / f"{name}.gone")
    assert course_cache.digest(project) not in (before, after)


def test_the_cache_sees_another_library(project: Path, monkeypatch) -> None:
    before = course_cache.digest(project)
    newer = {**course_cache.libraries(), "torch": "99"}
    monkeypatch.setattr(course_cache, "libraries", lambda: newer)
    assert course_cache.digest(project) != before


def test_the_cache_asks_for_all_that_a_cell_may_import() -> None:
    found = course_cache.libraries()
    for name in ("torch", "torchvision", "matplotlib", "ipywidgets", "numpy", "scipy", "ipykernel"):
        assert found[name] == version(name)
    assert found.keys().isdisjoint({"ruff", "pytest", "Sphinx"}), "no cell imports these"


@pytest.mark.parametrize("name", ["COURSE_PRESET", "COURSE_DATA", "JAXTYPING_DISABLE"])
def test_the_cache_sees_a_setting(project: Path, monkeypatch, name: str) -> None:
    monkeypatch.delenv(name, raising=False)
    before = course_cache.digest(project)
    monkeypatch.setenv(name, "1")
    assert course_cache.digest(project) != before


def test_the_cache_does_not_see_bytecode(project: Path) -> None:
    before = course_cache.digest(project)
    (project / "course_pkg" / "__pycache__").mkdir()
    (project / "course_pkg" / "__pycache__" / "a.cpython-311.pyc").write_text("x")
    (project / "course_pkg" / "__pycache__" / "a.cpython-311.pyc.139895626").write_text("x")
    assert course_cache.digest(project) == before


def test_the_cache_does_not_move_with_the_folder(project: Path, tmp_path_factory) -> None:
    copy = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(project, copy)
    assert course_cache.digest(copy) == course_cache.digest(project)


def test_korean_words_are_indexed_by_their_beginnings() -> None:
    language = course_search.SearchEnglishKorean({})
    assert language.split("역합성곱은 stride가") == [
        "역합성곱은",
        "역합",
        "역합성",
        "역합성곱",
        "stride",
        "가",
    ]
    assert language.stem("역합성곱은") == "역합성곱은"
    assert language.stem("Convolutions") == "convolut"
    assert language.split("conv2d under_score") == ["conv2d", "under_score"]


def script(filename: str | None = None, **attributes: str) -> _JavaScript:
    return _JavaScript(filename, **attributes)


def test_useless_scripts_go_and_the_others_stay() -> None:
    files = [
        script("course.js"),
        script(body="const THEBE_JS_URL = 1"),
        script("sphinx-thebe.js"),
        script(body="let twice = 1"),
        script(body="let twice = 1"),
        script(type="application/vnd.jupyter.widget-state+json", body="{}"),
        script("searchtools.js"),
    ]
    seen: set[str] = set()
    kept = [file for file in files if course_scripts.is_wanted(file, seen)]
    assert kept == [files[0], files[3], files[6]]


def test_settings_of_live_cells_go() -> None:
    document = nodes.section()
    document += nodes.raw("", '<script type="text/x-thebe-config">{}</script>', format="html")
    document += nodes.raw("", "<script>kernelName = 'python3'</script>", format="html")
    document += nodes.raw("", "<p>stays</p>", format="html")
    course_scripts.drop_thebe(None, document, "page")
    assert document.astext() == "<p>stays</p>"


def test_mathjax_comes_from_the_package() -> None:
    path = course_mathjax.mathjax_file()
    assert path.name == "tex-svg-full.js"
    assert path.stat().st_size > 2_000_000


def test_a_sentence_with_a_colon_is_no_type() -> None:
    lines = ["First.", "", "Returns:", "    Two things: a and b."]
    course_signatures.keep_sentences(None, "function", "f", None, None, lines)
    assert lines[-1] == "    : Two things: a and b."


def test_a_result_becomes_a_row() -> None:
    row = course_results.row(RESULT)
    assert row[0] == "fcn8s-camvid, seed 0"
    assert row[3] == "miou 0.430; steps 3,000"
    assert row[4] == "–"
    assert row[6:] == ("1234", "2026-11-21")


def test_a_number_that_nobody_checked_says_so() -> None:
    paper = {"value": 0.655, "tag": "M", "source": "a review"}
    assert "unverified" in course_results.row({**RESULT, "paper": paper})[4]
    shown = course_results.row({**RESULT, "paper": {**paper, "tag": "R"}})[4]
    assert "(read in another's report)" in shown
    paper["tag"] = "V"
    assert course_results.row({**RESULT, "paper": paper})[4] == "0.655, a review"
    paper["value"] = {"miou": 0.594}
    assert course_results.row({**RESULT, "paper": paper})[4] == "miou 0.594, a review"


@pytest.mark.parametrize("key", course_results.NEEDED)
def test_an_incomplete_result_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"lacks {key}"):
        course_results.row({name: value for name, value in RESULT.items() if name != key})


def test_the_table_has_a_row_a_result() -> None:
    rows = [course_results.row(json.loads(json.dumps(RESULT)))] * 2
    table = course_results.table(course_results.COLUMNS, rows)
    assert len(list(table.findall(nodes.row))) == 3
    assert len(list(table.findall(nodes.entry))) == 3 * len(course_results.COLUMNS)


def test_a_claim_and_its_verdict_become_a_row() -> None:
    claim = Claim(
        14, "windows help", "A paper 2015", "M", (Number("a", "nats"), Number("b", "nats"))
    )
    verdict = Verdict(claim, "does not hold", (2.0, 1.5), "small", "cuda", 3)
    row = course_results.verdict_row(verdict)
    assert row == (
        "14",
        "windows help",
        "does not hold",
        "a nats 2.000, b nats 1.500 (preset small, cuda, seed 3)",
        "A paper 2015 (reported, unverified)",
    )
    assert course_results.verdict_row(Verdict(claim, "not measured"))[2:4] == ("not measured", "–")
