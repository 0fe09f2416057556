"""What a teacher does before a class is graded: `course export`, `doctor` and `selftest`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from course_pkg._cli_options import add_exercises_from, use_exercises_from
from course_pkg._extras import need

__all__ = ["add_doctor", "add_export", "add_selftest"]


def add_export(commands: Any) -> None:
    """Add ``course export``."""
    command = commands.add_parser(
        "export",
        help="exercises for other graders",
        description="Write exercises for Gradescope (an archive), nbgrader (a notebook) or otter "
        "(a folder of tests).",
    )
    command.add_argument("form", choices=("gradescope", "nbgrader", "otter"))
    command.add_argument("--out", type=Path, metavar="PATH", required=True)
    command.add_argument("--exercises", action="append", default=[], metavar="WHICH")
    command.add_argument(
        "--secret-file", type=Path, metavar="F", help="keep it, it makes the marks"
    )
    command.add_argument("--timeout", type=float, default=5.0, metavar="S")
    command.add_argument("--memory", type=int, default=1024, metavar="MB")
    command.add_argument("--allow-weak", action="store_true")
    command.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> None:
    from course_pkg.grading import Settings, chosen_exercises, read_secret
    from course_pkg.grading.bridges import nbgrader_notebook, otter_tests
    from course_pkg.grading.bundle import gradescope_zip
    from course_pkg.grading.files import write_file

    ids = chosen_exercises(options.exercises)
    if options.secret_file is None:
        raise ValueError(f"export {options.form} needs --secret-file: the same for the whole class")
    secret = read_secret(options.secret_file, options.out.parent)
    limits = {"timeout": options.timeout, "memory_mb": options.memory}
    settings = Settings(ids, secret, **limits)
    seeds = {id: settings.seed(id, "") for id in ids}
    if options.form == "nbgrader":
        write_file(options.out, nbgrader_notebook(ids, seeds))
    elif options.form == "otter":
        otter_tests(options.out, ids, seeds)
    else:
        gradescope_zip(options.out, ids, secret, allow_weak=options.allow_weak, **limits)
    print(f"wrote {options.out}: {len(ids)} exercises")


def add_doctor(commands: Any) -> None:
    """Add ``course doctor``."""
    command = commands.add_parser(
        "doctor",
        help="say what isolation works here",
        description="Try what grading needs on this machine. Exit code 1 if isolation is weak.",
    )
    command.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from course_pkg.grading.doctor import examine

    findings, is_strong = examine()
    width = max(len(name) for name, _ in findings)
    for name, finding in findings:
        print(f"{name:<{width}}  {finding}")
    return 0 if is_strong else 1


def add_selftest(commands: Any) -> None:
    """Add ``course selftest``."""
    command = commands.add_parser(
        "selftest",
        help="prove that every exercise judges rightly",
        description="Every reference passes, every starter and every known mistake fails.",
    )
    command.add_argument("--exercises", action="append", default=[], metavar="WHICH")
    add_exercises_from(command)
    command.add_argument("--allow-weak", action="store_true")
    command.set_defaults(run=_selftest)


def _selftest(options: argparse.Namespace) -> int:
    from course_pkg.grading import chosen_exercises
    from course_pkg.grading.selftest import in_lines, prove

    tqdm = need("grading", "tqdm").tqdm

    use_exercises_from(options)
    ids = chosen_exercises(options.exercises)
    with tqdm(total=len(ids), unit="exercise", disable=None) as bar:
        findings = prove(ids, options.allow_weak, lambda _: bar.update())
    print(in_lines(findings))
    for finding in findings:
        for fault in finding.faults:
            print(f"{finding.id}: {fault}", file=sys.stderr)
    return 1 if any(finding.faults for finding in findings) else 0
