"""The gated recurrent unit of the translation papers, step by step and over whole sentences.

Two gates decide, for each of the n numbers of the state, how much of it is read and how much of it
is replaced. torch's ``nn.GRU`` computes something close but not the same: there z keeps the old
state (here z brings the new one), and there r scales a product that was already computed (here
r scales the state before the product).

Source: Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder, section 2.3;
Bahdanau, Cho, Bengio 2015, appendix A.1.1 and A.2.1. Lecture 12.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

__all__ = ["GRU", "BidirectionalGRU", "gru_step"]


def gru_step(
    state: Float[Tensor, "n d"],
    inputs: Float[Tensor, "n 3*d"],
    gate_weight: Float[Tensor, "2*d d"],
    candidate_weight: Float[Tensor, "d d"],
) -> Float[Tensor, "n d"]:
    """Take one step: z and r look at the old state, the candidate at what r lets through of it.

    z = sigmoid(x_z + U_z s), r = sigmoid(x_r + U_r s), s~ = tanh(x_s + U (r * s)), and the new
    state is (1 - z) * s + z * s~.

    Args:
        state: s, from the step before.
        inputs: x_z, x_r and x_s side by side: what the step's input adds to each.
        gate_weight: U_z above U_r.
        candidate_weight: U.

    Returns:
        The new state.

    Raises:
        ValueError: if ``inputs`` is not three times as wide as the state.

    Source: Bahdanau et al. 2015, appendix A.1.1.

    Example:
        >>> zero, one = torch.zeros(2, 1), torch.zeros(1, 1)
        >>> x = torch.tensor([[0.0, 0.0, 20.0]])  # both gates half open, the candidate is 1
        >>> gru_step(torch.tensor([[0.5]]), x, zero, one)
        tensor([[0.7500]])
    """
    d = state.shape[-1]
    if inputs.shape[-1] != 3 * d:  # a candidate of one number would spread over all d
        raise ValueError(
            f"gru_step: inputs must be 3 x {d} wide for states of {d} numbers (for z, r and the "
            f"candidate), got {inputs.shape[-1]}"
        )
    gates = torch.sigmoid(inputs[:, : 2 * d] + state @ gate_weight.T)
    z, r = gates[:, :d], gates[:, d:]
    candidate = torch.tanh(inputs[:, 2 * d :] + (r * state) @ candidate_weight.T)
    return state + z * (candidate - state)


class GRU(nn.Module):
    """The weights of one unit, and the loop over a sentence.

    The input's part of all three sums does not depend on the state, so it is computed for all
    steps at once (`project`), and only the rest waits for its turn (`step`).

    Glossary of shapes: n sentences, t words, c numbers an input, d numbers a state.

    Args:
        in_channels: c.
        hidden: d.
    """

    def __init__(self, in_channels: int, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        self.input = nn.Linear(in_channels, 3 * hidden)
        self.gate_weight = nn.Parameter(torch.empty(2 * hidden, hidden))
        self.candidate_weight = nn.Parameter(torch.empty(hidden, hidden))
        for square in (*self.gate_weight.data.split(hidden), self.candidate_weight.data):
            nn.init.orthogonal_(square)
        nn.init.zeros_(self.input.bias)

    def project(self, x: Float[Tensor, "*batch c"]) -> Float[Tensor, "*batch d3"]:
        """What inputs add to z, r and the candidate, side by side."""
        return self.input(x)

    def step(
        self, state: Float[Tensor, "n d"], inputs: Float[Tensor, "n d3"]
    ) -> Float[Tensor, "n d"]:
        """The state after one more input, given by what it adds."""
        return gru_step(state, inputs, self.gate_weight, self.candidate_weight)

    def forward(
        self,
        x: Float[Tensor, "n t c"],
        mask: Bool[Tensor, "n t"],
        reverse: bool = False,
    ) -> Float[Tensor, "n t d"]:
        """Read sentences from a state of zeros and return the state at every word.

        Args:
            x: the words' vectors; what stands at padding does not matter.
            mask: true at words, false at padding, where the state stays as it is.
            reverse: read from the last word to the first; states stay at their words' places.

        Returns:
            The states, in the sentence's order.
        """
        n, t, _ = x.shape
        inputs = self.project(x).unbind(dim=1)
        keep = mask[..., None].unbind(dim=1)
        state = x.new_zeros(n, self.hidden)
        states = [state] * t
        for i in reversed(range(t)) if reverse else range(t):
            new = self.step(state, inputs[i])
            state = torch.where(keep[i], new, state)
            states[i] = state
        return torch.stack(states, dim=1)


class BidirectionalGRU(nn.Module):
    """Two units that read in opposite directions: each word's state knows both of its sides.

    Glossary of shapes: n sentences, t words, c numbers an input, d numbers a state of each unit.

    Args:
        in_channels: c.
        hidden: d.

    Source: Bahdanau et al. 2015, section 3.2 (annotations).
    """

    def __init__(self, in_channels: int, hidden: int) -> None:
        super().__init__()
        self.rightward = GRU(in_channels, hidden)
        self.leftward = GRU(in_channels, hidden)

    def forward(
        self, x: Float[Tensor, "n t c"], mask: Bool[Tensor, "n t"]
    ) -> tuple[Float[Tensor, "n t d"], Float[Tensor, "n t d"]]:
        """The states of the rightward and of the leftward reader, at every word."""
        return self.rightward(x, mask), self.leftward(x, mask, reverse=True)
