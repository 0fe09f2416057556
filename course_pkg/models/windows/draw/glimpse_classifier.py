"""A classifier that never sees the whole picture at once: a few glimpses, then an answer.

DRAW's reading window alone, without drawing anything. The network places a window, reads a small
patch, remembers, and places the next one. After the last glimpse it names the digit. Everything is
differentiable, so that where to look is learned from the answer's loss and nothing else. Gregor et
al. 2015, DRAW, section 4.1; lecture 14.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.ops import DrawWindow, decode_window, read_window, window_filters

__all__ = ["GlimpseAnswer", "GlimpseClassifier"]


class GlimpseAnswer(NamedTuple):
    """What the classifier says, and where it looked.

    Attributes:
        logits: of the classes, after the last glimpse.
        windows: one a glimpse.
        patches: what it saw through them.
    """

    logits: Float[Tensor, "n k"]
    windows: tuple[DrawWindow, ...]
    patches: Float[Tensor, "t n 1 p p"]


class GlimpseClassifier(nn.Module):
    """An LSTM that reads a picture through windows it places itself.

    Args:
        size: height and width of the pictures.
        num_classes: number of classes, k.
        glimpses: how many windows.
        patch_size: cells along a side of a window, at least 2.
        hidden: numbers in the state.

    Raises:
        ValueError: if there is no glimpse or no class.

    Example:
        >>> answer = GlimpseClassifier((60, 60), glimpses=3)(torch.zeros(2, 1, 60, 60))
        >>> answer.logits.shape, answer.patches.shape
        (torch.Size([2, 10]), torch.Size([3, 2, 1, 12, 12]))
    """

    def __init__(
        self,
        size: tuple[int, int],
        num_classes: int = 10,
        glimpses: int = 8,
        patch_size: int = 12,
        hidden: int = 256,
    ) -> None:
        super().__init__()
        if min(glimpses, num_classes, hidden) < 1:
            raise ValueError(
                "GlimpseClassifier: num_classes, glimpses and hidden must be at least 1, got "
                f"{num_classes}, {glimpses} and {hidden}"
            )
        self.size, self.patch_size, self.glimpses = size, patch_size, glimpses
        self.where = nn.Linear(hidden, 5)
        # At first every glimpse is the whole picture, blurred: from there a gradient can tell which
        # part is worth a closer look. A small window at a random place mostly sees nothing.
        nn.init.zeros_(self.where.bias)
        nn.init.normal_(self.where.weight, std=0.01)
        self.see = nn.Linear(patch_size**2, hidden)
        self.memory = nn.LSTMCell(hidden, hidden)
        self.start = nn.Parameter(torch.zeros(2, hidden))
        self.answer = nn.Linear(hidden, num_classes)

    def forward(self, images: Float[Tensor, "n 1 h w"]) -> GlimpseAnswer:
        """Look ``glimpses`` times and answer.

        Args:
            images: grey pictures in [0, 1].

        Returns:
            Logits, windows and patches.

        Raises:
            ValueError: if the pictures are not of the size the model is for.
        """
        if images.shape[2:] != self.size:
            raise ValueError(
                f"GlimpseClassifier: this model looks at pictures of {self.size} pixels, got "
                f"{tuple(images.shape[2:])}; resize them, or build another"
            )
        hidden, cell = (part.expand(len(images), -1) for part in self.start)
        windows, patches = [], []
        for _ in range(self.glimpses):
            window = decode_window(self.where(hidden), self.size, self.patch_size)
            rows, columns = window_filters(window, self.patch_size, self.size)
            patch = read_window(images, rows, columns, window.intensity)
            hidden, cell = self.memory(self.see(patch.flatten(1)).relu(), (hidden, cell))
            windows.append(window)
            patches.append(patch)
        return GlimpseAnswer(self.answer(hidden), tuple(windows), torch.stack(patches))
