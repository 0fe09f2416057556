"""Boxes and arrows as SVG inside the page: sharp at any size, and dark where the page is dark.

Lines and letters take the page's own colour; the tints are see-through. Keep a diagram narrow, some
five units, and let it grow downwards: a phone shows it whole.
"""

import html
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from IPython.display import HTML

__all__ = ["Arrow", "Box", "show_diagram"]

_UNIT = 100  # of the drawing's own lengths
_LINE = 17
_TINTS = {"data": "#0072B2", "net": "#009E73", "choice": "#D55E00", "plain": "#888888"}


@dataclass(frozen=True)
class Box:
    """A box of a diagram.

    Attributes:
        x: of its middle, in units from the left.
        y: of its middle, in units from the top.
        text: in it; a line break starts a new line.
        kind: "data", "net", "choice" or "plain" decide the tint.
        width: in units.
        height: in units.
    """

    x: float
    y: float
    text: str
    kind: Literal["data", "net", "choice", "plain"] = "data"
    width: float = 1.4
    height: float = 0.6


@dataclass(frozen=True)
class Arrow:
    """An arrow from one box to another.

    Attributes:
        start: name of the box that it leaves.
        end: name of the box that it points at.
        text: beside its middle.
        bend: how far its middle is pushed to the left of its way, in units.
        dashed: draw it dashed.
    """

    start: str
    end: str
    text: str = ""
    bend: float = 0.0
    dashed: bool = False


def show_diagram(boxes: Mapping[str, Box], arrows: Sequence[Arrow], alt: str) -> HTML:
    """Draw boxes and the arrows between them.

    Args:
        boxes: by the names that the arrows use.
        arrows: between them.
        alt: what the diagram says, for readers who do not see it.

    Returns:
        The drawing; as a cell's last line it is shown.

    Raises:
        ValueError: if there is no box, or an arrow names one that does not exist.

    Example:
        >>> boxes = {"a": Box(1, 0.5, "picture"), "b": Box(1, 1.6, "map", "net")}
        >>> "<svg" in show_diagram(boxes, [Arrow("a", "b")], "A picture becomes a map.").data
        True
    """
    if not boxes:
        raise ValueError("show_diagram: expected at least one box, got none")
    for arrow in arrows:
        for name in (arrow.start, arrow.end):
            if name not in boxes:
                raise ValueError(
                    f"show_diagram: an arrow names {name!r}, but there are {list(boxes)}"
                )
    wide = max(box.x + box.width / 2 for box in boxes.values()) + 0.1
    high = max(box.y + box.height / 2 for box in boxes.values()) + 0.1
    # Markers are found by id in the whole page: each drawing needs its own.
    mark = f"tip{zlib.crc32(alt.encode()):x}"
    parts = [_arrow(boxes[a.start], boxes[a.end], a, mark) for a in arrows]
    parts += [_box(box) for box in boxes.values()]
    tip = (
        f'<marker id="{mark}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" '
        'fill="currentColor"/></marker>'
    )
    size = f"{wide * _UNIT:.0f} {high * _UNIT:.0f}"
    return HTML(
        f'<svg viewBox="0 0 {size}" role="img" aria-label="{html.escape(alt)}" '
        f'style="width:100%;max-width:{wide * _UNIT * 1.15:.0f}px;'
        'height:auto;overflow:visible;color:inherit" '
        f'font-family="inherit" font-size="15"><defs>{tip}</defs>{"".join(parts)}</svg>'
    )


def _box(box: Box) -> str:
    x, y = (box.x - box.width / 2) * _UNIT, (box.y - box.height / 2) * _UNIT
    tint = _TINTS[box.kind]
    frame = (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{box.width * _UNIT:.0f}" '
        f'height="{box.height * _UNIT:.0f}" rx="8" fill="{tint}" fill-opacity=".16" '
        f'stroke="{tint}" stroke-width="1.5"/>'
    )
    return frame + _text(box.x * _UNIT, box.y * _UNIT, box.text)


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    lines = text.split("\n")
    top = y - (len(lines) - 1) * _LINE / 2 + 5
    return "".join(
        f'<text x="{x:.0f}" y="{top + i * _LINE:.0f}" text-anchor="{anchor}" '
        f'fill="currentColor">{html.escape(line)}</text>'
        for i, line in enumerate(lines)
    )


def _edge(box: Box, towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line from a box's middle towards a point leaves the box."""
    dx, dy = towards[0] - box.x, towards[1] - box.y
    steps = [
        half / abs(d) for half, d in ((box.width / 2, dx), (box.height / 2, dy)) if abs(d) > 1e-9
    ]
    reach = min(steps, default=0.0)
    return box.x + reach * dx, box.y + reach * dy


def _arrow(start: Box, end: Box, arrow: Arrow, mark: str) -> str:
    dx, dy = end.x - start.x, end.y - start.y
    length = max((dx * dx + dy * dy) ** 0.5, 1e-9)
    push = (arrow.bend * dy / length, -arrow.bend * dx / length)
    if arrow.bend:  # towards where the curve goes first
        aim = ((start.x + end.x) / 2 + push[0], (start.y + end.y) / 2 + push[1])
        (x0, y0), (x1, y1) = _edge(start, aim), _edge(end, aim)
    else:
        (x0, y0), (x1, y1) = _edge(start, (end.x, end.y)), _edge(end, (start.x, start.y))
    middle = ((x0 + x1) / 2 + push[0], (y0 + y1) / 2 + push[1])
    # A quadratic curve passes halfway to its control point, so that lies twice as far out.
    control = (middle[0] + push[0], middle[1] + push[1])
    points = [f"{v * _UNIT:.0f}" for v in (x0, y0, *control, x1, y1)]
    dash = ' stroke-dasharray="6 5"' if arrow.dashed else ""
    line = (
        f'<path d="M{points[0]} {points[1]}Q{points[2]} {points[3]} {points[4]} {points[5]}" '
        f'fill="none" stroke="currentColor" stroke-width="1.6"{dash} marker-end="url(#{mark})"/>'
    )
    if not arrow.text:
        return line
    # Beside the middle, on the outer side of the bend, and written away from the line.
    outwards = -1 if arrow.bend < 0 else 1
    side = (outwards * dy / length, -outwards * dx / length)
    anchor = "start" if side[0] > 0.3 else "end" if side[0] < -0.3 else "middle"
    x, y = (m * _UNIT + 13 * s for m, s in zip(middle, side, strict=True))
    return line + _text(x, y, arrow.text, anchor)
