"""Group 9: files as classes hand them in. Each trouble is told by name; none is silently 0."""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import json
import zipfile

import pytest

from course_pkg.checkers import exercise
from course_pkg.grading import Settings, collect_submissions, grade_class
from course_pkg.grading.notebooks import Broken, read_file

RIGHT = (
    "def nearest(x, scale_factor):\n    return x.repeat(scale_factor, 0).repeat(scale_factor, 1)"
)


def cells(*texts, **more):
    return [{"cell_type": "code", "source": text, **more} for text in texts]


def dumped(**parts):
    return json.dumps({"cells": [], "metadata": {}, "nbformat": 4, **parts}).encode()


UNREADABLE = {
    "not_json": (b"hello", "it is not a notebook: not JSON from line 1 on"),
    "half_a_file": (dumped(cells=cells(RIGHT))[:60], "it is not a notebook: not JSON from line 1"),
    "empty": (b"", "the file is empty"),
    "blank": (b" \n", "the file is empty"),
    "fifty_megabytes": (b" " * (50 << 20), "it has more than 32 MB: clear its outputs"),
    "a_list": (b"[]", "it is not a notebook: JSON, but not an object with cells"),
    "no_cells": (dumped(), "it is a notebook without cells"),
    "cells_are_text": (dumped(cells="x"), "it is not a notebook: it has no list of cells"),
    "a_cell_is_a_number": (dumped(cells=[1]), "cell 1 is not a cell"),
    "source_is_a_number": (dumped(cells=cells(3)), "the source of cell 1 is not text"),
    "hundred_thousand_cells": (
        dumped(cells=cells("1") * 100_000),
        "it has 100000 cells, more than 5000",
    ),
    "deep": (b'{"cells":' + b"[" * 100_000, "it is not a notebook: "),
    "not_utf8": ('{"cells": "가"}'.encode("euc-kr"), "its characters are not UTF-8: byte 11"),
    "html": (b"<!doctype html><title>Sign in</title>", "it is not a notebook: not JSON"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_has_no_mark_and_a_reason(grade, name):
    data, reason = UNREADABLE[name]
    record = grade(data=data[: (32 << 20) + 1])
    assert record.status == "unreadable"
    assert record.hundredths is None
    assert not record.is_complete
    (told,) = record.problems
    assert told[0] == "kim.ipynb"
    assert told[1].startswith(reason)


READABLE = {
    "missing_and_doubled_ids": dumped(cells=cells("import numpy", RIGHT, id="same")),
    "metadata_stripped": json.dumps({"cells": cells(RIGHT)}).encode(),
    "source_as_list": dumped(cells=cells(RIGHT.splitlines(keepends=True))),
    "format_3": json.dumps(
        {
            "worksheets": [
                {"cells": [{"cell_type": "code", "input": RIGHT, "language": "python"}]}
            ],
            "nbformat": 3,
        }
    ).encode(),
    "byte_order_mark": b"\xef\xbb\xbf" + dumped(cells=cells(RIGHT)),
    "utf16": dumped(cells=cells(RIGHT)).decode().encode("utf-16"),
    "windows_line_ends": dumped(cells=cells(RIGHT.replace("\n", "\r\n"))),
    "old_mac_line_ends": dumped(cells=cells(RIGHT.replace("\n", "\r"))),
    "magics": dumped(
        cells=cells(
            "%matplotlib inline\n!pip install torch\nimport numpy as np\n?np\nnp.sum?\n"
            "files = !ls\nif True:\n    %time 1 + 1\n" + RIGHT
        )
    ),
    "timed_cell": dumped(cells=cells("%%time\n" + RIGHT)),
    "other_language": dumped(cells=cells("%%bash\nrm -rf x", RIGHT)),
    "percent_in_a_text": dumped(cells=cells('s = """\n%d items\n!"""\n' + RIGHT)),
    "korean": dumped(
        cells=cells("# 가장 가까운 이웃\n배율 = 1\ndef 반복(그림, 배):\n    return 그림.repeat(배 * 배율, 0)",
                    "def nearest(x, scale_factor):\n    '답'\n    return 반복(반복(x, scale_factor).T, scale_factor).T")
    ),
    "inside_if": dumped(cells=cells('if __name__ == "__main__":\n' + "\n".join("    " + line for line in RIGHT.splitlines()))),
    "inside_try": dumped(cells=cells("try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp\n"
                                     "def nearest(x, s):\n    return xp.repeat(xp.repeat(x, s, 0), s, 1)")),
    "indented_cell": dumped(cells=cells("\n".join("    " + line for line in RIGHT.splitlines()))),
    "one_line": dumped(cells=cells("import numpy as np; K = 0; nearest = lambda x, s: np.kron(x, np.ones((s, s))) + K")),
    "lambda": dumped(cells=cells("import numpy as np\nnearest = lambda x, s: np.kron(x, np.ones((s, s)))")),
    "class_with_decorator": dumped(
        cells=cells(
            "import functools, dataclasses",
            "@dataclasses.dataclass\nclass Up:\n    k: int\n    @functools.lru_cache\n    def n(self): return 1\n"
            "    __hash__ = object.__hash__\n    def up(self, x): return x.repeat(self.k, 0).repeat(self.k, 1)",
            "def nearest(x, s):\n    return Up(s).up(x)",
        )
    ),
    "constants_made_by_calls": dumped(
        cells=cells("import numpy as np\nONE = np.ones((1, 1))\nTABLE = {}\nTABLE['f'] = np.kron\nSTEPS = []\nSTEPS.append(1)",
                    "def nearest(x, s):\n    return TABLE['f'](x, np.ones((s, s)) * ONE * STEPS[0])")
    ),
    "annotations_that_are_not_there": dumped(
        cells=cells("from torch import Tensor\ndef nearest(x: Tensor, s: 'int' = undefined_thing if 0 else 1) -> Float[Tensor, 'h w']:\n"
                    "    y: Tensor = x.repeat(s, 0)\n    return y.repeat(s, 1)")
    ),
    "training_left_out": dumped(cells=cells("while True:\n    pass", RIGHT, "import sys\nsys.exit()")),
    "stored_outputs_claim_success": dumped(
        cells=cells(RIGHT, outputs=[{"output_type": "stream", "text": "correct: 100 points"}])
    ),
    "named_by_the_check": dumped(
        cells=cells(
            "from course_pkg.checkers import exercise\n" + RIGHT.replace("nearest", "my_answer"),
            'exercise("upsampling.nearest").check(my_answer)',
        )
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READABLE)
def test_an_odd_file_with_a_right_answer_gets_full_marks(grade, name):
    record = grade(data=READABLE[name])
    (mark,) = record.exercises
    assert (mark.status, mark.hundredths) == ("correct", mark.maximum), mark


def test_outputs_that_claim_success_count_for_nothing(grade):
    record = grade(
        data=dumped(
            cells=cells(
                exercise("upsampling.nearest").definition.starter,
                outputs=[{"output_type": "stream", "text": "upsampling.nearest: correct"}],
            )
        )
    )
    assert record.exercises[0].status == "not_attempted"


def test_a_syntax_error_elsewhere_is_reported_and_costs_nothing(grade):
    record = grade("def broken(:\n    pass", RIGHT)
    assert record.exercises[0].status == "correct"
    assert record.problems == (("kim.ipynb", "cell 1: line 1: invalid syntax"),)


def test_a_syntax_error_in_the_answer_says_where(grade):
    record = grade("x = 1\n\ndef nearest(x, s)\n    return x")
    (mark,) = record.exercises
    assert (mark.status, mark.hundredths) == ("missing", 0)
    assert "cell 1: line 3: expected ':'" in mark.message
    assert record.problems == (("kim.ipynb", "cell 1: line 3: expected ':'"),)


def test_a_cell_turned_into_text_is_pointed_at(grade):
    record = grade(data=dumped(cells=[{"cell_type": "markdown", "source": RIGHT}, *cells("1")]))
    (mark,) = record.exercises
    assert (mark.status, mark.hundredths) == ("unknown", None)
    assert "cell 1 holds one, but that cell is text rather than code" in mark.message


def test_of_two_definitions_the_last_counts_and_both_are_reported(grade):
    record = grade("def nearest(x, s):\n    return 0", RIGHT)
    assert record.exercises[0].status == "correct"
    assert record.problems == (
        (
            "kim.ipynb",
            "cell 2: `nearest` is defined 2 times (cell 1, cell 2): what was checked counts, "
            "else the last one",
        ),
    )


@pytest.mark.parametrize(
    "text", ["(" * 5000, "-" * 200_000 + "1", "x = " + "[" * 5000, "a" + ".b" * 50_000]
)
def test_code_that_breaks_the_parser_breaks_nothing_else(grade, text):
    record = grade(text, RIGHT)
    assert record.problems
    if record.status == "graded":
        assert record.exercises[0].status == "correct"
    else:
        assert "Python's parser broke down" in record.problems[0][1]
    assert grade(RIGHT).exercises[0].status == "correct"


def test_a_null_byte_is_reported(grade):
    record = grade("a = '\0'", RIGHT)
    assert "null" in record.problems[0][1]
    assert record.exercises[0].status == "correct"


def test_python_files_and_their_encodings():
    assert read_file("a.py", "# 가\nk = 1".encode()).cells[0][1].startswith("# 가")
    assert read_file("a.py", "# coding: euc-kr\n# 가".encode("euc-kr")).cells[0][1].endswith("가")
    with pytest.raises(Broken, match="not UTF-8"):
        read_file("a.py", "# 가".encode("euc-kr"))


@pytest.fixture
def class_folder(tmp_path, notebook):
    """Everything that can go wrong between a student and a folder."""
    root = tmp_path / "submissions"
    good = notebook(RIGHT)
    for name in ("=cmd.ipynb", "Copy of lee.ipynb", "ch03 의 사본.ipynb", "김민수.ipynb"):
        root.mkdir(exist_ok=True)
        (root / name).write_bytes(good)
    (root / "park").mkdir()
    (root / "park" / "deep").mkdir()
    (root / "park" / "deep" / "my.ipynb").write_bytes(good)
    (root / "park" / ".ipynb_checkpoints").mkdir()
    (root / "park" / ".ipynb_checkpoints" / "my.ipynb").write_bytes(b"junk")
    (root / "choi").mkdir()
    (root / "choi" / "report.pdf").write_bytes(b"%PDF")
    (root / "evil.ipynb").symlink_to("/etc/passwd")
    with zipfile.ZipFile(root / "jung.zip", "w") as archive:
        archive.writestr("../x.ipynb", good)
        archive.writestr("__MACOSX/x.ipynb", "junk")
    (root / "shin.zip").write_bytes(b"not an archive")
    with zipfile.ZipFile(root / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    with zipfile.ZipFile(root / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.ipynb", b" " * (40 << 20))
    return root


def test_a_class_of_odd_files(class_folder, tmp_path):
    roster = ("absent", "park")
    submissions = collect_submissions(class_folder, roster=roster)
    settings = Settings(("upsampling.nearest",), b"a secret of the tests", timeout=120.0)
    out = tmp_path / "grades"
    outcome = grade_class(submissions, settings, out)
    got = {record.student: record for record in outcome.records}
    full = {student for student, record in got.items() if record.hundredths == 100}
    assert full == {"=cmd", "lee", "ch03", "김민수", "park", "jung"}
    reasons = {
        student: got[student].problems[0][1]
        for student in ("choi", "evil", "shin", "empty", "bomb")
    }
    assert reasons == {
        "choi": "the folder holds no notebook and no .py file",
        "evil": "it is a symbolic link, and those are not followed",
        "shin": "the archive cannot be opened: File is not a zip file",
        "empty": "the archive holds no notebook and no .py file",
        "bomb": "it has more than 32 MB: clear its outputs first",
    }
    assert got["absent"].status == "nothing_handed_in"
    assert set(got) == {*full, *reasons, "absent"}
    assert not outcome.is_complete
    table = (out / "grades.csv").read_text("utf-8-sig").splitlines()
    assert len(table) == 1 + len(got)
    assert any(line.startswith("'=cmd,graded,1,1,1,") for line in table)
    assert not any(line.startswith("=") for line in table)
    assert any(line.startswith("absent,nothing handed in,,,") for line in table)
    for student in reasons:
        assert any(line.startswith(f"{student},unreadable,,") for line in table), student
    assert {p.name for p in tmp_path.iterdir()} == {"submissions", "grades"}
