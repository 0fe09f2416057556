"""An answer is what it was when it was checked, and a bad cell costs that cell alone."""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import pytest

from course_pkg.grading.worker.cells import parse

SET_UP = "import numpy as np\nfrom course_pkg.checkers import exercise"
GOOD = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)"
CHECK = 'exercise("upsampling.nearest").check(nearest)'
HELPED = "def up(x, s, axis):\n    return x.repeat(s, axis)\nK = 1\ndef nearest(x, s):\n    return np.asarray(up(up(x, s, 0), s, 1)) * K"
LATER = {
    "helper_defined_again": (HELPED, CHECK, "def up(x, s, axis):\n    return 0"),
    "constant_changed": (HELPED, CHECK, "K = 7"),
    "constant_counted_up": (HELPED, CHECK, "for K in range(9):\n    pass"),
    "np_is_something_else": (HELPED, CHECK, "np = None"),
    "np_patched": (HELPED, CHECK, "np.asarray = None"),
    "overwritten_by_its_result": (GOOD, CHECK, "nearest = nearest(np.ones((2, 2)), 2)"),
    "overwritten_without_a_check": (GOOD, "nearest = nearest(np.ones((2, 2)), 2)"),
    "wrong_variation_afterwards": (GOOD, CHECK, "def nearest(x, s):\n    return x"),
    "wrong_variation_checked_too": (GOOD, CHECK, "def nearest(x, s):\n    return x\n" + CHECK),
    "wrong_before": ("def nearest(x, s):\n    return x", CHECK, GOOD, CHECK),
    "mended_without_a_check": ("def nearest(x, s):\n    return x", CHECK, GOOD),
    "starter_left_above": ("def nearest(x, s):\n    raise NotImplementedError\n" + CHECK, GOOD),
    "list_emptied": ("A = [0, 1]\ndef nearest(x, s):\n    for a in A:\n        x = x.repeat(s, a)\n    return x", CHECK, "A.clear()"),
    "check_above_the_definition": (CHECK, GOOD),
    "deleted": (GOOD, CHECK, "del nearest"),
}  # fmt: skip
CHECKS = {
    "stored": 'ex = exercise("upsampling.nearest")\nex.check(mine)',
    "keyword": 'exercise("upsampling.nearest").check(function=mine)',
    "id_by_keyword": 'exercise(id="upsampling.nearest").check(mine)',
    "bound_method": 'check = exercise("upsampling.nearest").check\ncheck(mine)',
    "lambda": 'exercise("upsampling.nearest").check(lambda x, s: mine(x, s))',
    "method": 'class A:\n    def up(self, x, s):\n        return mine(x, s)\nexercise("upsampling.nearest").check(A().up)',
    "alias": 'from course_pkg.checkers import exercise as e\ne("upsampling.nearest").check(mine)',
    "module": 'import course_pkg.checkers as c\nc.exercise("upsampling.nearest").check(mine)',
    "package": 'import course_pkg\ncourse_pkg.checkers.exercise("upsampling.nearest").check(mine)',
    "loop": 'for id, f in [("upsampling.nearest", mine), ("upsampling.bed_of_nails", mine)]:\n    exercise(id).check(f)',
    "in_a_function": 'def test(id, f):\n    return exercise(id).check(f)\ntest("upsampling.nearest", mine)',
    "decorator": '@exercise("upsampling.nearest").check\ndef other(x, s):\n    return mine(x, s)',
    "asserted": 'assert exercise("upsampling.nearest").check(mine).outcome == "correct"',
    "put_together": 'name = "nearest"\nexercise(f"upsampling.{name}").check(mine)',
    "timed": '%time exercise("upsampling.nearest").check(mine)',
    "mapped": 'list(map(exercise("upsampling.nearest").check, [mine]))',
}  # fmt: skip
BAD_CELLS = {
    "shell_continued": "!pip install -q \\\n    torch numpy",
    "magic_continued": "%watermark -u -n \\\n    -p numpy",
    "inside_if": "import sys\nif 'google.colab' in sys.modules:\n    !apt-get -qq \\\n        install y",
    "help": "np.zeros?\n?np\nnp.zeros??",
    "help_with_wildcards": "np.*load*?",
    "other_language": "%%bash\nls | wc",
    "html": "%%html\n<b>1 < 2</b>",
    "two_arguments_of_one_name": "def g(x, x):\n    return x",
    "global_after_use": "best = 0\ndef up(v):\n    if v > best:\n        global best\n        best = v",
    "nonlocal_outside": "nonlocal k",
    "star_in_a_function": "def g():\n    from numpy import *",
    "return_outside": "return 3",
    "await_outside": "await something()",
    "break_outside": "break",
    "unclosed": "print((1, 2)",
    "python_2": "print 'hello'",
    "tabs_and_spaces": "if True:\n\tx = 1\n        y = 2",
    "starred": "*a = 3",
    "conflict_marks": "<<<<<<< HEAD\nx = 1\n=======",
    "raises": "1 / 0",
    "shows": "display(1)\nget_ipython().run_line_magic('matplotlib', 'inline')",
    "exits": "import os\nos._exit(0)",
    "never_ends": "while True:\n    pass",
    "automagic": "ls -l",
}  # fmt: skip
HOLDERS = ["%%time", "%%timeit -n 1", "%%capture out", "%%capture\n%%time", "%%prun", "%%unknown 3"]


@pytest.mark.parametrize("name", LATER)
def test_what_comes_after_a_check_changes_nothing(grade, name):
    (mark,) = grade(SET_UP, *LATER[name]).exercises
    assert (mark.status, mark.hundredths) == ("correct", mark.maximum), mark


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_recognised_however_it_is_written(grade, name):
    (mark,) = grade(SET_UP, GOOD.replace("nearest", "mine"), CHECKS[name]).exercises
    assert (mark.status, mark.hundredths) == ("correct", mark.maximum), mark


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_costs_that_cell(grade, name):
    record = grade(BAD_CELLS[name], SET_UP, GOOD, BAD_CELLS[name], CHECK)
    assert record.exercises[0].status == "correct", record
    assert all(reason.startswith("cell ") for _, reason in record.problems)


@pytest.mark.parametrize("magic", HOLDERS)
def test_a_cell_magic_that_holds_python_is_read(grade, magic):
    assert grade("import numpy as np", f"{magic}\n{GOOD}").exercises[0].status == "correct"


def test_what_cannot_be_found_is_unknown_and_says_why(grade):
    (mark,) = grade(SET_UP, "def something_else(x, s):\n    return x").exercises
    assert (mark.status, mark.hundredths) == ("unknown", None)
    assert mark.message.startswith("Not graded: no function `nearest` was found, and no check")
    (mark,) = grade(SET_UP, 'exercise("upsampling.nearest").check(mine)').exercises
    assert (mark.status, mark.hundredths) == ("unknown", None)
    assert "NameError: name 'mine' is not defined" in mark.message


def test_lines_stay_where_they_stand():
    tree, _ = parse("\n\n%time k = 1\n!pip install \\\n  a \\\n  b\nz = 2\n")
    assert [node.lineno for node in tree.body] == [3, 4, 7]


def test_a_long_notebook_with_a_training_loop_is_read_in_a_moment(grade):
    loop = "import torch\nmodel = torch.nn.Linear(3, 3)\nfor step in range(10**9):\n    model(torch.ones(3))"
    record = grade(*([SET_UP, loop, "x = np.ones(3)"] * 20), GOOD, CHECK)
    assert record.exercises[0].status == "correct"
