"""The part in which the two translators differ: what the writer gets to see of the source.

`AlignmentModel` mixes all annotations anew for every word; `FixedVector` gives the readers' last
states, the same for every word.

Source: Bahdanau, Cho, Bengio 2015, appendix A.1.2 and A.2.2. Lecture 12.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from course_pkg.ops import Attended, additive_attention

__all__ = ["AlignmentModel", "FixedVector", "SourceReading"]


class SourceReading(NamedTuple):
    """What is known about a batch of source sentences once they have been read.

    Attributes:
        annotations: both readers' states, side by side, at every word.
        keys: the annotations' part of the alignment scores, computed once.
        mask: true at words, false at padding.
        state: what the writer starts from.
    """

    annotations: Float[Tensor, "n s c"]
    keys: Float[Tensor, "n s a"]
    mask: Bool[Tensor, "n s"]
    state: Float[Tensor, "n d"]


class AlignmentModel(nn.Module):
    """Score every source word against the writer's state, and read with the scores' softmax.

    It starts out blind: v is zero, so the first weights are uniform.

    Args:
        hidden: numbers of the writer's state.
        annotation: numbers of an annotation.
        alignment: numbers of the hidden layer.

    Source: Bahdanau et al. 2015, appendix A.1.2 and B.1 (initial values).
    """

    def __init__(self, hidden: int, annotation: int, alignment: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden, alignment)
        self.key = nn.Linear(annotation, alignment, bias=False)
        self.v = nn.Parameter(torch.zeros(alignment))
        for layer in (self.query, self.key):
            nn.init.normal_(layer.weight, std=0.001)
        nn.init.zeros_(self.query.bias)

    def keys(self, annotations: Float[Tensor, "n s c"]) -> Float[Tensor, "n s a"]:
        """The annotations' part of the scores."""
        return self.key(annotations)

    def forward(self, state: Float[Tensor, "n d"], reading: SourceReading) -> Attended:
        """The context for one word and the weights it was read with."""
        query = self.query(state)
        return additive_attention(query, reading.keys, reading.annotations, self.v, reading.mask)


class FixedVector(nn.Module):
    """The bottleneck: every word gets the readers' last states, whatever the writer's state is.

    The rightward reader ends at the last word, the leftward reader at the first. The weights say
    where the vector was taken from: half from each end, or all from the last word.

    Args:
        forward_only: there is a rightward reader alone.
    """

    def __init__(self, forward_only: bool = False) -> None:
        super().__init__()
        self.forward_only = forward_only

    def keys(self, annotations: Float[Tensor, "n s c"]) -> Float[Tensor, "n s a"]:
        """Nothing to prepare."""
        return annotations[..., :0]

    def forward(self, state: Float[Tensor, "n d"], reading: SourceReading) -> Attended:
        """The same context for every word."""
        n, s, c = reading.annotations.shape
        last = reading.mask.sum(dim=1) - 1
        rows = torch.arange(n, device=last.device)
        if self.forward_only:
            at_last = torch.arange(s, device=last.device) == last[:, None]
            return Attended(reading.annotations[rows, last], at_last.to(reading.annotations.dtype))
        rightward = reading.annotations[rows, last, : c // 2]
        leftward = reading.annotations[:, 0, c // 2 :]
        at_last = torch.arange(s, device=last.device) == last[:, None]
        at_first = torch.arange(s, device=last.device) == 0
        weights = (at_last.to(rightward.dtype) + at_first) / 2
        return Attended(torch.cat([rightward, leftward], dim=-1), weights)
