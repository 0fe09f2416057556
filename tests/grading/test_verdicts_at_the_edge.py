"""What the notebook's check says, the grader says; what only a refused package knows stays open."""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import pytest

from course_pkg.checkers import exercise

BEGIN = "from course_pkg.checkers import exercise\nimport numpy as np"
CHECK = 'exercise("upsampling.nearest").check(nearest)'
KRON = "np.kron(x, np.ones((s, s)))"
NEAREST = f"def nearest(x, s):\n    return {KRON}"

RIGHT = {
    "id_put_together": (f"def up(x, s):\n    return {KRON}", "t = 'upsampling'\nexercise(f'{t}.nearest').check(up)"),
    "id_added": (f"def up(x, s):\n    return {KRON}", "exercise('upsampling.' + 'nearest').check(up)"),
    "decorator_imports": ("def d(f):\n    import scipy\n    return f", f"@d\n{NEAREST}", CHECK),
    "factory_imports": (
        f"def make():\n    import torch, math\n    return lambda x, s: {KRON} * math.ceil(0.5)",
        "nearest = make()",
        CHECK,
    ),
    "seeds": (
        "def seed(n):\n    import random, torch\n    random.seed(n)\n    torch.manual_seed(n)\nseed(0)",
        NEAREST,
        CHECK,
    ),
    "a_base_class_that_does_nothing": (
        f"import torch.nn as nn\nclass U(nn.Module):\n    def up(self, x, s):\n        return {KRON}",
        "u = U()\nexercise('upsampling.nearest').check(u.up)",
    ),
}  # fmt: skip
REFUSED = {
    "called_by_a_base_class": (
        f"import torch.nn as nn\nclass U(nn.Module):\n    def forward(self, x, s):\n        return {KRON}",
        "nearest = U()",
        CHECK,
    ),
    "made_by_a_factory": (
        "def make():\n    import torch\n    def f(x, s):\n        y = torch.tensor(x).repeat_interleave(s, 0)\n"
        "        return y.repeat_interleave(s, 1).numpy()\n    return f\nnearest = make()",
        CHECK,
    ),
    "import_inside": (f"def nearest(x, s):\n    import torch, math\n    return {KRON}", CHECK),
    "decorated": (f"import torch\n@torch.no_grad()\n{NEAREST}", CHECK),
}  # fmt: skip
OPEN = {
    "a_number": ("import torch\nONE = torch.ones(1).item()", f"def nearest(x, s):\n    return {KRON} * ONE", CHECK),
    "an_array": ("import torch\nW = torch.ones(1).numpy()", f"def nearest(x, s):\n    return {KRON} * W[0]", CHECK),
    "copied": (
        "from scipy.signal import windows\nW = np.asarray(windows.boxcar(1))",
        f"def nearest(x, s):\n    return {KRON} * W[0]",
        CHECK,
    ),
}  # fmt: skip
SAID = "cannot be used in an answer. This exercise is graded with numpy and Python's own library."


def checked(cells, monkeypatch):
    """What the notebook's own check says."""
    reports, check = [], type(exercise("upsampling.nearest")).check
    kept = lambda self, function: reports.append(check(self, function)) or reports[-1]  # noqa: E731
    monkeypatch.setattr(type(exercise("upsampling.nearest")), "check", kept)
    space = {"__name__": "__main__"}
    for cell in cells:
        exec(cell, space)
    return reports[-1]


@pytest.mark.parametrize("name", RIGHT)
def test_both_find_it_right(name, grade, monkeypatch):
    cells = (BEGIN, *RIGHT[name])
    assert checked(cells, monkeypatch).outcome == "correct"
    assert grade(*cells).exercises[0].status == "correct"


@pytest.mark.parametrize("name", REFUSED)
def test_both_refuse_it_in_the_same_words(name, grade, monkeypatch):
    cells = (BEGIN, *REFUSED[name])
    report, mark = checked(cells, monkeypatch), grade(*cells).exercises[0]
    assert report.outcome == "raised"
    assert f"torch {SAID}" in repr(report).replace("\n", " ")
    assert (mark.status, mark.hundredths) == ("raised", 0)
    assert f"torch {SAID}" in " ".join([mark.message, *(case.message for case in mark.cases)])


@pytest.mark.parametrize("name", OPEN)
def test_a_value_that_a_refused_package_has_made_costs_no_mark(name, grade, monkeypatch):
    cells = (BEGIN, *OPEN[name])
    assert checked(cells, monkeypatch).outcome == "correct"
    mark = grade(*cells).exercises[0]
    assert (mark.status, mark.hundredths) == ("unknown", None)
    assert mark.message.startswith("Not graded: the function needs a value that ")
    assert mark.message.endswith(SAID)
