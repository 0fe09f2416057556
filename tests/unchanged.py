"""`pytest --unless-passed`: run what may come out differently, and nothing else.

A file whose tests have all passed need not run again while nothing that they may depend on has
changed: the file itself, the package, the helpers and settings of the tests, the libraries, the
environment; and for tests of pages, chapters and the repository, every other file too. What has
passed is remembered under `_build/passed`, by a key of all that, so that going back to an earlier
state finds it again. Left out are files of the folders that a run is given; a file that is given by
its name always runs. A file with a failure or a skip is not remembered, nor is anything when a run
was cut short or asked for a part of a file. `make clean` forgets; a fresh clone runs everything.
"""

import hashlib
import os
import platform
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

OPTION = "--unless-passed"
# Tests in these folders look at the package alone; all others may look at any file.
OF_THE_PACKAGE = ("checkers", "data", "engine", "grading", "metrics", "models", "ops", "recipes")
OF_THE_PACKAGE += ("viz", "widgets")
SETTINGS = ("pyproject.toml", "constraints.txt", "conftest.py")
LEFT_OUT = {"_build", "__pycache__", "node_modules"}


def files(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder but what is built or hidden."""
    for path in sorted(folder.iterdir()):
        if path.name in LEFT_OUT or path.name.startswith(".") or path.suffix == ".egg-info":
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def is_test(path: Path) -> bool:
    """Say whether a file holds tests (and is therefore no other test's business)."""
    return path.name.startswith("test_") and path.suffix == ".py"


def state(root: Path, is_whole: bool) -> str:
    """Return a digest of what tests may depend on besides their own file.

    Args:
        root: the repository.
        is_whole: whether any file counts, or the package and the tests' own helpers.
    """
    found = hashlib.sha256(f"{platform.python_version()} {platform.platform()}\n".encode())
    libraries = {f"{each.name}=={each.version}" for each in distributions()}
    settings = {
        f"{k}={v}" for k, v in os.environ.items() if k.startswith(("COURSE_", "JAXTYPING_"))
    }
    found.update("\n".join([*sorted(libraries), *sorted(settings)]).encode())
    if is_whole:
        paths = list(files(root))
    else:
        paths = [*files(root / "course_pkg"), *files(root / "tests")]
        paths += [root / name for name in SETTINGS if (root / name).exists()]
    for path in paths:
        if not is_test(path):
            content = path.read_bytes()
            found.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()


def key(root: Path, path: Path, states: list[str]) -> str:
    """Return the name under which a file is remembered once it has passed."""
    folder, content = path.relative_to(root).parts[:2], path.read_bytes()
    is_whole = folder[0] != "course_pkg" and folder[-1] not in OF_THE_PACKAGE
    is_whole |= b".parents[" in content  # it finds the repository by itself
    own = f"{path.relative_to(root).as_posix()}\n".encode() + content
    return hashlib.sha256(states[is_whole].encode() + own).hexdigest()


class Unchanged:
    """The plugin.

    Args:
        root: the repository.
        states: of the package and of everything, as the run began; workers are told them.
    """

    def __init__(self, root: Path, states: list[str]) -> None:
        self.root = root
        self.states = states
        self.folder = root / "_build" / "passed"
        self.left_out = 0
        self._is_part = False  # of some file
        self._outcomes: dict[str, set[str]] = {}

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out what has passed, and files of the package that hold no example to run."""
        path = collection_path
        if path.is_dir() or path.suffix not in (".py", ".ipynb") or path.name == "conftest.py":
            return None
        if "course_pkg" in path.relative_to(self.root).parts and b">>>" not in path.read_bytes():
            return True
        if (self.folder / key(self.root, path, self.states)).exists():
            self.left_out += 1
            return True
        return None

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note that somebody asked for a part (-k, -m, --lf, --deselect)."""
        self._is_part = True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how each test of a file came out."""
        outcome = "passed" if report.passed or hasattr(report, "wasxfail") else report.outcome
        self._outcomes.setdefault(report.nodeid.partition("::")[0], set()).add(outcome)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker the states, so that all look for the same keys."""
        node.workerinput[OPTION] = self.states

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Hear from a worker how many files it left out (each leaves out the same)."""
        heard = getattr(node, "workeroutput", {}).get(OPTION)
        self.left_out, self._is_part = heard or (self.left_out, True)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Remember the files of which every test has passed."""
        if hasattr(session.config, "workerinput"):  # one of several; who hears all remembers
            session.config.workeroutput[OPTION] = [self.left_out, self._is_part]
            return
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.left_out:
            session.exitstatus = pytest.ExitCode.OK
        is_part = self._is_part or any("::" in name for name in session.config.args)
        finished = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        if is_part or not finished or session.shouldstop or session.shouldfail:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for file, outcomes in self._outcomes.items():
            if outcomes == {"passed"}:
                (self.folder / key(self.root, self.root / file, self.states)).touch()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how much was left out."""
        if self.left_out:
            terminalreporter.line(
                f"left out {self.left_out} files that have passed with everything as it is"
            )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(OPTION, action="store_true", help="leave out files that passed unchanged")


def pytest_configure(config: pytest.Config) -> None:
    """Switch the plugin on where it is asked for."""
    if config.getoption(OPTION):
        root = config.rootpath
        told = getattr(config, "workerinput", {}).get(OPTION)
        states = told or [state(root, is_whole=False), state(root, is_whole=True)]
        config.pluginmanager.register(Unchanged(root, states), "unless-passed")
