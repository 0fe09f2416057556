"""The `course` command; every sub-command is one function that adds itself to the parser.

Bad input ends with one sentence on stderr and exit code 2, never with a traceback.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from course_pkg import __version__

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
        Exit code: 0 for success, 2 for input that makes no sense.

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
        options.run(options)
    except ValueError as error:  # the package's way of saying what is wrong with the input
        print(f"course: {error}", file=sys.stderr)
        return 2
    return 0


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


_COMMANDS: tuple[Callable[[Any], None], ...] = (_add_exercises,)
