"""Grade the one submission that a platform's container was started for."""

from dataclasses import replace
from pathlib import Path

from course_pkg.grading.classes import read_job
from course_pkg.grading.files import write_json
from course_pkg.grading.gradescope import results
from course_pkg.grading.judging import grade_submission
from course_pkg.grading.settings import Settings
from course_pkg.grading.submissions import Submission, collect_submissions
from course_pkg.grading.workers import close_workers

__all__ = ["grade_one"]


def grade_one(submission: Path, results_file: Path, settings: Settings) -> bool:
    """Grade a folder as one student's, and write a result whatever happens.

    Args:
        submission: the folder that the platform unpacked.
        results_file: where the platform looks.
        settings: of the class.

    Returns:
        Whether the mark is known.

    Example:
        >>> import json, tempfile
        >>> file = Path(tempfile.mkdtemp()) / "results.json"
        >>> grade_one(Path("/nowhere"), file, Settings(("upsampling.nearest",), bytes(16)))
        False
        >>> json.loads(file.read_text())["output"].splitlines()[0]
        'Not graded: there are no submissions at /nowhere: it does not exist'
    """
    # First of all, so that a container that dies leaves a word behind.
    write_json(results_file, {"output": "Not graded: the grader did not finish.", "tests": []})
    try:
        everything = Submission("submission")
        for part in collect_submissions(submission):
            everything.files += part.files
            everything.problems += part.problems
            everything.notes += part.notes
        record = grade_submission(read_job(everything, settings), settings)
    except Exception as error:
        write_json(results_file, {"output": f"Not graded: {error}", "tests": []})
        return False
    finally:
        close_workers()
    record = replace(record, student="")
    write_json(results_file, results(record))
    return record.hundredths is not None
