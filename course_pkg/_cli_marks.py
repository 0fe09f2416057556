"""What a teacher does with marks that are made: compare two runs, fill a platform's gradebook."""

import argparse
import sys
from pathlib import Path
from typing import Any

__all__ = ["add_diff", "add_gradebook"]

_DIFFERENT, _NOT_ALL = 1, 3


def add_diff(commands: Any) -> None:
    """Add ``course diff``."""
    command = commands.add_parser(
        "diff",
        help="what is different between two runs",
        description="Compare the marks of two runs. Exit code 0: none has changed; 1: some have.",
    )
    command.add_argument("before", metavar="BEFORE", type=Path, help="folder of a run")
    command.add_argument("after", metavar="AFTER", type=Path, help="folder of another")
    command.set_defaults(run=_diff)


def _diff(options: argparse.Namespace) -> int:
    from course_pkg.grading.differences import differences, read_run

    lines = differences(read_run(options.before), read_run(options.after))
    for line in lines:
        print(line)
    return _DIFFERENT if lines else 0


def add_gradebook(commands: Any) -> None:
    """Add ``course gradebook``."""
    command = commands.add_parser(
        "gradebook",
        help="fill in a table of Canvas or Moodle",
        description="Enter the marks of a run into the gradebook that Canvas, or the grading "
        "worksheet that Moodle, has exported.",
        epilog="Exit code 0: every mark has found its row; 3: some have not.",
    )
    command.add_argument("run_folder", metavar="GRADES", type=Path, help="folder of the run")
    command.add_argument("--into", type=Path, metavar="CSV", required=True, help="their table")
    command.add_argument("--out", type=Path, metavar="CSV", required=True, help="to upload")
    command.add_argument("--column", default="", metavar="NAME", help="its heading")
    command.add_argument(
        "--out-of", type=int, metavar="N", help="full marks there, if not the exercises' own"
    )
    command.add_argument(
        "--key", type=Path, metavar="KEY", help="of an anonymous run, to find the names again"
    )
    command.set_defaults(run=_gradebook)


def _gradebook(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from course_pkg.grading.differences import read_run
    from course_pkg.grading.files import write_file
    from course_pkg.grading.gradebook import filled_in
    from course_pkg.grading.rosters import read_table

    if options.out_of is not None and options.out_of < 1:
        raise ValueError(f"--out-of must be at least 1, got {options.out_of}")
    records = read_run(options.run_folder)
    if options.key:
        names = {row[0]: row[1] for row in read_table(options.key, "key") if len(row) > 1}
        records = [replace(r, student=names.get(r.student, r.student)) for r in records]
    filled = filled_in(options.into, records, options.column, options.out_of)
    write_file(options.out, filled.text)
    for student in filled.without_mark:
        print(f"no mark for {student}: their cell is as it was", file=sys.stderr)
    for student in filled.not_found:
        print(f"no row for {student} in {options.into}", file=sys.stderr)
    print(f"{filled.count} marks entered; upload {options.out}")
    return _NOT_ALL if filled.without_mark or filled.not_found else 0
