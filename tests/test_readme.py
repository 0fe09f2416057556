"""What the README promises is true: its example prints what it says, its tree and links exist."""

import json
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


def first_heading(notebook):
    cell = json.loads(notebook.read_text(encoding="utf8"))["cells"][0]
    return re.match(r"# (\d+)\. (.+)", "".join(cell["source"])).groups()


def test_the_chapter_table_has_the_notebooks_own_first_headings():
    row = r"^\| (\d+) \| \[(.+)\]\(lectures/(\S+)\) \| .+ \|$"
    rows = re.findall(row, README, re.MULTILINE)
    notebooks = sorted((ROOT / "lectures").glob("*.ipynb"))
    assert rows == [(*first_heading(path), path.name) for path in notebooks]


def test_the_front_page_lists_every_chapter_and_names_none_itself():
    intro = (ROOT / "book" / "intro.md").read_text(encoding="utf8")
    lines = re.findall(r"^(\d\d_\w+) \| [^|\n]+$", intro, re.MULTILINE)
    assert lines == sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))


def test_the_targets_it_names_are_in_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    for target in re.findall(r"`?make (\w+)`?", README):
        if target != "are":  # "GNU make are enough"
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
