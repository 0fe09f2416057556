"""Who installs the package alone gets ops and models; what is missing is asked for in a sentence.

The extras of pyproject.toml are the one list. Here the code is held against it, and a Python that
refuses everything that only an extra brings imports the package.
"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
EXTRAS = ("train", "widgets", "grading")
# These see at once that their extra is there, and may then import from it as they like.
WHOLE = {"engine": "train", "viz": "widgets", "widgets": "widgets"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(lines: list[str]) -> set[str]:
    return {canonical(Requirement(line).name) for line in lines}


DISTRIBUTIONS = packages_distributions()  # by the name that is imported
BASE = distributions(PROJECT["dependencies"])
BROUGHT = {name: distributions(PROJECT["optional-dependencies"][name]) for name in EXTRAS}
# Brought by a package of the extra that could not do without it.
BROUGHT["train"] |= {"psutil"}
BROUGHT["widgets"] |= {"ipython", "traitlets", "cycler", "scipy"}


def brings(module: str, wanted: set[str]) -> bool:
    found = DISTRIBUTIONS.get(module.partition(".")[0], [])
    return bool({canonical(name) for name in found} & wanted)


def imports_and_needs(tree: ast.AST) -> tuple[set[str], set[tuple[str, str]]]:
    """Modules that a file imports, and the (extra, module) pairs that it asks `need` for."""
    plain, needs = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            plain |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            plain.add(node.module)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "need":
            extra, *modules = (arg.value for arg in node.args if isinstance(arg, ast.Constant))
            needs |= {(str(extra), str(module)) for module in modules}
    foreign = {m for m in plain if m.partition(".")[0] not in sys.stdlib_module_names}
    return {m for m in foreign if m.partition(".")[0] not in ("course_pkg", "__future__")}, needs


def test_files_import_what_their_extra_brings() -> None:
    wrong = {}
    for path in sorted((ROOT / "course_pkg").rglob("*.py")):
        if path.name == "_extras.py":
            continue
        plain, needs = imports_and_needs(ast.parse(path.read_text("utf8")))
        part = path.relative_to(ROOT / "course_pkg").parts[0]
        allowed = BASE | BROUGHT.get(WHOLE.get(part, ""), set())
        siblings = {file.stem for file in path.parent.glob("*.py")}  # the worker's, by path
        bad = {m for m in plain - siblings if not brings(m, allowed)}
        bad |= {module for extra, module in needs if not brings(module, BROUGHT[extra])}
        if bad:
            wrong[str(path.relative_to(ROOT))] = sorted(bad)
    assert wrong == {}, "import it by `need`, or require its package in pyproject.toml"


def test_all_is_all() -> None:
    [everything] = map(Requirement, PROJECT["optional-dependencies"]["all"])
    assert (everything.name, everything.extras) == (PROJECT["name"], set(EXTRAS))


WITHOUT_EXTRAS = """
import json, sys

from importlib.machinery import PathFinder

find_spec = PathFinder.find_spec

def find_others(name, path=None, target=None):
    return None if name.partition(".")[0] in {refused!r} else find_spec(name, path, target)

PathFinder.find_spec = find_others
import course_pkg.ops, course_pkg.models, course_pkg.data, course_pkg.metrics
import torch
from course_pkg import data, metrics, models

assert models.fcn32s(3) is not None
said = {{}}
for call in (
    "import course_pkg.engine", "import course_pkg.recipes", "import course_pkg.viz",
    "import course_pkg.widgets", "models.superpixels(torch.rand(3, 8, 8))",
    "models.efficientnet_lite0_pretrained()", "data.Digits()", "data.photo('coffee')",
    "metrics.corpus_bleu(['a'], ['a'])",
):
    try:
        exec(call)
    except ModuleNotFoundError as error:
        said[call] = [str(error), error.__suppress_context__]
print(json.dumps(said))
"""


def test_without_the_extras_the_rest_works_and_a_sentence_says_what_is_missing() -> None:
    refused = {
        module
        for module, names in DISTRIBUTIONS.items()
        if {canonical(n) for n in names} & set().union(*BROUGHT.values()) - BASE - {"scipy"}
    }
    code = WITHOUT_EXTRAS.format(refused=refused)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said) == 9, "something that needs an extra worked without it"
    for call, (sentence, alone) in said.items():
        extra = "widgets" if "viz" in call or "widgets" in call else "train"
        assert re.fullmatch(rf"\w+ is not installed: pip install 'course-pkg\[{extra}\]'", sentence)
        assert alone, "one traceback, not two"


def test_a_command_that_needs_an_extra_says_so_in_one_line() -> None:
    code = (
        "import sys; sys.modules['accelerate'] = None\n"
        "from course_pkg.cli import main; sys.exit(main(['reproduce', 'anything']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    said = "course: accelerate is not installed: pip install 'course-pkg[train]'\n"
    assert (done.returncode, done.stderr) == (2, said)
