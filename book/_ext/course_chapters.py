"""The list of chapters on the front page, each with the title that its notebook gives it.

```{chapters}
04_upsampling_family | one sentence
```
"""

import json
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


def first_heading(notebook: Path) -> tuple[str, str]:
    """Read a chapter's number and title from its first line, ``# 4. The upsampling family``."""
    cell = json.loads(notebook.read_text("utf8"))["cells"][0]
    number, _, title = "".join(cell["source"]).partition("\n")[0].removeprefix("# ").partition(". ")
    return number, title


class Chapters(SphinxDirective):
    """One line a chapter: slug and what it answers, divided by a bar."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        chapters = nodes.container(classes=["chapter-list"])
        for line in self.content:
            slug, about = (part.strip() for part in line.split("|"))
            path = Path(self.env.srcdir, "lectures", f"{slug}.ipynb")
            self.env.note_dependency(str(path))
            number, name = first_heading(path)
            text = nodes.paragraph()
            title = nodes.strong()
            title += nodes.reference("", name, internal=True, refuri=f"../lectures/{slug}.html")
            text += [nodes.inline("", number.zfill(2), classes=["chapter-number"]), title]
            parsed, _ = self.parse_inline(about)
            text += nodes.inline("", "", *parsed, classes=["chapter-about"])
            chapters += text
        return [chapters]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("chapters", Chapters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
