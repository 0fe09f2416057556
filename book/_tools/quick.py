"""What to run after an edit: `make quick`, a minute or so.

    python book/_tools/quick.py [--since COMMIT] [--seconds 45]

Formatting, lint and layers of everything; types of the files that were changed; then the tests
nearest to them, nearest first: the changed tests, the test files named after a changed file, then
the folder of tests that mirrors its folder. Changed means not committed yet, or, where everything
is, changed by the last commit. No test starts after the given seconds; what was not reached is
counted. `make check` runs everything.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from chapters import ROOT

# Any change of the package may break these, and they are fast.
ALWAYS = ("tests/test_api_surface.py", "tests/test_architecture.py")
WITHOUT_BROWSER = "not browser"


def git(*words: str) -> list[str]:
    """Return the lines that a git command prints."""
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def changed(since: str | None) -> list[Path]:
    """Return the files that were changed and still exist, relative to the repository."""
    if since is None:
        waiting = git("diff", "--name-only", "HEAD") + git("ls-files", "-o", "--exclude-standard")
        since = "HEAD" if waiting else "HEAD~1"
    names = git("diff", "--name-only", since) + git("ls-files", "-o", "--exclude-standard")
    return [Path(name) for name in dict.fromkeys(names) if (ROOT / name).exists()]


def nearest(path: Path, root: Path = ROOT) -> list[Path]:
    """Return the tests that look at a file, nearest first, relative to the repository."""
    if path.parts[0] == "tests":
        return [path] if path.name.startswith("test_") else [path.parent]
    if path.parts[:2] in (("book", "_ext"), ("book", "_tools")):
        return [Path("tests/book")]
    if path.parts[0] == "lectures":
        return [Path("tests/lectures")]
    if path.parts[0] != "course_pkg" or path.suffix not in (".py", ".js", ".css"):
        return []
    found = [path] if path.suffix == ".py" else []
    stem = path.stem.strip("_")
    folder = Path("tests", *path.parent.parts[1:])
    while not (root / folder).is_dir():
        folder = folder.parent
    named = (root / folder).glob(f"test_*{stem}*.py") if stem else []
    found += sorted(file.relative_to(root) for file in named)
    return found if folder == Path("tests") else [*found, folder]


def chosen(paths: list[Path], root: Path = ROOT) -> list[str]:
    """Return the tests for all changed files: files before folders, each once."""
    every = [near for path in paths for near in nearest(path, root)]
    files = [near for near in every if near.suffix]
    folders = [near for near in every if not near.suffix and near != Path("tests")]
    tests = [near.as_posix() for near in dict.fromkeys([*files, *folders])]
    return tests + [name for name in ALWAYS if name not in tests]


def step(name: str, *line: str) -> bool:
    """Run one step and say how it went; return whether it passed."""
    start = time.perf_counter()
    done = subprocess.run(line, cwd=ROOT)
    how = "ok" if done.returncode == 0 else "FAILED"
    print(f"{how:6} {name} ({time.perf_counter() - start:.0f} s)", flush=True)
    return done.returncode == 0


def main() -> int:
    """Run the steps; return 1 where one failed."""
    parser = argparse.ArgumentParser(description="what to run after an edit")
    parser.add_argument("--since", help="a commit: what has changed since (default: see above)")
    parser.add_argument("--seconds", type=float, default=45, help="no test starts later")
    wish = parser.parse_args()
    tools = Path(sys.executable).parent
    paths = changed(wish.since)
    print(f"{len(paths)} files changed")
    typed = [str(p) for p in paths if p.suffix == ".py" and p.parts[0] in ("course_pkg", "book")]
    passed = [
        step("formatting", str(tools / "ruff"), "format", "--check", "-q", "."),
        step("lint", str(tools / "ruff"), "check", "-q", "."),
        step("clean notebooks", sys.executable, "book/_tools/notebooks.py", "--check"),
        step("layers", str(tools / "lint-imports"), "--no-logo"),
    ]
    if typed:
        passed.append(step("types", str(tools / "basedpyright"), *typed))
    pytest = [sys.executable, "-m", "pytest", *chosen(paths), "-m", WITHOUT_BROWSER, "-q"]
    pytest += ["-n", "2", "--dist", "loadfile", "-p", "no:cacheprovider", "--no-header"]
    passed.append(step("nearest tests", *pytest, f"--seconds={wish.seconds}"))
    return int(not all(passed))


if __name__ == "__main__":
    sys.exit(main())
