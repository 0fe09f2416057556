"""The list of chapters on the front page: links to those that exist, names of those to come.

```{chapters}
04_upsampling_family | The upsampling family | one sentence
```
"""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Chapters(SphinxDirective):
    """One line a chapter: slug, title and what it answers, divided by bars."""

    has_content = True

    def title(self, slug: str, name: str) -> nodes.Node:
        """Return a link where the chapter's notebook lies in lectures/, else its plain name."""
        if not Path(self.env.srcdir, "lectures", f"{slug}.ipynb").exists():
            return nodes.inline("", name)
        return nodes.reference("", name, internal=True, refuri=f"../lectures/{slug}.html")

    def run(self) -> list[nodes.Node]:
        """Make the list."""
        chapters = nodes.container(classes=["chapter-list"])
        for line in self.content:
            slug, name, about = (part.strip() for part in line.split("|"))
            number = slug.partition("_")[0]
            text = nodes.paragraph()
            title = nodes.strong()
            title += self.title(slug, name)
            text += [nodes.inline("", number, classes=["chapter-number"]), title]
            if isinstance(title[0], nodes.inline):
                text += nodes.inline("", "to come", classes=["chapter-to-come"])
            parsed, _ = self.parse_inline(about)
            text += nodes.inline("", "", *parsed, classes=["chapter-about"])
            chapters += text
        return [chapters]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("chapters", Chapters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
