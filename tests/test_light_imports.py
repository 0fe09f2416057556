"""The checkers load where there is no torch, no drawing and no shape checker, as inside a page."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "torchvision", "matplotlib", "ipywidgets", "anywidget", "skimage", "PIL")
# What the browser's Python lacks or only pretends to have.
NOT_IN_A_PAGE = ("ctypes", "subprocess", "multiprocessing", "socket", "threading")

REFUSE = """
import sys

class Refuse:
    names = {names!r}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"no module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuse())
"""

CHECK_EVERYTHING = """
from course_pkg.checkers import exercise, exercises_of, progress
import numpy as np
for task in exercises_of():
    if not task.needs:
        space = {"np": np, "__name__": "__main__"}
        exec(exercise(task.id).solution().source, space)
        assert exercise(task.id).check(space[task.name]).outcome == "correct", task.id
        assert exercise(task.id).check(lambda *a: None).outcome == "wrong", task.id
        exercise(task.id).hint(), exercise(task.id).solution()
progress()
print("done")
"""


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )


def loaded_by(code):
    result = run(f"{code}\nimport sys\nprint(*sorted(sys.modules))")
    assert result.returncode == 0, result.stderr
    return {name.partition(".")[0] for name in result.stdout.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import course_pkg",
        "import course_pkg.checkers",
        "from course_pkg.checkers import exercises_of; exercises_of()",
        "import course_pkg.cli",
        "import course_pkg.cli; course_pkg.cli.main([])",
        "import course_pkg.cli; course_pkg.cli.main(['list'])",
    ],
)
def test_nothing_heavy_is_loaded(code):
    assert not loaded_by(code) & set(HEAVY)


def test_the_probe_sees_what_is_loaded():
    assert "matplotlib" in loaded_by("import matplotlib")


def test_numpy_exercises_work_with_numpy_alone():
    refuse = REFUSE.format(names={*HEAVY, "jaxtyping", "beartype", "IPython"})
    result = run(refuse + CHECK_EVERYTHING)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "done\n"


def test_a_torch_exercise_without_torch_says_what_is_missing():
    code = (
        "import importlib.util as u\n"
        "found = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'torch' else found(name, *a)\n"
        "from course_pkg.checkers import exercise\n"
        "exercise('conv_transpose.conv_transpose2d').check(lambda x, weight, stride, padding: x)\n"
    )
    result = run(code)
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "ValueError: conv_transpose.conv_transpose2d needs the package torch, which is not "
        "installed here: do this exercise in Colab or in Jupyter"
    )


def test_the_checkers_ask_for_nothing_that_a_page_lacks():
    """Numpy itself loads some of these, so only what our own files name counts."""
    import ast
    from pathlib import Path

    import course_pkg.checkers as checkers

    named = set()
    for file in Path(checkers.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                named.add(node.module.partition(".")[0])
    assert "numpy" in named
    assert not named & {*NOT_IN_A_PAGE, *HEAVY, "jaxtyping", "beartype", "IPython"}
