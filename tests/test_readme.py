"""What the README promises is true: its example prints what it says, its tree and links exist."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf8")


def test_the_ten_lines_print_what_stands_below_them():
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    printed = re.search(r"```text\n(tensor.*?)```", README, re.DOTALL)
    assert code
    assert printed
    run = subprocess.run(
        [sys.executable, "-c", code[1]], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout == printed[1]


def test_every_folder_and_link_exists():
    tree = README[README.index("## Where things are") :]
    outer = re.findall(r"^(\w+)/ ", tree, re.MULTILINE)
    inner = re.findall(r"^  (\w+)/ ", tree, re.MULTILINE)
    links = re.findall(r"\]\((?!http)([^)]+)\)", README)
    paths = [*outer, *(f"course_pkg/{name}" for name in inner), *links]
    assert len(paths) > 15
    assert [p for p in paths if not (ROOT / p).exists()] == []


def test_the_chapter_table_names_exactly_the_notebooks_that_exist():
    named = re.findall(r"^\| \d+ \| \[.+\]\(lectures/(\S+)\) \| .+ \|$", README, re.MULTILINE)
    assert sorted(named) == sorted(p.name for p in (ROOT / "lectures").glob("*.ipynb"))
    assert len(re.findall(r"^\| \d+ \|", README, re.MULTILINE)) == 16


def test_the_targets_it_names_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    for target in re.findall(r"`?make (\w+)`?", README):
        if target != "are":  # "GNU make are enough"
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
