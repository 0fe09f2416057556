"""What puts the book online: the workflows, the page that explains them, the archive."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import address
import dist
import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PAGE = (ROOT / "book" / "put_online.md").read_text("utf8")


def steps(workflow: Path) -> list[dict]:
    jobs = yaml.safe_load(workflow.read_text("utf8"))["jobs"]
    return [step for job in jobs.values() for step in job["steps"]]


def schema(name: str, *files: Path) -> subprocess.CompletedProcess:
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", name, *map(str, files)]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def test_workflows_are_what_github_reads():
    run = schema("vendor.github-workflows", *WORKFLOWS)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_schema_sees_a_slip(tmp_path: Path):
    slipped = tmp_path / "pages.yml"
    slipped.write_text(WORKFLOWS[0].read_text("utf8").replace("runs-on:", "run-on:"), "utf8")
    assert schema("vendor.github-workflows", slipped).returncode != 0


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_workflow_runs_is_there(workflow: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf8"), re.MULTILINE))
    for line in [step["run"] for step in steps(workflow) if "run" in step]:
        for command in re.findall(r"\bmake ([a-z -]+)", line):
            assert set(command.split()) <= targets, line
        for script in re.findall(r"(?:python3|bash) ([\w./-]+)", line):
            assert (ROOT / script).is_file(), line


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_no_more_than_it_needs(workflow: Path):
    content = yaml.safe_load(workflow.read_text("utf8"))
    assert content["permissions"] in ({"contents": "read"}, {"contents": "write"})
    assert (content["permissions"]["contents"] == "write") == (workflow.stem == "release")
    for job in content["jobs"].values():
        assert job.get("timeout-minutes", 1) <= 120


def test_the_page_names_every_workflow_and_nothing_else():
    named = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(named) == [path.stem for path in WORKFLOWS]


def test_the_pages_commands_do_what_they_say(tmp_path: Path):
    """The steps of the page in a fork, as far as no network is needed."""
    project = tmp_path / "pyproject.toml"
    before = (ROOT / "pyproject.toml").read_text("utf8")
    project.write_text(before, "utf8")
    address.write_address(tmp_path, "https://github.com/a-school/course.git")
    urls = tomllib.loads(project.read_text("utf8"))["project"]["urls"]
    assert urls["Source"] == "https://github.com/a-school/course"
    address.write_address(tmp_path, "https://github.com/b/c")  # again, over the first
    assert 'Source = "https://github.com/b/c"' in project.read_text("utf8")
    assert project.read_text("utf8").splitlines().count('Source = "https://github.com/b/c"') == 1


@pytest.mark.parametrize(
    "wrong", ["github.com/a/b", "https://github.com/a", "http://x.org/a/b", ""]
)
def test_an_address_of_another_form_is_refused(tmp_path: Path, wrong: str):
    (tmp_path / "pyproject.toml").write_text('# Source = ""\n', "utf8")
    with pytest.raises(ValueError, match=r"has to look like https://github\.com/OWNER/NAME"):
        address.write_address(tmp_path, wrong)


def test_the_archive_opens_by_itself(tmp_path: Path):
    html, lectures = tmp_path / "html", tmp_path / "lectures"
    (html / "book").mkdir(parents=True)
    (html / "index.html").write_text("<p>home</p>", "utf8")
    (html / "book" / "intro.html").write_text("<p>intro</p>", "utf8")
    lectures.mkdir()
    (lectures / "01_a.ipynb").write_text("{}", "utf8")
    (lectures / "notes.txt").write_text("", "utf8")
    wheel = tmp_path / "course_pkg-1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    archive = dist.pack(html, lectures, wheel, "1.0", tmp_path / "out")
    with zipfile.ZipFile(archive) as packed:
        top = "segmentation-and-attention-1.0"
        assert sorted(packed.namelist()) == [
            f"{top}/README.txt",
            f"{top}/book/book/intro.html",
            f"{top}/book/index.html",
            f"{top}/{wheel.name}",
            f"{top}/lectures/01_a.ipynb",
            f"{top}/open-the-book.html",
        ]
        first = packed.read(f"{top}/open-the-book.html").decode()
        leads_to = re.search(r"url=([\w./-]+)", first)
        assert leads_to
        assert f"{top}/{leads_to[1]}" in packed.namelist()
        assert wheel.name in packed.read(f"{top}/README.txt").decode()


def test_an_archive_needs_a_built_book(tmp_path: Path):
    with pytest.raises(ValueError, match="holds no built book: run `make book` first"):
        dist.pack(tmp_path, tmp_path, tmp_path, "1.0", tmp_path)


def test_the_citation_has_the_packages_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert str(citation["version"]) == project["version"]
    assert f"## {project['version']}" in (ROOT / "CHANGELOG.md").read_text("utf8")
