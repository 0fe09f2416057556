"""DRAW: paint a picture in many small steps, looking again at what is still missing.

A variational auto-encoder that runs in time. At every step the encoder reads the picture and the
canvas's error, a few random numbers pass what it found to the decoder, and the decoder adds
something to the canvas. To make a new picture the encoder is left out and the random numbers come
from the prior. With windows for reading and writing every step concerns one region, chosen by the
network and differentiable.

Source: Gregor, Danihelka, Graves, Rezende, Wierstra 2015, DRAW: A recurrent neural network for
image generation, sections 2 and 3. Lecture 14.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.windows.draw.bound import DrawSteps, gaussian_kl
from course_pkg.models.windows.draw.read_write import WholeRead, WholeWrite, WindowRead, WindowWrite
from course_pkg.ops import DrawWindow

__all__ = [
    "DRAW",
    "DrawSample",
    "draw_with_windows",
    "draw_without_windows",
]

State = tuple[Tensor, Tensor]


class DrawSample(NamedTuple):
    """Pictures that the model made up.

    Attributes:
        canvases: logits of every pixel after each step.
        written: where the canvas was changed at each step.
    """

    canvases: Float[Tensor, "t n 1 h w"]
    written: tuple[DrawWindow | None, ...]


class DRAW(nn.Module):
    """The recurrent auto-encoder; readers and writers decide whether it has windows.

    Args:
        read: maps (image, error, decoder state) to numbers and a window; has ``out_features``.
        write: maps a decoder state to logits to add and a window; has ``size``.
        hidden: numbers in the state of encoder and of decoder.
        latent: random numbers a step.
        steps: how often the canvas is changed.

    Raises:
        ValueError: if a number is below 1.
    """

    def __init__(
        self,
        read: WholeRead | WindowRead,
        write: WholeWrite | WindowWrite,
        hidden: int = 256,
        latent: int = 100,
        steps: int = 64,
    ) -> None:
        super().__init__()
        if min(hidden, latent, steps) < 1:
            raise ValueError(
                "DRAW: hidden, latent and steps must be at least 1, got "
                f"{hidden}, {latent} and {steps}"
            )
        self.read, self.write = read, write
        self.steps, self.latent_size = steps, latent
        self.encoder = nn.LSTMCell(read.out_features + hidden, hidden)
        self.latent = nn.Linear(hidden, 2 * latent)
        self.decoder = nn.LSTMCell(latent, hidden)
        # What the states and the canvas are before the first step is learned.
        self.encoder_start = nn.Parameter(torch.zeros(2, hidden))
        self.decoder_start = nn.Parameter(torch.zeros(2, hidden))
        self.canvas_start = nn.Parameter(torch.zeros(1, *write.size))

    def forward(
        self, images: Float[Tensor, "n 1 h w"], generator: torch.Generator | None = None
    ) -> DrawSteps:
        """Draw given pictures, and say what it took.

        Args:
            images: of zeros and ones.
            generator: of the random numbers, on the images' device; None = torch's own.

        Returns:
            Canvases, nats and windows of every step.

        Raises:
            ValueError: if the pictures are not of the size the model is for.
        """
        if images.shape[2:] != self.canvas_start.shape[1:]:
            raise ValueError(
                f"DRAW: this model draws pictures of {tuple(self.canvas_start.shape[1:])} pixels, "
                f"got {tuple(images.shape[2:])}; resize them, or build another"
            )
        n = len(images)
        canvas, decoder = self._start(n)
        encoder = _expand(self.encoder_start, n)
        canvases, kl, seen, written = [], [], [], []
        for _ in range(self.steps):
            error = images - canvas.sigmoid()
            glimpse, window = self.read(images, error, decoder[0])
            encoder = self.encoder(torch.cat([glimpse, decoder[0]], dim=1), encoder)
            mean, log_sigma = self.latent(encoder[0]).chunk(2, dim=1)
            # New random numbers at every step: with the same ones again the steps would not be
            # independent given the past, and the sum of their nats no bound.
            z = mean + log_sigma.exp() * _normal(mean, generator)
            canvas, decoder, target = self._paint(canvas, z, decoder)
            canvases.append(canvas)
            kl.append(gaussian_kl(mean, log_sigma))
            seen.append(window)
            written.append(target)
        return DrawSteps(torch.stack(canvases), torch.stack(kl), tuple(seen), tuple(written))

    def sample(self, count: int, generator: torch.Generator | None = None) -> DrawSample:
        """Make up pictures: the decoder alone, fed from the prior.

        Args:
            count: how many.
            generator: of the random numbers, on the model's device; None = torch's own.

        Returns:
            Canvases and windows of every step; ``canvases[-1].sigmoid()`` are the pictures.
        """
        canvas, decoder = self._start(count)
        canvases, written = [], []
        for _ in range(self.steps):
            z = _normal(self.canvas_start.new_empty(count, self.latent_size), generator)
            canvas, decoder, target = self._paint(canvas, z, decoder)
            canvases.append(canvas)
            written.append(target)
        return DrawSample(torch.stack(canvases), tuple(written))

    def _start(self, n: int) -> tuple[Tensor, State]:
        return self.canvas_start.expand(n, 1, -1, -1), _expand(self.decoder_start, n)

    def _paint(
        self, canvas: Tensor, z: Tensor, decoder: State
    ) -> tuple[Tensor, State, DrawWindow | None]:
        decoder = self.decoder(z, decoder)
        added, window = self.write(decoder[0])
        return canvas + added, decoder, window


def draw_with_windows(
    size: tuple[int, int] = (28, 28),
    read_size: int = 2,
    write_size: int = 5,
    hidden: int = 256,
    latent: int = 100,
    steps: int = 64,
) -> DRAW:
    """Build DRAW with attention; the defaults are the paper's for binarised MNIST.

    Args:
        size: height and width of the pictures.
        read_size: cells along a side of the window that reads.
        write_size: cells along a side of the window that writes.
        hidden: numbers in each state.
        latent: random numbers a step.
        steps: how often the canvas is changed.

    Returns:
        The model.

    Source: Gregor et al. 2015, DRAW, section 3.2 and table 3.

    Example:
        >>> model = draw_with_windows((8, 8), 2, 3, hidden=16, latent=4, steps=5)
        >>> model(torch.zeros(2, 1, 8, 8)).canvases.shape
        torch.Size([5, 2, 1, 8, 8])
    """
    read = WindowRead(size, read_size, hidden)
    return DRAW(read, WindowWrite(size, write_size, hidden), hidden, latent, steps)


def draw_without_windows(
    size: tuple[int, int] = (28, 28), hidden: int = 256, latent: int = 100, steps: int = 64
) -> DRAW:
    """Build DRAW without attention: every step reads and writes all pixels.

    Args:
        size: height and width of the pictures.
        hidden: numbers in each state.
        latent: random numbers a step.
        steps: how often the canvas is changed.

    Returns:
        The model.

    Source: Gregor et al. 2015, DRAW, section 3.1.

    Example:
        >>> draw_without_windows((8, 8), hidden=16, latent=4, steps=2).sample(3).canvases.shape
        torch.Size([2, 3, 1, 8, 8])
    """
    return DRAW(WholeRead(size), WholeWrite(size, hidden), hidden, latent, steps)


def _expand(start: Tensor, n: int) -> State:
    hidden, cell = start.unbind()
    return hidden.expand(n, -1), cell.expand(n, -1)


def _normal(like: Tensor, generator: torch.Generator | None) -> Tensor:
    return torch.randn(like.shape, generator=generator, dtype=like.dtype, device=like.device)
