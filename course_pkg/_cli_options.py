"""Options that several commands of a teacher share."""

import argparse
from pathlib import Path
from typing import Any

__all__ = ["add_exercises_from", "use_exercises_from"]


def add_exercises_from(command: Any) -> None:
    """Add ``--exercises-from``."""
    command.add_argument(
        "--exercises-from", type=Path, metavar="FOLDER", help="exercises of your own, as well"
    )


def use_exercises_from(options: argparse.Namespace) -> None:
    """In the environment, so that every process of this run knows it."""
    if options.exercises_from is not None:
        from course_pkg.checkers.registry import use_folder

        use_folder(options.exercises_from)
