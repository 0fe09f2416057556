"""The layers hold, and every file stays small enough to be read in one sitting."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_OF_THE_PACKAGE = {"book", "lectures"}
LONGEST_FILE = 300  # lines; about 250 is the aim, docstrings and their examples included


def test_a_layer_imports_only_the_layers_below_it():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_files_stay_small():
    files = [*ROOT.glob("course_pkg/**/*.py"), *ROOT.glob("book/_*/*.py")]
    long = {str(f.relative_to(ROOT)): n for f in files if (n := _lines(f)) > LONGEST_FILE}
    # A list of names is as long as the names are many; nobody reads it in one sitting.
    lists = [name for name in long if name.endswith("__init__.py") and _only_lists(ROOT / name)]
    assert not set(long) - set(lists)


def test_nothing_in_the_package_depends_on_a_checkout():
    """No `..` and no absolute path: an installed copy in Colab has only the package."""
    for file in ROOT.glob("course_pkg/**/*.py"):
        text = file.read_text(encoding="utf8")
        assert "/home/" not in text
        assert ".parent.parent.parent" not in text, file


def test_tests_lie_where_the_package_has_the_file():
    """`make quick` finds a file's tests by this."""
    folders = {f.parent.relative_to(ROOT / "tests") for f in ROOT.glob("tests/**/*.py")}
    package = {f for f in folders if f.parts and f.parts[0] not in NOT_OF_THE_PACKAGE}
    assert len(package) > 20
    assert {
        str(f) for f in package if not (ROOT / "course_pkg" / f / "__init__.py").exists()
    } == set()


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf8").splitlines())


def _only_lists(file: Path) -> bool:
    """Whether a module does nothing but pass on names."""
    _, *statements = ast.parse(file.read_text(encoding="utf8")).body
    names = [s.targets[0] for s in statements if isinstance(s, ast.Assign)]
    return all(isinstance(s, ast.ImportFrom | ast.Assign) for s in statements) and [
        ast.unparse(name) for name in names
    ] == ["__all__"]
