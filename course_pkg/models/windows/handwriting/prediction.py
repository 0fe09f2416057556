"""Graves' first network for the pen: it writes on and on, and knows no text.

It only ever learns what the pen may do next. What comes out looks like handwriting and says
nothing; the letters that it means are its own. The network with the window is this one, told what
to write.

Source: Graves 2013, Generating sequences with recurrent neural networks, section 4. Lecture 14.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.windows.handwriting.mixture_density import (
    PenMixture,
    decode_mixture,
    sample_pen,
)
from course_pkg.models.windows.handwriting.peephole_lstm import Cell, PeepholeLSTM

__all__ = ["PenPredictor"]


class PenPredictor(nn.Module):
    """Pen movements in, what the pen may do next out.

    Every layer sees the movement as well as the layer below, and the output sees all layers. The
    paper has three layers of 400 (or one of 900) and 20 components.

    Args:
        hidden: numbers in the state of each layer.
        components: Gaussians of the next point.
        layers: LSTM layers.

    Raises:
        ValueError: if a number is below 1.

    Example:
        >>> PenPredictor(hidden=8, components=3)(torch.zeros(2, 9, 3)).mean.shape
        torch.Size([2, 9, 3, 2])
    """

    def __init__(self, hidden: int = 400, components: int = 20, layers: int = 3) -> None:
        super().__init__()
        if min(hidden, components, layers) < 1:
            raise ValueError(
                "PenPredictor: hidden, components and layers must be at least 1, got "
                f"{hidden}, {components} and {layers}"
            )
        self.layers = nn.ModuleList(
            PeepholeLSTM(3 + hidden * (number > 0), hidden) for number in range(layers)
        )
        self.say = nn.Linear(layers * hidden, 6 * components + 1)

    def forward(self, points: Float[Tensor, "n t 3"]) -> PenMixture:
        """Predict every next point of given writings.

        Args:
            points: movements and pen; the prediction at t is about point t + 1.

        Returns:
            Predictions.
        """
        return self._read(points, [None] * len(self.layers))[0]

    @torch.no_grad()
    def write(
        self,
        count: int,
        generator: torch.Generator | None = None,
        bias: float = 0.0,
        prime: Float[Tensor, "before 3"] | None = None,
    ) -> Float[Tensor, "{count} 3"]:
        """Let the pen go where it likes.

        Args:
            count: of points.
            generator: of the random numbers, on the model's device; None = torch's own.
            bias: tidiness, see `sample_pen`.
            prime: writing to go on from, in its hand.

        Returns:
            Movements and pen, without those of the prime.

        Source: Graves 2013, section 4.3.
        """
        point = self.say.weight.new_zeros(1, 3)
        if prime is not None:
            point = torch.cat([point, prime.to(point)])
        cells: list[Cell | None] = [None] * len(self.layers)
        points = []
        for _ in range(count):
            mixture, cells = self._read(point[None], cells)
            last = PenMixture(*(part[:, -1] for part in mixture))
            point = sample_pen(last, generator, bias)
            points.append(point[0])
        return torch.stack(points)

    def _read(
        self, points: Tensor, cells: list[Cell | None]
    ) -> tuple[PenMixture, list[Cell | None]]:
        outputs, after = [], []
        for layer, cell in zip(self.layers, cells, strict=True):
            states, cell = layer(torch.cat([points, *outputs[-1:]], dim=2), cell)
            outputs.append(states)
            after.append(cell)
        return decode_mixture(self.say(torch.cat(outputs, dim=2))), after
