"""The rows of the paper's table: which networks there are, and their errors as printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import nn

from course_pkg.models import (
    NetFamily,
    TransformKind,
    digit_net,
    spatial_transformer_net,
)
from course_pkg.recipes.spatial_transformers.data import (
    ADDITION,
    DistortedData,
)

__all__ = ["CLUTTER", "PAPER_PERCENT", "ROWS", "SUMS", "UNVERIFIED", "Row"]


@dataclass(frozen=True)
class Row:
    """One network of the table.

    Attributes:
        family: fully connected or convolutional.
        kind: of its transformers; None = a plain net.
        transformers: how many work in parallel.
    """

    family: NetFamily
    kind: TransformKind | None = None
    transformers: int = 1

    @property
    def name(self) -> str:
        """As it begins the recipe's name."""
        if self.kind is None:
            return self.family
        times = f"{self.transformers}x" if self.transformers > 1 else ""
        return f"{times}st-{self.family}-{self.kind}"

    def build(self, data: DistortedData, budget: int) -> nn.Module:
        """Make the untrained network for some data."""
        if self.kind is None:
            return digit_net(self.family, data.side, data.channels, data.classes, budget)
        # Large pictures are halved once the digit has been found; 42 pixels are too few to halve
        # for the two large convolutions.
        halve = data.side == 60 or (data.side == 42 and self.family == "fcn")
        return spatial_transformer_net(
            self.family,
            self.kind,
            data.side,
            data.channels,
            data.classes,
            transformers=self.transformers,
            halve=halve,
            budget=budget,
        )


_PLAIN = (Row("fcn"), Row("cnn"))


_TABLE = (*_PLAIN, *(Row(f, k) for f in ("fcn", "cnn") for k in ("affine", "projective", "tps")))


CLUTTER = (*_PLAIN, Row("fcn", "affine"), Row("cnn", "affine"))


SUMS = (
    *_PLAIN,
    *(Row("fcn", kind) for kind in ("affine", "projective", "tps")),
    *(Row("fcn", kind, transformers=2) for kind in ("affine", "projective", "tps")),
)


ROWS: Mapping[str, Sequence[Row]] = {
    **dict.fromkeys(("R", "RTS", "P", "E"), _TABLE),
    "TC": CLUTTER,
    ADDITION: SUMS,
}


# The paper's errors in percent, in the order of the rows above.
PAPER_PERCENT: Mapping[str, Sequence[float]] = {
    "R": (2.1, 1.2, 1.2, 1.3, 1.1, 0.7, 0.8, 0.7),
    "RTS": (5.2, 0.8, 0.8, 0.9, 0.8, 0.5, 0.6, 0.5),
    "P": (3.1, 1.5, 1.5, 1.4, 1.4, 0.8, 0.8, 0.8),
    "E": (3.2, 1.4, 2.7, 2.6, 2.4, 1.2, 1.3, 1.1),
    "TC": (13.2, 3.5, 2.0, 1.7),
    ADDITION: (47.7, 14.7, 22.6, 18.5, 19.1, 9.0, 5.9, 5.8),
}
# Nobody here has seen this number but in memory.
UNVERIFIED = frozenset({(ADDITION, "st-fcn-tps")})
