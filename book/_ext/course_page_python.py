"""Make the exercises live: an editor under each one, with Python in the page itself.

What the pages load was laid out in `_build/page-python/site` by `book/_tools/page_python.py`;
where it is missing, or PYTHON_IN_PAGES=no, the pages stay as printed. `page_python_source: cdn` in
`_config.yml` lets a site take Pyodide from its makers' address instead of its own copies; readers
then need a network.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from course_page_tasks import elsewhere, page_data
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from course_pkg.checkers import Exercise, exercises_of

CDN = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
QUESTION = re.compile(r'\bexercise\("([\w.]+)"\)\.check\(')
HEADING = "Exercises"
FOLDER = "page-python"  # below _static
SOURCES = "page_python"  # below book/_assets
logger = logging.getLogger(__name__)


def site_folder(app: Sphinx) -> Path:
    """Return where the tool has laid out what pages load."""
    return Path(app.srcdir, "_build", FOLDER, "site")


def manifest(app: Sphinx) -> dict[str, Any] | None:
    """Return what the tool says about the packs, or None where pages stay as printed."""
    file = site_folder(app) / "manifest.json"
    if os.environ.get("PYTHON_IN_PAGES", "yes") == "no" or not file.exists():
        return None
    return json.loads(file.read_text("utf8"))


def raw(html: str) -> nodes.raw:
    """Return a piece of HTML as a node."""
    return nodes.raw("", html, format="html")


def asked_in(cell: nodes.Element) -> str:
    """Return the id of the exercise that a cell asks about, or an empty text."""
    for block in cell.findall(nodes.literal_block):
        found = QUESTION.search(block.astext())
        if found:
            return found[1]
    return ""


def cells(document: nodes.document) -> Iterator[nodes.container]:
    """Go through a chapter's code cells."""
    for node in list(document.findall(nodes.container)):
        if node.get("nb_element") == "cell_code":
            yield node


def live_chapter(
    document: nodes.document, known: dict[str, Exercise], root: Path, address: str
) -> list[str]:
    """Add the editors' places to a chapter; return the ids of its exercises."""
    found: list[str] = []
    for cell in cells(document):
        text = next((b.astext() for b in cell.findall(nodes.literal_block)), "")
        if text.startswith("progress("):  # counts what happened when the book was built
            cell["classes"].append("page-python-static")
        id = asked_in(cell)
        if id not in known:
            continue
        found.append(id)
        after = cell.parent.index(cell) + 1
        if known[id].needs:
            cell.parent.insert(after, raw(elsewhere(root, known[id], address)))
            continue
        cell["classes"].append("page-python-static")
        place = f'<div class="page-python" data-exercise="{escape(id)}"></div>'
        cell.parent.insert(after, raw(place))
    return found


def add_scratch_and_files(document: nodes.document, chapter: int) -> None:
    """Put the scratch cell before a chapter's exercises, and the answers' files at their head."""
    for section in document.findall(nodes.section):
        title = section.next_node(nodes.title)
        if title is not None and title.astext() == HEADING:
            files = raw(f'<div class="page-python" data-answers="{chapter}"></div>')
            first = section.first_child_matching_class(nodes.section)
            section.insert(len(section) if first is None else first, files)
            scratch = raw(
                '<p class="pp-try"><strong>Try it here.</strong> What this chapter\'s exercises '
                "ask for is at hand by name, as the checkers have it: put numbers in, and look.</p>"
                f'<div class="page-python" data-scratch="{chapter}"></div>'
            )
            section.parent.insert(section.parent.index(section), scratch)
            return


def live_list(document: nodes.document, known: dict[str, Exercise]) -> list[str]:
    """Add a fold with an editor under each table of the page that lists all exercises."""
    found: list[str] = []
    for table in list(document.findall(nodes.table)):
        if "exercises-table" not in table["classes"]:
            continue
        ids = [literal.astext() for literal in table.findall(nodes.literal)]
        tasks = [known[id] for id in ids if id in known and not known[id].needs]
        if not found:
            table.parent.insert(
                table.parent.index(table) - 1,
                raw('<div class="page-python" data-answers=""></div>'),
            )
        found += ids
        folds = "".join(
            f'<details class="pp-fold"><summary>{escape(task.title)}</summary>'
            f"<p>{escape(task.statement)}</p>"
            f'<div class="page-python" data-exercise="{escape(task.id)}"></div></details>'
            for task in tasks
        )
        files = f'<div class="page-python" data-answers="{known[ids[0]].chapter}"></div>'
        table.parent.insert(table.parent.index(table) + 1, raw(folds + files))
    return found


def make_live(app: Sphinx, document: nodes.document, docname: str) -> None:
    """Turn a page's exercises into places for editors, and give the page what it must know."""
    about = manifest(app) if app.builder.format == "html" else None
    if about is None:
        return
    known = {task.id: task for task in exercises_of()}
    source = app.config.html_theme_options.get("repository_url", "")
    if docname.startswith("lectures/"):
        ids = live_chapter(document, known, Path(app.srcdir), source)
        if ids:
            add_scratch_and_files(document, known[ids[0]].chapter)
    else:
        ids = live_list(document, known)
    if not ids:
        return
    is_cdn = app.config.page_python_source == "cdn"
    data = page_data(Path(app.srcdir), [known[id] for id in ids], docname)
    data["book"] = re.sub(r"\W+", "-", str(app.config.project)).strip("-").lower()
    data["packs"] = {n: p for n, p in about["packs"].items() if n == "course" or not is_cdn}
    data["address"] = CDN.format(version=about["version"]) if is_cdn else ""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")  # no tag may end it
    document += raw(f'<script type="application/json" id="page-python-data">{text}</script>')


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Let a page with live exercises load their script and style."""
    if doctree is None or 'id="page-python-data"' not in context.get("body", ""):
        return
    app.add_css_file(f"{FOLDER}/page-python.css")
    app.add_js_file(f"{FOLDER}/page-python.js", loading_method="defer")


def copy_files(app: Sphinx, error: Exception | None) -> None:
    """Lay the script and the packs beside the pages."""
    about = manifest(app)
    if error is not None or app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", FOLDER)
    shutil.rmtree(target, ignore_errors=True)
    shutil.rmtree(Path(app.outdir, "_static", SOURCES), ignore_errors=True)  # empty
    if about is None:
        logger.info("The pages get no Python: their exercises stay as printed.")
        return
    shutil.copytree(site_folder(app), target)
    (target / "manifest.json").unlink()
    if app.config.page_python_source == "cdn":
        for name, pack in about["packs"].items():
            for script in pack["scripts"] if name != "course" else []:
                (target / script).unlink()


def check_source(app: Sphinx, config: Any) -> None:
    """Refuse a source that does not exist, and keep our sources out of the built book."""
    if config.page_python_source not in ("own", "cdn"):
        raise ExtensionError(
            'page_python_source in _config.yml has to be "own" or "cdn", '
            f"got {config.page_python_source!r}"
        )
    config.exclude_patterns.append(f"{SOURCES}/**")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value("page_python_source", "own", "html")
    app.connect("config-inited", check_source, priority=100)
    app.connect("doctree-resolved", make_live)
    app.connect("html-page-context", add_files)
    app.connect("build-finished", copy_files)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
