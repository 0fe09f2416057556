"""A small card: the same few lines as HTML for a page and as plain text for everything else.

The HTML takes text colour from its surroundings and only adds an edge and a faint tint, so it reads
in light and dark themes. Every value is escaped. Nothing in it changes from run to run.
"""

import re
from dataclasses import dataclass
from html import escape
from typing import Literal

__all__ = ["Card", "Tone"]

Tone = Literal["good", "bad", "plain"]

# The tone is never told by colour alone: the heading says it in words.
_EDGE = {"good": "#2e9e5b", "bad": "#d9534f", "plain": "#7f8c9b"}
_TINT = {
    "good": "rgba(46,158,91,.10)",
    "bad": "rgba(217,83,79,.10)",
    "plain": "rgba(127,140,155,.10)",
}
_CODE = re.compile(r"`([^`\n]+)`")
_MONO = "font-family:monospace;white-space:pre-wrap;overflow-wrap:anywhere"


@dataclass(frozen=True)
class Card:
    """A heading and rows under it.

    Args:
        subject: what the card is about, such as an exercise's id.
        heading: the news, in a word or two.
        rows: pairs of label and text; a row without a label is a sentence, in which `this` is code;
            one with a label shows its text as code.
        tone: good, bad or plain.
    """

    subject: str
    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    tone: Tone = "plain"

    def __repr__(self) -> str:
        lines = [f"{self.subject}: {self.heading}"]
        width = max((len(label) for label, _ in self.rows), default=0)
        for label, text in self.rows:
            first = f"  {label:<{width}}  " if label else "  "
            rest = " " * len(first)
            lines += [
                f"{first if i == 0 else rest}{line}".rstrip()
                for i, line in enumerate(text.splitlines())
            ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        name = escape(f"{self.subject}: {self.heading}", quote=True)
        style = (
            f"border-left:4px solid {_EDGE[self.tone]};background:{_TINT[self.tone]};"
            "padding:.5em .9em;margin:.3em 0;border-radius:3px;color:inherit"
        )
        rows = "".join(_row(label, text) for label, text in self.rows)
        return (
            f'<div class="course-card" role="group" aria-label="{name}" style="{style}">'
            f'<div><span style="font-family:monospace">{escape(self.subject)}</span>: '
            f"<strong>{escape(self.heading)}</strong></div>{rows}</div>"
        )


def _row(label: str, text: str) -> str:
    if not label:
        body = _CODE.sub(r"<code>\1</code>", escape(text)).replace("\n", "<br>")
        return f'<div style="margin-top:.35em">{body}</div>'
    return (
        f'<div style="margin-top:.35em;display:flex;flex-wrap:wrap;gap:0 .8em">'
        f'<span style="min-width:6em">{escape(label)}</span>'
        f'<span style="{_MONO}">{escape(text)}</span></div>'
    )
