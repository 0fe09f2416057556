"""Codes instead of names, in everything that a run writes; the teacher keeps the key."""

import base64
import csv
import hashlib
import hmac
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from course_pkg.grading.files import write_file
from course_pkg.grading.submissions import Submission

__all__ = ["code_of", "made_anonymous"]


def code_of(student: str, secret: bytes) -> str:
    """A student's code: the same in every run with the same secret.

    Args:
        student: the id.
        secret: of the class.

    Returns:
        Eight letters and digits.

    Example:
        >>> code_of("kim01", bytes(16)) == code_of("kim01", bytes(16)) != code_of("lee", bytes(16))
        True
    """
    digest = hmac.new(secret, b"code/" + student.encode("utf8", "replace"), hashlib.sha256)
    return "s-" + base64.b32encode(digest.digest())[:8].decode().lower()


def made_anonymous(submissions: Sequence[Submission], secret: bytes, key: Path) -> list[Submission]:
    """Submissions under codes, with no name left in a path or a remark.

    Args:
        submissions: of the class.
        secret: what the codes are made of.
        key: a table of codes and ids is written here, for the teacher alone.

    Returns:
        The submissions, in the order of their codes.

    Raises:
        ValueError: if the key cannot be written.

    Example:
        >>> import tempfile
        >>> key = Path(tempfile.mkdtemp()) / "who.csv"
        >>> (one,) = made_anonymous([Submission("kim01")], bytes(16), key)
        >>> key.read_text("utf-8-sig").splitlines()[1] == f"{one.student},kim01"
        True
    """
    codes = {submission.student: code_of(submission.student, secret) for submission in submissions}
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["code", "student"])
    table.writerows(sorted((code, student) for student, code in codes.items()))
    try:
        write_file(key, out.getvalue(), "utf-8-sig")
    except OSError as error:
        raise ValueError(f"the key of the codes cannot be written: {error}") from error
    found = [_anonymous(submission, codes) for submission in submissions]
    return sorted(found, key=lambda s: s.student)


def _anonymous(submission: Submission, codes: dict[str, str]) -> Submission:
    code = codes[submission.student]
    told = [*submission.files, *submission.problems, *submission.notes]
    paths = [about.path if not isinstance(about, tuple) else about[0] for about in told]
    names = {
        path: f"{code}/file {number}{PurePosixPath(path).suffix}"
        for number, path in enumerate(dict.fromkeys(paths), 1)
    }
    others = {
        **{path.rpartition("/")[2]: names[path].rpartition("/")[2] for path in paths},
        **{student: code for student, code in codes.items() if len(student) > 2},
    }

    def clean(text: str) -> str:
        for name in sorted(others, key=len, reverse=True):
            text = text.replace(name, others[name]) if name else text
        return text

    return replace(
        submission,
        student=code,
        files=[replace(file, path=names[file.path]) for file in submission.files],
        problems=[(names[path], clean(reason)) for path, reason in submission.problems],
        notes=[(names[path], clean(remark)) for path, remark in submission.notes],
        doubt=clean(submission.doubt),
        ids=(),
    )
