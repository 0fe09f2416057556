"""Grade a class: hand the submissions to an executor, keep what comes, go on where it stopped."""

import contextlib
import hashlib
import json
import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from course_pkg.checkers import exercise
from course_pkg.grading.adjusting import Rules, adjusted
from course_pkg.grading.feedback import feedback_html, feedback_markdown
from course_pkg.grading.files import clear_leftovers, write_file, write_json
from course_pkg.grading.gradescope import results
from course_pkg.grading.judging import GradingJob, grade_submission, tools
from course_pkg.grading.naming import natural, safe_folder
from course_pkg.grading.process import TooWeak
from course_pkg.grading.record import ExerciseMark, Record
from course_pkg.grading.settings import Settings
from course_pkg.grading.submissions import Submission
from course_pkg.grading.summary import summary_html
from course_pkg.grading.tables import grades_csv, grades_jsonl
from course_pkg.grading.worker.limits import die_with_the_parent
from course_pkg.grading.workers import close_workers

__all__ = ["GradedClass", "grade_class", "read_job"]

_RECORDS = ".records"  # what --resume reads


@dataclass(frozen=True)
class GradedClass:
    """What became of a run.

    Args:
        records: of everyone graded so far, in natural order of the ids.
        reused: how many of them an earlier run had made.
        interrupted: whether somebody pressed Ctrl-C.
    """

    records: tuple[Record, ...]
    reused: int
    interrupted: bool

    @property
    def is_complete(self) -> bool:
        """Whether every mark is known."""
        return not self.interrupted and all(record.is_complete for record in self.records)


def grade_class(
    submissions: Sequence[Submission],
    settings: Settings,
    out: Path,
    jobs: int = 1,
    resume: bool = False,
    executor: Executor | None = None,
    on_record: Callable[[Record], None] | None = None,
    rules: Rules | None = None,
) -> GradedClass:
    """Grade every submission and write marks, feedback and tables.

    Ctrl-C ends it early with everything valid that is there; a run that was killed can be resumed
    just as well. The results do not depend on who computed them or in which order.

    Args:
        submissions: from `collect_submissions`.
        settings: of the class.
        out: folder for the results.
        jobs: processes on this machine.
        resume: keep results of an earlier run that depend on nothing that has changed.
        executor: where to compute instead, such as Dask's; anything with the interface of
            `concurrent.futures`. It is left open.
        on_record: called after every submission.
        rules: weights, lateness and overrides; they change marks and not what is kept.

    Returns:
        The outcome.

    Raises:
        TooWeak: if isolation is weaker than it must be.

    Example:
        >>> import tempfile
        >>> settings = Settings(("upsampling.nearest",), bytes(16))
        >>> grade_class([Submission("kim")], settings, Path(tempfile.mkdtemp())).is_complete
        True
    """
    rules = rules or Rules()
    out.mkdir(parents=True, exist_ok=True)
    clear_leftovers(out)
    records: dict[str, Record] = {}
    known = {submission.student: submission for submission in submissions}
    reused = 0
    interrupted = False

    def keep(record: Record, is_new: bool) -> None:
        if is_new:
            write_json(out / _RECORDS / f"{safe_folder(record.student)}.json", record.to_dict())
        record = _with_circumstances(record, known[record.student], rules.policy.times)
        records[record.student] = record = adjusted(record, rules)
        _write_student(out, record)
        if on_record is not None:
            on_record(record)

    try:
        with _running_on(executor, jobs) as (pool, at_once):
            waiting: dict[Future[Record], GradingJob] = {}
            for submission in submissions:
                job = read_job(submission, settings)
                old = _earlier(out, job) if resume else None
                if old is not None:
                    reused += 1
                    keep(old, is_new=False)
                    continue
                while len(waiting) >= at_once:
                    _collect(waiting, settings, keep)
                waiting[pool.submit(grade_submission, job, settings)] = job
            while waiting:
                _collect(waiting, settings, keep)
    except KeyboardInterrupt:
        interrupted = True
    finally:
        close_workers()
    done = tuple(sorted(records.values(), key=lambda record: natural(record.student)))
    write_file(out / "grades.csv", grades_csv(done, settings.exercises), "utf-8-sig")
    write_file(out / "grades.jsonl", grades_jsonl(done))
    write_file(out / "summary.html", summary_html(done, settings.exercises))
    return GradedClass(done, reused, interrupted)


class _Here(Executor):
    """Computes at once, in this process."""

    def submit(self, fn: Callable[..., Record], /, *args: object) -> Future[Record]:  # pyright: ignore[reportIncompatibleMethodOverride]
        future: Future[Record] = Future()
        try:
            future.set_result(fn(*args))
        except Exception as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def _running_on(executor: Executor | None, jobs: int) -> Iterator[tuple[Executor, int]]:
    """The executor, and how many submissions to have under way (their bytes are in memory)."""
    if executor is not None:
        yield executor, 64
    elif jobs == 1:
        yield _Here(), 1
    else:
        # Started afresh rather than forked: a fork would hold other workers' sockets open.
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(jobs, fresh, initializer=_leave_interrupts_to_the_parent) as pool:
            try:
                yield pool, 2 * jobs
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_the_parent()  # a killed parent says no goodbye


def read_job(submission: Submission, settings: Settings) -> GradingJob:
    """Read a submission's files, for an executor that may be on another machine.

    Args:
        submission: what was handed in.
        settings: of the class.

    Returns:
        The bytes, and what the marks depend on.

    Example:
        >>> read_job(Submission("kim"), Settings(("upsampling.nearest",), bytes(16))).files
        ()
    """
    files, problems = [], list(submission.problems)
    bounds = submission.bounds
    left = bounds.total_mb << 20
    for file in reversed(submission.files):  # the newest attempt first
        try:
            data = file.read(bounds.file_mb << 20)
            left -= len(data)
            if left < 0:
                raise ValueError(f"the files have more than {bounds.total_mb} MB together")
            files.insert(0, (file.path, data))
        except ValueError as reason:
            problems.append((file.path, str(reason)))
            if left < 0:
                break
    hashes = [(path, hashlib.sha256(data).hexdigest()) for path, data in files]
    versions = repr(sorted(tools(settings.exercises).items()))
    key = settings.key(submission.student, hashes, versions, repr(problems))
    return GradingJob(submission.student, tuple(files), tuple(problems), key)


def _with_circumstances(record: Record, submission: Submission, times: str) -> Record:
    """What is known of the submission besides its bytes; a kept record may know an older truth."""
    time = submission.time
    if time is None and times == "files":
        changed = [file.time.astimezone() for file in submission.files if file.time]
        time = max(changed, default=None)
    return replace(
        record,
        notes=tuple(submission.notes),
        doubt=submission.doubt,
        late=submission.late,
        time=time.isoformat() if time else "",
        ids=submission.ids,
    )


def _earlier(out: Path, job: GradingJob) -> Record | None:
    """A result of an earlier run that still holds."""
    try:
        text = (out / _RECORDS / f"{safe_folder(job.student)}.json").read_text("utf8")
        record = Record.from_dict(json.loads(text))
    except (OSError, ValueError):
        return None
    waits = any(mark.status == "not_graded" for mark in record.exercises)
    return record if record.key == job.key and not waits else None


def _collect(
    waiting: dict[Future[Record], GradingJob],
    settings: Settings,
    keep: Callable[[Record, bool], None],
) -> None:
    """Wait for at least one result and keep it."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        job = waiting.pop(future)
        try:
            record = future.result()
        except TooWeak:
            raise
        except Exception as error:  # a lost worker or machine: nobody's marks but unknown ones
            record = _unknown(job, settings, f"{type(error).__name__}: {error}")
        keep(record, True)


def _unknown(job: GradingJob, settings: Settings, note: str) -> Record:
    message = "Not graded: the grader failed here, which is no fault of yours."
    marks = [
        ExerciseMark(id, "not_graded", None, exercise(id).definition.points * 100, message)
        for id in settings.exercises
    ]
    hashes = tuple((path, hashlib.sha256(data).hexdigest()) for path, data in job.files)
    marks = tuple(replace(mark, note=note) for mark in marks)
    return Record(job.student, job.key, "graded", hashes, job.problems, marks)


def _write_student(out: Path, record: Record) -> None:
    folder = safe_folder(record.student)
    if record.status != "nothing_handed_in":
        write_json(out / folder / "results.json", results(record))
        write_file(out / folder / "feedback.html", feedback_html(record))
        write_file(out / folder / "feedback.md", feedback_markdown(record))
