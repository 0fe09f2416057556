"""`course grade`: a folder of submissions becomes marks and feedback."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from course_pkg._cli_options import add_exercises_from, use_exercises_from
from course_pkg._extras import need

__all__ = ["add_grade"]

_NOT_ALL_GRADED, _INTERRUPTED = 3, 130


def add_grade(commands: Any) -> None:
    """Add ``course grade``."""
    command = commands.add_parser(
        "grade",
        help="grade a folder of submissions",
        description="Grade notebooks and .py files: loose, in folders, or in zip archives.",
        epilog="Exit code 0: every mark is known; 3: some are not (see summary.html); 2: usage.",
    )
    command.add_argument("submissions", metavar="SUBMISSIONS", nargs="?", type=Path)
    command.add_argument("--out", type=Path, metavar="FOLDER", help="for marks and feedback")
    command.add_argument(
        "--exercises",
        action="append",
        default=[],
        metavar="WHICH",
        help="ids, patterns such as 'upsampling.*', or chapter numbers; all if left out",
    )
    command.add_argument(
        "--secret-file", type=Path, metavar="F", help="what hidden inputs are drawn from"
    )
    command.add_argument(
        "--per-student-seed", action="store_true", help="other hidden inputs for every student"
    )
    command.add_argument("--jobs", type=int, metavar="N", help="processes (one a core)")
    command.add_argument(
        "--timeout", type=float, default=5.0, metavar="S", help="seconds a case may take (5)"
    )
    command.add_argument(
        "--memory", type=int, default=1024, metavar="MB", help="that an answer may use (1024)"
    )
    command.add_argument(
        "--student-seconds", type=float, default=900.0, metavar="S", help="for a student (900)"
    )
    command.add_argument("--roster", type=Path, metavar="CSV", help="ids of the class")
    command.add_argument(
        "--id-from", metavar="REGEX", help="finds the student's id in a file's path"
    )
    command.add_argument(
        "--names",
        default="auto",
        metavar="WHO",
        help="who has named the files: canvas, moodle, gradescope, plain or auto",
    )
    command.add_argument(
        "--max-files", type=int, default=200, metavar="N", help="files a student may hand in (200)"
    )
    command.add_argument(
        "--max-mb", type=int, default=256, metavar="MB", help="of one file, outputs included (256)"
    )
    command.add_argument(
        "--policy", type=Path, metavar="TOML", help="weights, dropped exercises, cost of being late"
    )
    command.add_argument("--overrides", type=Path, metavar="CSV", help="marks and comments by hand")
    command.add_argument(
        "--anonymous", type=Path, metavar="KEY", help="write codes for names, and their key here"
    )
    command.add_argument(
        "--feedback-zip", type=Path, metavar="ZIP", help="all feedback in one archive"
    )
    add_exercises_from(command)
    command.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    command.add_argument(
        "--allow-weak", action="store_true", help="grade even where isolation is weak"
    )
    command.add_argument(
        "--gradescope", action="store_true", help="inside a Gradescope container: one submission"
    )
    command.add_argument(
        "--submission", type=Path, metavar="DIR", help="with --gradescope (its own place)"
    )
    command.add_argument(
        "--results", type=Path, metavar="FILE", help="with --gradescope (its own place)"
    )
    command.set_defaults(run=_grade)


def _advance(bar: Any) -> None:
    bar.update()


def _grade(options: argparse.Namespace) -> int:
    from course_pkg.grading import (
        Bounds,
        Policy,
        Rules,
        Settings,
        TooWeak,
        chosen_exercises,
        collect_submissions,
        grade_class,
        read_overrides,
        read_policy,
        read_roster,
        read_secret,
    )
    from course_pkg.grading.anonymous import made_anonymous
    from course_pkg.grading.files import write_bytes
    from course_pkg.grading.overrides import about_somebody
    from course_pkg.grading.returning import feedback_zip

    if options.gradescope:
        return _grade_for_gradescope(options)
    if options.submissions is None or options.out is None:
        raise ValueError("grade needs SUBMISSIONS and --out FOLDER; see course grade --help")
    if options.out.resolve().is_relative_to(options.submissions.resolve()):
        raise ValueError(f"--out {options.out} lies in {options.submissions}: choose another place")
    if options.out.exists() and not options.out.is_dir():
        raise ValueError(f"--out {options.out} is a file, expected a folder")
    use_exercises_from(options)
    jobs = options.jobs if options.jobs is not None else os.cpu_count() or 1
    if jobs < 1:
        raise ValueError(f"--jobs must be at least 1, got {jobs}")
    roster = read_roster(options.roster) if options.roster else ()
    bounds = Bounds(options.max_files, options.max_mb, 2 * options.max_mb)
    submissions = collect_submissions(
        options.submissions, options.id_from, roster, options.names, bounds
    )
    settings = Settings(
        exercises=chosen_exercises(options.exercises),
        secret=read_secret(options.secret_file, options.out),
        per_student_seed=options.per_student_seed,
        timeout=options.timeout,
        memory_mb=options.memory,
        allow_weak=options.allow_weak,
        student_seconds=options.student_seconds,
    )
    rules = Rules(
        read_policy(options.policy) if options.policy else Policy(),
        read_overrides(options.overrides, settings.exercises) if options.overrides else (),
    )
    if options.anonymous:
        submissions = made_anonymous(submissions, settings.secret, options.anonymous)
    about_somebody(rules.overrides, {submission.student for submission in submissions})
    tqdm = need("grading", "tqdm").tqdm
    with tqdm(total=len(submissions), unit="student", disable=None) as bar:
        try:
            outcome = grade_class(
                submissions,
                settings,
                options.out,
                jobs=min(jobs, len(submissions)),
                resume=options.resume,
                on_record=lambda _: _advance(bar),
                rules=rules,
            )
        except TooWeak as error:
            raise ValueError(str(error)) from error
    if options.feedback_zip:
        write_bytes(options.feedback_zip, feedback_zip(outcome.records))
    graded = sum(record.hundredths is not None for record in outcome.records)
    again = f", {outcome.reused} of them kept from an earlier run" if outcome.reused else ""
    print(
        f"{graded} of {len(submissions)} submissions graded{again}; see {options.out}/summary.html"
    )
    for record in outcome.records:
        if not record.is_complete:
            reasons = [record.doubt] if record.doubt else []
            reasons += [f"{name}: {reason}" for name, reason in record.problems]
            unmarked = [mark for mark in record.exercises if mark.hundredths is None]
            reasons += [f"{mark.id}: {mark.note or mark.message}" for mark in unmarked]
            what = "whose is" if record.doubt else "no full mark for"
            print(f"{what} {record.student}: {reasons[0]}", file=sys.stderr)
    if outcome.interrupted:
        print("stopped; go on with --resume", file=sys.stderr)
        return _INTERRUPTED
    return 0 if outcome.is_complete else _NOT_ALL_GRADED


def _grade_for_gradescope(options: argparse.Namespace) -> int:
    from course_pkg.grading import Settings, chosen_exercises
    from course_pkg.grading.container import grade_one

    if options.secret_file is None:
        raise ValueError("grade --gradescope needs --secret-file: the same for the whole class")
    place = Path("/autograder")
    settings = Settings(
        exercises=chosen_exercises(options.exercises),
        secret=options.secret_file.read_bytes().strip(),
        per_student_seed=options.per_student_seed,
        timeout=options.timeout,
        memory_mb=options.memory,
        allow_weak=options.allow_weak,
    )
    complete = grade_one(
        options.submission or place / "submission",
        options.results or place / "results" / "results.json",
        settings,
    )
    return 0 if complete else _NOT_ALL_GRADED
