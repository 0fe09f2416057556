"""The zip archive that Gradescope asks a teacher for: package, secret and two short scripts."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import course_pkg
from course_pkg.checkers import exercise
from course_pkg.grading.judging import tools

__all__ = ["gradescope_zip"]

_SETUP = """\
#!/usr/bin/env bash
# Runs once, while Gradescope builds the image.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "choose an image with Python 3.11")'
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir {packages}
"""

_RUN = """\
#!/usr/bin/env bash
# Runs once for every submission. The result is written whatever happens.
root="${{AUTOGRADER_ROOT:-/autograder}}"
export PYTHONPATH="$root/source"
"${{AUTOGRADER_PYTHON:-$root/venv/bin/python}}" -m course_pkg grade --gradescope \\
  --submission "$root/submission" --results "$root/results/results.json" \\
  --secret-file "$root/source/secret" {options}
exit 0
"""


def gradescope_zip(
    path: Path,
    exercises: Sequence[str],
    secret: bytes,
    timeout: float = 5.0,
    memory_mb: int = 1024,
    allow_weak: bool = False,
) -> None:
    """Write the archive; it needs nothing but Python packages from the usual registry.

    Args:
        path: of the archive.
        exercises: ids.
        secret: what hidden inputs are drawn from.
        timeout: seconds that one case may take.
        memory_mb: megabytes that an answer may allocate.
        allow_weak: whether to grade where isolation is weak.

    Raises:
        ValueError: if the archive cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "autograder.zip"
        >>> gradescope_zip(path, ["upsampling.nearest"], bytes(16))
        >>> {"setup.sh", "run_autograder"} <= set(zipfile.ZipFile(path).namelist())
        True
    """
    versions = tools(tuple(exercises))
    packages = ["tqdm", "ipython", f"numpy=={versions['numpy']}"]
    needs = {exercise(id).definition.needs for id in exercises} - {""}
    if "torch" in needs:  # the reference then lives in `ops`, whose shapes are checked
        packages += [f"torch=={versions['torch']}", "jaxtyping", "beartype"]
    options = ["--exercises", f"'{','.join(exercises)}'"]
    options += ["--timeout", f"{timeout:g}", "--memory", str(memory_mb)]
    options += ["--allow-weak"] if allow_weak else []
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", _SETUP.format(packages=" ".join(packages)).encode(), 0o755)
        _add(archive, "run_autograder", _RUN.format(options=" ".join(options)).encode(), 0o755)
        _add(archive, "secret", secret, 0o600)
        package = Path(course_pkg.__path__[0])
        for file in sorted(package.rglob("*.py")):
            _add(archive, f"course_pkg/{file.relative_to(package)}", file.read_bytes(), 0o644)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(held.getvalue())
    except OSError as error:
        raise ValueError(f"the archive cannot be written: {error}") from error


def _add(archive: zipfile.ZipFile, name: str, data: bytes, mode: int) -> None:
    # A fixed date, so that the same choice gives the same archive.
    entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data)
