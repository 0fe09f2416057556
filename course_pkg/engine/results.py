"""Measured results, one JSON file a run, refused unless complete and plausible.

A file is ``<recipe>.<preset>.<device>.seed<N>.json``. Running the same thing again replaces it;
another preset, device or seed stands beside it. Fields:

=================  ================================================================================
schema             1, this layout
recipe             what was trained, on what: lower case, e.g. ``fcn8s-camvid``
dataset, split     where the metrics were measured
preset             tiny, small, long, full or paper
metrics            name -> number. Fractions 0 to 1, except bleu (0 to 100) and names that say
                   their unit (``loss_nats``). A list holds one number per class, null where the
                   class does not occur.
paper              null, or {value, tag, source}: the number the paper has for this (one number,
                   or name -> number), how sure it is ("V" read in the paper or its code, "R" in
                   another's report of it, "C" computed, "M" from memory), and where it stands
command            the line that repeats the run
seed               int
versions           package -> version
hardware           one line
seconds            wall time of training and evaluation
peak_memory_mb     MiB
date               of the run's end, UTC, ISO 8601
=================  ================================================================================
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

import course_pkg
from course_pkg.engine.runtime import hardware, versions

__all__ = [
    "FRACTIONS",
    "Result",
    "read_results",
    "stored_picture",
    "stored_results",
    "write_result",
]

SCHEMA = 1
STORED = Path(course_pkg.__file__).parent / "results"  # a folder of the package, wheel included
# A minute; half an hour of a core; hours of one; a GPU; the paper's own network, data and solver.
PRESETS = ("tiny", "small", "long", "full", "paper")
TAGS = ("V", "R", "C", "M")
FRACTIONS = frozenset(
    {"pixel_accuracy", "mean_accuracy", "miou", "fwiou", "class_iou", "boundary_f1", "accuracy"}
)


@dataclass(frozen=True)
class Result:
    """One measured run; the module's table says what each field holds.

    Attributes:
        recipe: what was trained, on what.
        dataset: where the metrics were measured.
        split: which part of it.
        preset: "tiny", "small", "long", "full" or "paper".
        device: "cpu" or "cuda", part of the file's name.
        metrics: numbers by name.
        command: the line that repeats the run.
        seed: of the run.
        seconds: wall time.
        peak_memory_mb: MiB.
        paper: the paper's number, or None.
        versions: filled in from this process.
        hardware: filled in from this machine.
        date: filled in from the clock.
        schema: layout of the file.

    Raises:
        ValueError: if a field is missing its content or a number cannot be right.
    """

    recipe: str
    dataset: str
    split: str
    preset: str
    device: str
    metrics: Mapping[str, Any]
    command: str
    seed: int
    seconds: float
    peak_memory_mb: float
    paper: Mapping[str, Any] | None = None
    versions: Mapping[str, str] = field(default_factory=versions)
    hardware: str = field(default_factory=hardware)
    date: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        problem = _first_problem(self)
        if problem:
            raise ValueError(f"result of {self.recipe!r}: {problem}")

    @property
    def filename(self) -> str:
        """The file's name: recipe, preset, device and seed."""
        return f"{self.recipe}.{self.preset}.{self.device}.seed{self.seed}.json"


def write_result(result: Result, folder: Path | str) -> Path:
    """Write a result to its file, whole or not at all.

    Args:
        result: a complete one.
        folder: made if missing.

    Returns:
        The file's path.

    Example:
        >>> import tempfile
        >>> result = Result("fcn8s-camvid", "camvid", "val", "tiny", "cpu", {"miou": 0.5},
        ...                 command="course reproduce fcn8s-camvid", seed=0, seconds=3.0,
        ...                 peak_memory_mb=512.0)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     print(write_result(result, folder).name, read_results(folder) == [result])
        fcn8s-camvid.tiny.cpu.seed0.json True
    """
    path = Path(folder) / result.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    data = asdict(result)
    del data["device"]  # it is in the name, and the hardware line says more
    order = ["schema", *(name for name in data if name != "schema")]
    partial = path.with_name(f".writing-{path.name}")
    text = json.dumps({name: data[name] for name in order}, indent=2, allow_nan=False)
    partial.write_text(text + "\n")
    partial.replace(path)
    return path


def read_results(folder: Path | str) -> list[Result]:
    """Read and check every result file of a folder.

    Args:
        folder: of ``*.json`` files.

    Returns:
        The results, ordered by file name.

    Raises:
        ValueError: if a file is not a valid result, or its name does not fit its content.
    """
    return [_read(path) for path in sorted(Path(folder).glob("*.json"))]


def stored_results(folder: Path | str | None = None) -> list[Result]:
    """Read the results that the course was written with.

    Args:
        folder: where they lie; the package's own if left out, so that a chapter shows the same
            tables in Colab as in the book.

    Returns:
        The results, ordered by file name.

    Raises:
        ValueError: if a file is not a valid result.

    Example:
        >>> "fcn8s-camvid" in [result.recipe for result in stored_results()]
        True
    """
    return read_results(STORED if folder is None else folder)


def stored_picture(result: Result, folder: Path | str | None = None) -> Image.Image | None:
    """Open the picture that a stored run made of its answers.

    Args:
        result: one of `stored_results`.
        folder: as there.

    Returns:
        The picture; None if the run made none.

    Example:
        >>> pictures = [stored_picture(result) for result in stored_results()]
    """
    path = Path(STORED if folder is None else folder, result.filename).with_suffix(".png")
    if not path.is_file():
        return None
    with Image.open(path) as stored:
        return stored.copy()


def _read(path: Path) -> Result:
    try:
        data = json.loads(path.read_text())
        *_, device, _seed, _ = path.name.split(".")
        expected = {f.name for f in fields(Result)} - {"device"}
        if not isinstance(data, dict) or set(data) != expected:
            different = expected ^ set(data)
            raise ValueError(f"fields missing or unknown: {', '.join(sorted(different))}")
        result = Result(**data, device=device)
        if result.filename != path.name:
            raise ValueError(f"by its content it should be called {result.filename}")
    except ValueError as error:  # JSONDecodeError is one
        raise ValueError(f"{path} is not a valid result file: {error}") from error
    return result


def _first_problem(result: Result) -> str | None:
    for name in ("recipe", "dataset", "split", "command", "hardware"):
        if not getattr(result, name):
            return f"{name} must not be empty"
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", result.recipe):
        return "recipe must be lower-case words and numbers joined by hyphens"
    if result.preset not in PRESETS:
        return f"preset must be one of {', '.join(PRESETS)}, got {result.preset!r}"
    if result.device not in ("cpu", "cuda"):
        return f"device must be cpu or cuda, got {result.device!r}"
    if result.schema != SCHEMA:
        return f"schema must be {SCHEMA}, got {result.schema}"
    for name in ("seconds", "peak_memory_mb"):
        if not (math.isfinite(getattr(result, name)) and getattr(result, name) >= 0):
            return f"{name} must be a number from 0, got {getattr(result, name)}"
    if not result.metrics:
        return "metrics must hold at least one number"
    for name, value in result.metrics.items():
        values = value if isinstance(value, list) else [value]
        numbers = [v for v in values if not (isinstance(value, list) and v is None)]
        highest = 1.0 if name in FRACTIONS else 100.0 if name == "bleu" else math.inf
        for number in numbers:
            if not isinstance(number, int | float) or not math.isfinite(number):
                return f"metric {name!r} must be a finite number, got {number!r}"
            if highest < math.inf and not 0 <= number <= highest:
                return f"metric {name!r} must be from 0 to {highest:g}, got {number}"
    return _paper_problem(result.paper)


def _paper_problem(paper: Mapping[str, Any] | None) -> str | None:
    if paper is None:
        return None
    if set(paper) != {"value", "tag", "source"}:
        return f"paper must have value, tag and source, got {', '.join(sorted(paper)) or 'nothing'}"
    if paper["tag"] not in TAGS:
        return f"paper's tag must be one of {', '.join(TAGS)}, got {paper['tag']!r}"
    values = paper["value"].values() if isinstance(paper["value"], Mapping) else [paper["value"]]
    if not all(isinstance(v, int | float) and math.isfinite(v) for v in values):
        return f"paper's value must be a number, or numbers by name, got {paper['value']!r}"
    return None if paper["source"] else "paper's source must not be empty"
