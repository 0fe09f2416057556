"""What every chapter's notebook looks like: small cells, one set-up, exercises, a way out.

The rules keep a chapter readable on a phone and runnable in Colab. They are counted, not judged.
"""

import re
import statistics
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "lectures").glob("*.ipynb"))
MOST_CELLS = 68  # of the story; each exercise adds its question and its stub
MOST_LINES = 25  # in a cell: what fits on a screen
TYPICAL_LINES = 8
DRAWS = re.compile(r"\.imshow\(|plt\.|viz\.(?!show_source|show_table|figure_style)\w+\(")


def read(path: Path) -> NotebookNode:
    return nbformat.reads(path.read_text("utf8"), as_version=4)


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def is_exercise(cell: NotebookNode) -> bool:
    return "exercise" in tags(cell)


def shown_pictures(chapter: NotebookNode) -> list[NotebookNode]:
    """Cells whose last line draws a figure (a cell that only computes may also use viz)."""
    code = [
        cell for cell in chapter.cells if cell.cell_type == "code" and "setup" not in tags(cell)
    ]
    return [cell for cell in code if DRAWS.search(cell.source)]


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def path(request) -> Path:
    return request.param


@pytest.fixture
def chapter(path: Path) -> NotebookNode:
    return read(path)


def test_there_are_chapters() -> None:
    assert CHAPTERS


def test_the_title_carries_the_number_and_a_promise(path: Path, chapter: NotebookNode) -> None:
    first = chapter.cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith(f"# {int(path.stem[:2])}. ")
    assert len(first.source.strip().splitlines()) > 1, "the title needs a promise below it"
    titles = [cell for cell in chapter.cells if re.search(r"^# ", cell.source, re.MULTILINE)]
    written = [cell for cell in titles if cell.cell_type == "markdown"]
    assert len(written) == 1, "a page has one title"


def test_the_second_cell_sets_up(chapter: NotebookNode) -> None:
    numbers = [number for number, cell in enumerate(chapter.cells) if "setup" in tags(cell)]
    assert numbers == [1]
    source = chapter.cells[1].source
    assert len(re.findall(r'^SOURCE = "', source, re.MULTILINE)) == 1
    assert "course_pkg is not installed" in source, "without an address it has to say what to do"


def test_cells_are_few_and_short(chapter: NotebookNode) -> None:
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    lengths = [len(cell.source.splitlines()) for cell in code]
    exercises = sum(map(is_exercise, chapter.cells))
    assert len(chapter.cells) - 2 * exercises <= MOST_CELLS
    assert max(lengths) <= MOST_LINES
    assert statistics.median(lengths) <= TYPICAL_LINES


def test_there_are_exercises_with_a_question_before_each(chapter: NotebookNode) -> None:
    numbers = [number for number, cell in enumerate(chapter.cells) if is_exercise(cell)]
    assert len(numbers) >= 5
    for number in numbers:
        assert chapter.cells[number - 1].cell_type == "markdown"
        source = chapter.cells[number].source
        assert "raise NotImplementedError" in source
        assert re.search(r'exercise\("[\w.]+"\)', source)


def test_the_end_says_where_things_live(chapter: NotebookNode) -> None:
    last = chapter.cells[-1]
    assert last.cell_type == "markdown"
    assert "Where this lives" in last.source
    assert "course_pkg" in last.source


def test_every_figure_says_what_it_shows(chapter: NotebookNode) -> None:
    for number, cell in enumerate(chapter.cells):
        drawn = cell in shown_pictures(chapter)
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
        if drawn:
            assert len(alt) > 20, f"cell {number} draws: describe the picture in mystnb.image.alt"
            caption = cell.metadata.mystnb.get("figure", {}).get("caption", "")
            assert caption, f"cell {number} draws: give it a caption in mystnb.figure.caption"
            assert caption != alt, (
                f"cell {number}: a caption says what to look at, alt what is there"
            )


def test_numbers_that_matter_are_compared(chapter: NotebookNode) -> None:
    checked = [cell for cell in chapter.cells if "nbval-check-output" in tags(cell)]
    assert len(checked) >= 3
    for cell in checked:
        assert cell.outputs
        assert cell.execution_count is not None


def test_a_chapter_asserts_what_it_claims(chapter: NotebookNode) -> None:
    code = [cell.source for cell in chapter.cells if cell.cell_type == "code"]
    claims = [source for source in code if re.search(r"\bassert\b|assert_close", source)]
    assert len(claims) >= 3
