"""What `make quick` chooses to run for an edit."""

from pathlib import Path

import pytest
import quick

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("changed", "first"),
    [
        (
            "course_pkg/ops/upsampling.py",
            ["course_pkg/ops/upsampling.py", "tests/ops/test_upsampling.py"],
        ),
        ("course_pkg/models/fcn/lite.py", ["course_pkg/models/fcn/lite.py"]),
        ("course_pkg/ops/__init__.py", ["course_pkg/ops/__init__.py"]),
        ("course_pkg/widgets/static/patch_cost.js", ["tests/widgets/test_widget_patch_cost.py"]),
        ("tests/ops/test_roi.py", ["tests/ops/test_roi.py"]),
        ("tests/recipes/shrunk.py", ["tests/recipes"]),
        ("book/_ext/course_api.py", ["tests/book"]),
        ("lectures/01_vision_tasks.ipynb", ["tests/lectures"]),
        ("README.md", []),
    ],
)
def test_the_nearest_tests_come_first(changed: str, first: list[str]) -> None:
    assert (ROOT / changed).exists()
    assert quick.chosen([Path(changed)])[: len(first)] == first


def test_the_folder_that_mirrors_a_file_comes_after_all_files() -> None:
    paths = [Path("course_pkg/models/fcn/lite.py"), Path("course_pkg/ops/roi.py")]
    tests = quick.chosen(paths)
    files = [test for test in tests if test.endswith(".py") and test not in quick.ALWAYS]
    assert tests == [*files, "tests/models/fcn", "tests/ops", *quick.ALWAYS]
    assert len(tests) == len(set(tests))


def test_everything_chosen_exists() -> None:
    every = sorted(path.relative_to(ROOT) for path in (ROOT / "course_pkg").rglob("*.py"))
    assert {test for test in quick.chosen(every) if not (ROOT / test).exists()} == set()
