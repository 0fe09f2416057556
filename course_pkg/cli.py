"""The `course` command; every sub-command is one function that adds itself to the parser.

Bad input ends with one sentence on stderr and exit code 2, never with a traceback.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from course_pkg import __version__
from course_pkg._certainty import certainty
from course_pkg._cli_grading import add_grade
from course_pkg._cli_marks import add_diff, add_gradebook
from course_pkg._cli_preparing import add_doctor, add_export, add_selftest
from course_pkg._extras import MissingExtraError

__all__ = ["main"]


class _Parser(argparse.ArgumentParser):
    """Reports a mistake in one line; argparse would print the whole usage above it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `course` command.

    Args:
        argv: the arguments after the command's name; those of the process if left out.

    Returns:
        Exit code: 0 for success, 2 for input that makes no sense; some commands have others.

    Example:
        >>> main(["exercises", "--chapter", "99"])
        2
    """
    parser = _Parser(prog="course", description="Companion command of the book.")
    parser.add_argument("--version", action="version", version=f"course {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_Parser)
    for add in _COMMANDS:
        add(commands)
    options = parser.parse_args(argv)
    if not hasattr(options, "run"):
        parser.print_help()
        return 0
    try:
        code = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # `course list | head -1`: the reader has seen enough
        # Python flushes once more as it ends; without somewhere to go that would print a traceback.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    # The package's ways of saying what is wrong with the input, and what is not installed.
    except (ValueError, MissingExtraError) as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    return code or 0


def _add_exercises(commands: Any) -> None:
    command = commands.add_parser(
        "exercises", help="list the exercises", description="List the exercises, easy ones first."
    )
    command.add_argument("--chapter", type=int, metavar="N", help="only those of one lecture")
    command.set_defaults(run=_list_exercises)


def _list_exercises(options: argparse.Namespace) -> None:
    from course_pkg.checkers import exercises_of  # here, so that other commands start faster

    tasks = exercises_of(options.chapter)
    width = max(len(task.id) for task in tasks)
    print(f"{'exercise':<{width}}  chapter  points  title")
    for task in tasks:
        print(f"{task.id:<{width}}  {task.chapter:>7}  {task.points:>6}  {task.title}")


def _add_list(commands: Any) -> None:
    command = commands.add_parser(
        "list",
        help="list the recipes",
        description="List every trained result that `course reproduce` can make.",
    )
    command.set_defaults(run=_list_recipes)


def _list_recipes(options: argparse.Namespace) -> None:
    # Read from its file: to import the recipes takes torch and a hundred networks.
    index = Path(__file__).with_name("recipes") / "_core" / "index.json"
    recipes = json.loads(index.read_text("utf8"))
    widths = [max(len(recipe[key]) for recipe in recipes) for key in ("name", "dataset")]
    for recipe in recipes:
        name, dataset = recipe["name"].ljust(widths[0]), recipe["dataset"].ljust(widths[1])
        print(f"{name}  {dataset}  {' '.join(recipe['presets'])}  {recipe['what']}")
        if (paper := recipe["paper"]) is not None:
            numbers = ", ".join(f"{key} {value}" for key, value in paper["value"].items())
            doubt = certainty(paper["tag"])
            print(f"{'':<{widths[0]}}  paper: {numbers}{doubt}, {paper['source']}")


def _add_reproduce(commands: Any) -> None:
    command = commands.add_parser(
        "reproduce",
        help="train and measure a recipe",
        description="Train and measure a recipe, and write its numbers and a picture.",
    )
    command.add_argument("name", metavar="NAME", help="of the recipe, see: course list")
    command.add_argument(
        "--preset",
        choices=("tiny", "small", "long", "full", "paper"),
        help="size of the run (COURSE_PRESET, or tiny)",
    )
    command.add_argument("--data", metavar="ROOT", help="folder of the real data (COURSE_DATA)")
    command.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    command.add_argument("--seed", type=int, default=0, metavar="N")
    command.add_argument("--out", default="results", metavar="FOLDER", help="results if left out")
    command.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    command.set_defaults(run=_reproduce)


def _reproduce(options: argparse.Namespace) -> None:
    from course_pkg.recipes import reproduce, write_run

    out = Path(options.out)
    try:
        run = reproduce(
            options.name,
            options.preset,
            seed=options.seed,
            device=options.device,
            data=options.data,
            checkpoints=out / "checkpoints",
            resume=options.resume,
            progress=sys.stderr.isatty(),
        )
        files = write_run(run, out)
    except (OSError, ModuleNotFoundError) as error:  # data, weights or a folder that are not there
        raise ValueError(str(error)) from error
    except FloatingPointError as error:  # the input was fine, the training was not
        raise SystemExit(f"course: {error}") from error
    for name, value in run.metrics.items():
        if isinstance(value, float):
            print(f"{name:<16} {value:.4f}")
    print(f"{run.seconds:.0f} s; wrote {' and '.join(map(str, files))}")


_COMMANDS: tuple[Callable[[Any], None], ...] = (
    _add_exercises,
    _add_list,
    _add_reproduce,
    add_grade,
    add_gradebook,
    add_diff,
    add_export,
    add_doctor,
    add_selftest,
)
