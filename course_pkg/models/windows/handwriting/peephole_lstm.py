"""The LSTM of Graves' networks: its gates also see the memory that they guard.

torch's LSTM decides from the input and the last state alone. Here the input and the forget gate
look at the memory as it was, and the output gate at the memory as it has become; each of its
numbers is seen only by its own gates. So a gate knows how full a memory is even while the output
gate keeps it shut.

Source: Graves 2013, Generating sequences with recurrent neural networks, section 2.1, equations 7
to 11. Lecture 14.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["PeepholeLSTM"]

Cell = tuple[Tensor, Tensor]  # state and memory


class PeepholeLSTM(nn.Module):
    """One layer, step by step or over whole sequences.

    What inputs add to the gates does not depend on the state: it is computed for all steps at once.

    Glossary of shapes: n sequences, t moments, c numbers an input, d numbers a state.

    Args:
        in_channels: c.
        hidden: d.

    Example:
        >>> outputs, (state, memory) = PeepholeLSTM(3, 5)(torch.zeros(2, 7, 3))
        >>> outputs.shape, state.shape
        (torch.Size([2, 7, 5]), torch.Size([2, 5]))
    """

    def __init__(self, in_channels: int, hidden: int) -> None:
        super().__init__()
        self.hidden = hidden
        # Gates side by side: input, forget, candidate, output.
        self.input = nn.Linear(in_channels, 4 * hidden)
        self.recurrent = nn.Linear(hidden, 4 * hidden, bias=False)
        self.peep_before = nn.Parameter(torch.empty(2 * hidden))  # input and forget gate
        self.peep_after = nn.Parameter(torch.empty(hidden))  # output gate
        bound = hidden**-0.5  # as torch's LSTM
        for weights in self.parameters():
            nn.init.uniform_(weights, -bound, bound)

    def start(self, rows: int) -> Cell:
        """An empty memory for every sequence."""
        zeros = self.peep_after.new_zeros(rows, self.hidden)
        return zeros, zeros

    def step(self, inputs: Float[Tensor, "n d4"], cell: Cell) -> Cell:
        """Take one step.

        Args:
            inputs: what the input adds to the gates, as ``self.input`` gives it.
            cell: state and memory from the step before.
        """
        state, memory = cell
        gates = inputs + self.recurrent(state)
        early, candidate, late = gates.split([2 * self.hidden, self.hidden, self.hidden], dim=1)
        write, keep = (early + self.peep_before * memory.repeat(1, 2)).sigmoid().chunk(2, dim=1)
        memory = keep * memory + write * candidate.tanh()
        return (late + self.peep_after * memory).sigmoid() * memory.tanh(), memory

    def forward(
        self, x: Float[Tensor, "n t c"], cell: Cell | None = None
    ) -> tuple[Float[Tensor, "n t d"], Cell]:
        """Read sequences.

        Args:
            x: inputs.
            cell: state and memory to begin with; None = empty.

        Returns:
            The state at every moment, and state and memory at the end.
        """
        cell = cell or self.start(len(x))
        states = []
        for inputs in self.input(x).unbind(1):
            cell = self.step(inputs, cell)
            states.append(cell[0])
        return torch.stack(states, dim=1), cell
