"""A picture of windows on pictures: where a search began, and where it ended."""

from collections.abc import Sequence

from jaxtyping import Float
from PIL import Image, ImageDraw
from torch import Tensor

from course_pkg.recipes._core.sheet import paste_panels, photograph

__all__ = ["BoxRow", "picture_of_boxes"]

_GAP = 2
_TRUE, _FOUND = (110, 110, 110), (255, 170, 0)

BoxRow = tuple[
    Float[Tensor, "n 1 h w"], Float[Tensor, "n 4"], Float[Tensor, "n 4"], Float[Tensor, "n 4"]
]


def picture_of_boxes(rows: Sequence[BoxRow], enlarge: int = 1) -> Image.Image:
    """Draw each row twice: with the windows before training, and below with those after.

    Args:
        rows: pictures, true boxes, boxes before and boxes after, in pixels.
        enlarge: pixels of the sheet for one of a picture.

    Returns:
        The sheet: true boxes grey, the network's orange.

    Example:
        >>> box = torch.tensor([[1.0, 1.0, 5.0, 5.0]])
        >>> picture_of_boxes([(torch.rand(1, 1, 8, 8), box, box, box)]).size
        (8, 18)
    """
    panels = [
        [
            _panel(image, true, now, enlarge)
            for image, true, now in zip(images, truth, windows, strict=True)
        ]
        for images, truth, before, after in rows
        for windows in (before, after)
    ]
    return paste_panels(panels, _GAP)


def _panel(
    image: Float[Tensor, "1 h w"], true: Float[Tensor, " 4"], now: Float[Tensor, " 4"], enlarge: int
) -> Image.Image:
    panel = photograph(image)
    panel = panel.resize((panel.width * enlarge, panel.height * enlarge), Image.Resampling.NEAREST)
    paint = ImageDraw.Draw(panel)
    for box, colour in ((true, _TRUE), (now, _FOUND)):
        x0, y0, x1, y1 = (value * enlarge for value in box.tolist())
        paint.rectangle((x0, y0, x1 - 1, y1 - 1), outline=colour)  # a box ends before x1
    return panel
