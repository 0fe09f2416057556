"""A sheet of written words, one below the other."""

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from course_pkg.data import pen_positions

__all__ = ["picture_of_writing", "sample_words"]


def sample_words(alphabet: str, longest: int) -> list[str]:
    """Four words for a picture: real ones if the alphabet has their letters, else drawn ones.

    Args:
        alphabet: letters that may occur.
        longest: letters of a drawn word.

    Returns:
        The words, always the same.

    Example:
        >>> sample_words("strokelwindaf", 2)[:2]
        ['attention', 'window']
    """
    rng = np.random.default_rng(5)
    known = [w for w in ("attention", "window", "stroke", "letter") if set(w) <= set(alphabet)]
    more = ["".join(rng.choice(list(alphabet), longest)) for _ in range(4)]
    return (known + more)[:4]


def picture_of_writing(writings: list[Tensor]) -> Image.Image:
    """Lines on white paper, one word below the other, each as large as its row allows.

    Args:
        writings: pen movements (t, 3) of each word.

    Returns:
        The sheet.
    """
    fine = 3  # drawn larger and shrunk: soft edges
    width, height, margin = 320 * fine, 80 * fine, 10 * fine
    sheet = Image.new("L", (width, height * len(writings)), 255)
    pen = ImageDraw.Draw(sheet)
    for row, points in enumerate(writings):
        lines = pen_positions(points.cpu())
        places = torch.cat(lines)
        low, high = places.amin(0), places.amax(0)
        room = torch.tensor([width, height]) - 2.0 * margin
        scale = min(6.0 * fine, float((room / (high - low).clamp(min=1e-6)).min()))
        middle = height * (row + 0.5) + scale * float(low[1] + high[1]) / 2
        for line in lines:
            x, y = margin + scale * (line[:, 0] - low[0]), middle - scale * line[:, 1]
            dots = list(zip(x.tolist(), y.tolist(), strict=True))
            if len(dots) == 1:  # as above an i
                pen.circle(dots[0], 1.5 * fine, fill=0)
            pen.line(dots, fill=0, width=2 * fine, joint="curve")
    return sheet.resize((width // fine, sheet.height // fine), Image.Resampling.LANCZOS)
