"""Graves' handwriting network: a soft window that slides along the text while the pen moves.

Before there was attention over words there was this: a few Gaussian bumps that stand on a line of
letters and can only move to the right. At each point of the pen the network decides how far they
move, how wide they are and how much each counts; the letters beneath, weighed, are what it writes.

Source: Graves 2013, Generating sequences with recurrent neural networks, section 5. Lecture 14.
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from course_pkg.models.windows.handwriting.mixture_density import (
    PenMixture,
    decode_mixture,
    sample_pen,
)
from course_pkg.models.windows.handwriting.peephole_lstm import Cell, PeepholeLSTM
from course_pkg.ops._shapes import may_look

__all__ = ["Handwriting", "TextWindow", "Written", "text_window"]


class Written(NamedTuple):
    """What the network says about given pen movements.

    Attributes:
        mixture: for every point the distribution of the next one.
        window: weight of every letter at every point.
        position: where each bump stands on the text; the first letter is at 1.
    """

    mixture: PenMixture
    window: Float[Tensor, "n t u"]
    position: Float[Tensor, "n t k"]


def text_window(
    height: Float[Tensor, "n k"],
    sharpness: Float[Tensor, "n k"],
    position: Float[Tensor, "n k"],
    letters: int,
) -> Float[Tensor, "n {letters}"]:
    """Weigh the letters by a sum of Gaussian bumps; the weights need not add up to one.

    Args:
        height: of each bump, positive.
        sharpness: of each bump, positive: one half over its variance.
        position: of each bump; letter u, counted from 1, lies at u.
        letters: length of the text.

    Returns:
        A weight for every letter.

    Source: Graves 2013, equation 46.

    Example:
        >>> one = torch.ones(1, 1)
        >>> text_window(one, 999 * one, 2 * one, letters=3)
        tensor([[0., 1., 0.]])
    """
    places = torch.arange(1, letters + 1, dtype=position.dtype, device=position.device)
    squared = (position[..., None] - places).square()
    return (height[..., None] * torch.exp(-sharpness[..., None] * squared)).sum(1)


class TextWindow(nn.Module):
    """Move the bumps on, and read the letters under them.

    Args:
        hidden: numbers in the state that decides.
        bumps: how many Gaussians.
    """

    def __init__(self, hidden: int, bumps: int) -> None:
        super().__init__()
        self.decide = nn.Linear(hidden, 3 * bumps)
        with torch.no_grad():
            # A letter takes some fifteen points; without this the window would be through a word
            # before its first letter is written.
            self.decide.bias.view(3, bumps)[2] = -3.0

    def forward(
        self, state: Float[Tensor, "n d"], position: Float[Tensor, "n k"], letters: int
    ) -> tuple[Float[Tensor, "n letters"], Float[Tensor, "n k"]]:
        """Take one step.

        Args:
            state: of the first layer.
            position: of the bumps before.
            letters: length of the text.

        Returns:
            Weights of the letters, and the new positions, never to the left of the old ones.
        """
        height, sharpness, move = self.decide(state).exp().chunk(3, dim=1)
        position = position + move
        return text_window(height, sharpness, position, letters), position


class Handwriting(nn.Module):
    """Text in, pen movements out.

    The first layer places the window, the second reads movement, letters and first layer, and both
    decide where the pen goes. The paper has three layers of 400, 10 bumps and 20 components.

    Args:
        num_letters: size of the alphabet.
        hidden: numbers in the state of each layer.
        bumps: Gaussians of the window, k.
        components: Gaussians of the next point, m.
        layers: LSTM layers above the first, at least 1.

    Raises:
        ValueError: if a number is below 1.

    Example:
        >>> model = Handwriting(26, hidden=16, bumps=2, components=3)
        >>> text = torch.tensor([[7, 8]])
        >>> written = model(torch.zeros(1, 9, 3), text, torch.ones(1, 2, dtype=torch.bool))
        >>> written.window.shape, written.mixture.mean.shape
        (torch.Size([1, 9, 2]), torch.Size([1, 9, 3, 2]))
    """

    def __init__(
        self,
        num_letters: int,
        hidden: int = 400,
        bumps: int = 10,
        components: int = 20,
        layers: int = 2,
    ) -> None:
        super().__init__()
        if min(num_letters, hidden, bumps, components, layers) < 1:
            raise ValueError(
                "Handwriting: num_letters, hidden, bumps, components and layers must be at least "
                f"1, got {num_letters}, {hidden}, {bumps}, {components} and {layers}"
            )
        self.num_letters, self.bumps, self.hidden = num_letters, bumps, hidden
        self.first = PeepholeLSTM(3 + num_letters, hidden)
        self.window = TextWindow(hidden, bumps)
        self.above = nn.ModuleList(
            PeepholeLSTM(3 + num_letters + hidden, hidden) for _ in range(layers)
        )
        self.say = nn.Linear((layers + 1) * hidden, 6 * components + 1)

    def forward(
        self,
        points: Float[Tensor, "n t 3"],
        text: Int[Tensor, "n u"],
        text_mask: Bool[Tensor, "n u"],
    ) -> Written:
        """Predict every next point of given writings.

        Args:
            points: movements and pen; the prediction at t is about point t + 1.
            text: numbers of the letters.
            text_mask: which letters there are.

        Returns:
            Predictions, and where the window stood.
        """
        letters = self._one_hot(text, text_mask)
        state, seen, position = self._start(points, len(points))
        states, windows, positions, reads = [], [], [], []
        for point in points.unbind(1):
            state, seen, weights, position = self._look(point, state, seen, position, letters)
            states.append(state[0])
            windows.append(weights)
            positions.append(position)
            reads.append(seen)
        outputs = [torch.stack(states, dim=1)]
        for layer in self.above:
            inputs = torch.cat([points, torch.stack(reads, dim=1), outputs[-1]], dim=2)
            outputs.append(layer(inputs)[0])
        mixture = decode_mixture(self.say(torch.cat(outputs, dim=2)))
        return Written(mixture, torch.stack(windows, dim=1), torch.stack(positions, dim=1))

    @torch.no_grad()
    def write(
        self,
        text: Int[Tensor, " u"],
        generator: torch.Generator | None = None,
        bias: float = 0.0,
        most_points: int = 400,
        prime: tuple[Float[Tensor, "before 3"], Int[Tensor, " said"]] | None = None,
    ) -> tuple[Float[Tensor, "t 3"], Float[Tensor, "t u"]]:
        """Write a text by hand.

        The pen stops when the window lies behind the text: when a letter after the last one, if
        there were one, would weigh more than every letter.

        Args:
            text: numbers of the letters.
            generator: of the random numbers, on the model's device; None = torch's own.
            bias: tidiness, see `sample_pen`.
            most_points: stop here at the latest.
            prime: writing to go on from and the letters in it: the text comes out in that hand.

        Returns:
            Movements and pen, and the window over the text at every point; without the prime.

        Source: Graves 2013, sections 5.3 to 5.5.
        """
        point = self.say.weight.new_zeros(1, 3)
        whole = text
        if prime is not None:  # the network reads what was written as if it had written it
            point = torch.cat([point, prime[0].to(point)])
            whole = torch.cat([prime[1].to(text), text])
        known = torch.ones_like(whole, dtype=torch.bool)[None]
        # One empty place behind the text: it reads as nothing and tells when to stop.
        letters = F.pad(self._one_hot(whole[None], known), (0, 0, 0, 1))
        *before, point = point[:, None]
        state, seen, position = self._start(point, 1)
        above: list[Cell | None] = [None] * len(self.above)
        points, windows = [], []
        while len(points) < most_points:
            read = before.pop(0) if before else point
            state, seen, weights, position = self._look(read, state, seen, position, letters)
            outputs = [state[0]]
            for number, layer in enumerate(self.above):
                inputs = torch.cat([read, seen, outputs[-1]], dim=1)[:, None]
                output, above[number] = layer(inputs, above[number])
                outputs.append(output[:, 0])
            if read is not point:
                continue
            point = sample_pen(decode_mixture(self.say(torch.cat(outputs, dim=1))), generator, bias)
            points.append(point[0])
            windows.append(weights[0, len(whole) - len(text) : -1])
            if int(weights.argmax()) == len(whole):
                break
        return torch.stack(points), torch.stack(windows)

    def _one_hot(self, text: Tensor, mask: Tensor) -> Tensor:
        look = may_look(text) and text.numel() > 0
        if look and not 0 <= int(text.min()) <= int(text.max()) < self.num_letters:
            raise ValueError(
                f"Handwriting: letters must be from 0 to {self.num_letters - 1}, got "
                f"{int(text.min())} to {int(text.max())}"
            )
        return F.one_hot(text, self.num_letters).to(self.say.weight) * mask[..., None]

    def _start(self, like: Tensor, n: int) -> tuple[Cell, Tensor, Tensor]:
        seen, position = like.new_zeros(n, self.num_letters), like.new_zeros(n, self.bumps)
        return self.first.start(n), seen, position

    def _look(
        self,
        point: Tensor,
        state: Cell,
        seen: Tensor,
        position: Tensor,
        letters: Tensor,
    ) -> tuple[Cell, Tensor, Tensor, Tensor]:
        """One step of the first layer and its window."""
        state = self.first.step(self.first.input(torch.cat([point, seen], dim=1)), state)
        weights, position = self.window(state[0], position, letters.shape[1])
        return state, torch.einsum("nu,nua->na", weights, letters), weights, position
