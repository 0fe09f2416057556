"""Every student's feedback in one archive, named so that a platform gives each their own."""

import re
import zipfile
from collections.abc import Sequence
from io import BytesIO

from course_pkg.grading.feedback import feedback_html
from course_pkg.grading.naming import safe_folder
from course_pkg.grading.record import Record

__all__ = ["feedback_zip"]

_MOODLE = re.compile(r"[^/]+_\d+_assignsubmission_file_")
_CANVAS = re.compile(r"([^/]+_\d+_\d+_)[^/]+")


def feedback_zip(records: Sequence[Record]) -> bytes:
    """The pages of everybody who handed something in.

    Moodle's *Upload multiple feedback files in a zip* and Canvas's *Upload submissions* know the
    student by the name that they gave the submission; others find a folder a student.

    Args:
        records: of the class.

    Returns:
        The archive.

    Example:
        >>> files = (("Kim_501_assignsubmission_file_/a.ipynb", ""),)
        >>> data = feedback_zip([Record("Kim", "", "graded", files, (), ids=("501",))])
        >>> zipfile.ZipFile(BytesIO(data)).namelist()
        ['Kim_501_assignsubmission_file_/feedback.html']
    """
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for record in records:
            if record.status == "nothing_handed_in":
                continue
            # A fixed date, so that the same marks give the same archive.
            entry = zipfile.ZipInfo(_place(record), (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, feedback_html(record))
    return held.getvalue()


def _place(record: Record) -> str:
    for path, _ in record.files if record.ids else ():
        part = path.partition("/")[0]
        if found := _MOODLE.match(part):
            return f"{found[0]}/feedback.html"
        if found := _CANVAS.fullmatch(part):
            return f"{found[1]}feedback.html"
    return f"{safe_folder(record.student)}/feedback.html"
