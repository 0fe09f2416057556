"""The Python half of a page, run here: what a reader's program may do, and what comes back."""

import json

import course_page
import pytest

from course_pkg.checkers import Checker, exercise, exercises_of

NAILS = "upsampling.bed_of_nails"


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """What is printed into the page."""
    texts: list[str] = []
    monkeypatch.setattr(course_page, "send", texts.append)
    return texts


def raised(code: str) -> str:
    """What a reader sees of an error in a program."""
    answer = course_page.run(code, NAILS)
    assert answer["outcome"] == "raised"
    assert answer["card"]["heading"] == "your code raised an error"
    return answer["card"]["rows"][0][1]


def test_a_program_prints_and_its_last_line_is_shown(sent: list[str]):
    answer = course_page.run("import sys\nprint('a')\nprint('b', file=sys.stderr)\n1 + 1", NAILS)
    assert "".join(sent) == "a\nb\n"
    assert answer == {"outcome": "ran", "value": "2", "pictures": []}
    assert course_page.run("x = 1", NAILS)["value"] == ""


def test_an_endless_printer_is_cut(sent: list[str]):
    course_page.run("for i in range(100_000): print(i)", NAILS)
    text = "".join(sent)
    assert text.endswith(course_page.TOO_MUCH)
    assert len(text) == course_page.MOST_PRINTED + len(course_page.TOO_MUCH)
    assert len(sent) < 100, "a message for each line would choke a page"
    assert len(course_page.run("'x' * 10**6", NAILS)["value"]) == course_page.MOST_PRINTED


def test_an_error_shows_the_readers_own_lines_only():
    code = "import numpy as np\ndef f(x):\n    return np.linalg.inv(x)\n\nf(np.zeros((2, 2)))"
    assert raised(code).splitlines() == [
        "line 5 in <module>: f(np.zeros((2, 2)))",
        "line 3 in f: return np.linalg.inv(x)",
        "LinAlgError: Singular matrix",
    ]
    assert raised("x = 1\n1 / 0").splitlines() == [
        "line 2 in <module>: 1 / 0",
        "ZeroDivisionError: division by zero",
    ]
    assert raised("raise SystemExit(3)").endswith("SystemExit: 3")
    assert raised("x = 1\n  y = 2") == "line 2:   y = 2\nIndentationError: unexpected indent"
    assert raised("def f(:\n  pass") == "line 1: def f(:\nSyntaxError: invalid syntax"
    assert raised("x = '\\0'.encode()\n\0").endswith("null bytes")


def test_what_the_page_has_not_is_said():
    answer = course_page.run("import nowhere.at_all", NAILS)
    assert answer["card"]["rows"][-1][1] == (
        "The page has numpy, matplotlib and Python's own library. For nowhere, open this chapter "
        "in Colab or in Jupyter."
    )


def test_a_check_says_what_a_notebook_says(sent: list[str]):
    code = "def bed_of_nails(x, stride):\n    print('hello')\n    return x"
    answer = course_page.check(code, NAILS)
    report = Checker(exercise(NAILS).definition).check(lambda x, stride: x)
    assert {key: answer[key] for key in report.to_dict()} == report.to_dict()
    assert answer["card"]["rows"][:-1] == [list(row) for row in report.card.rows[:-1]]
    assert answer["card"]["rows"][-1] == ["", "Stuck? Press Hint."]
    assert "hello" in "".join(sent)


def test_no_card_in_a_page_speaks_of_a_notebook():
    for task in exercises_of():
        if not task.needs:
            for code in (task.starter, f"{task.name} = lambda *inputs: None"):
                text = json.dumps(course_page.check(code, task.id)["card"])
                assert ".hint()" not in text
                assert "run the cell" not in text
                assert "Hint" in text


def test_a_check_without_the_function_says_its_name():
    for code in ("", "def other(): pass", "bed_of_nails = 3"):
        answer = course_page.check(code, NAILS)
        assert answer["outcome"] == "wrong"
        assert "a function called `bed_of_nails`" in answer["card"]["rows"][0][1]


def test_programs_do_not_see_each_other():
    course_page.run("left_over = 1", NAILS)
    assert raised("left_over").endswith("NameError: name 'left_over' is not defined")


def test_a_checkers_card_is_drawn_as_a_card():
    call = "from course_pkg.checkers import exercise\n"
    for last in ("", ".hint()", ".check(lambda x, stride: x)"):
        answer = course_page.run(f'{call}exercise("{NAILS}"){last}', NAILS)
        assert answer["card"]["subject"] == NAILS
    solution = course_page.run(f'{call}exercise("{NAILS}").solution()', NAILS)
    assert solution["value"].startswith("def bed_of_nails")


def test_matplotlib_is_asked_for_only_where_it_is_named(monkeypatch):
    monkeypatch.setattr(course_page, "find_spec", lambda name: None)
    for code in ("import matplotlib.pyplot as plt", "def f():\n from matplotlib import pyplot"):
        assert course_page.run(code, NAILS) == {"outcome": "needs", "pack": "drawing"}
    for code in ("'import matplotlib'", "# import matplotlib", "import matplotlib_not as m", "def"):
        assert course_page.run(code, NAILS)["outcome"] != "needs"


def test_a_plot_comes_as_a_picture_with_a_name():
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Steps')"
    answer = course_page.run(code, NAILS)
    assert answer["value"] == ""
    (picture,) = answer["pictures"]
    assert picture["alt"] == "Plot: Steps"
    assert picture["png"].startswith("iVBOR")
    assert course_page.run("1", NAILS)["pictures"] == []


def test_requests_and_answers_are_json():
    request = json.dumps({"do": "run", "code": "1", "subject": NAILS})
    assert json.loads(course_page.answer(request))["value"] == "1"
