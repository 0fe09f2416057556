"""Ten questions a chapter that a reader can answer from the page alone, and where they do.

The questions are in no page: they ask whether an idea can be carried to another case. A heading
that is renamed or dropped takes its answers along, and fails here.
"""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((Path(__file__).parent / "questions").glob("[0-9][0-9].toml"))


def headings(chapter: str) -> set[str]:
    [path] = (ROOT / "lectures").glob(f"{chapter}_*.ipynb")
    cells = nbformat.reads(path.read_text("utf8"), as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return set(re.findall(r"^##+ (.+?)\s*$", text, re.MULTILINE))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_ten_questions_are_answered_where_the_file_says(path: Path) -> None:
    questions = tomllib.loads(path.read_text("utf8"))["question"]
    assert len(questions) == 10
    assert len({each["ask"] for each in questions}) == 10
    there = headings(path.stem)
    for each in questions:
        assert each["section"] in there, f"no heading {each['section']!r}: {each['ask']}"
        assert each["ask"].endswith("?")
        assert len(each["answer"]) > 20
