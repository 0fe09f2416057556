"""Nine cells, a score for each: what a softmax makes of them, and two ways to read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.values import Numbers, WholeNumber, html_table

__all__ = ["AttentionGrid"]

_CELLS = 9
_LIMITS = {
    "score": {"min": -4, "max": 4, "step": 0.1},
    "temperature": {"min": 0.1, "max": 5, "step": 0.1},
    "looks": 400,
}
# What the cells hold: colours, because a blend of colours can be seen to be none of them.
_COLOURS = (
    (205, 50, 45),
    (235, 140, 30),
    (245, 215, 60),
    (60, 150, 65),
    (45, 175, 185),
    (45, 90, 200),
    (130, 60, 160),
    (240, 240, 235),
    (35, 35, 40),
)
_SCORES = (0, 0, 0, 0, 2, 1, 0, 0, 0)


class AttentionGrid(BookWidget):
    """Slide the scores of nine coloured cells; read them softly, or look at one after another.

    Args:
        scores: nine numbers from -4 to 4, row by row.
        temperature: the scores are divided by it; 0.1 to 5.
        seed: of the looks.
        title: the figure's heading.

    Raises:
        traitlets.TraitError: if a number is out of range or there are not nine scores.

    Example:
        >>> w = AttentionGrid(scores=[0.0] * 9)
        >>> w.weights.round(3).tolist()[:2]
        [0.111, 0.111]
    """

    _tag = "course-attention-grid"
    _esm = module_source("attention_grid.js")
    _shown = ("scores", "temperature")

    scores = Numbers({1: _CELLS}, list(_SCORES)).tag(sync=True)
    temperature = traitlets.Float(1.0).tag(sync=True)
    looks = WholeNumber(0, _LIMITS["looks"], 0).tag(sync=True)
    seed = WholeNumber(0, 2**31, 0).tag(sync=True)
    values = traitlets.List([list(colour) for colour in _COLOURS], read_only=True).tag(sync=True)
    limits = traitlets.Dict(_LIMITS, read_only=True).tag(sync=True)

    def __init__(
        self,
        scores: Sequence[float] = _SCORES,
        temperature: float = 1.0,
        seed: int = 0,
        title: str = "Nine cells, two ways to read them",
    ) -> None:
        super().__init__(scores=list(scores), temperature=temperature, seed=seed, title=title)

    @traitlets.validate("scores")
    def _validate_scores(self, proposal: Any) -> list[float]:
        most = _LIMITS["score"]["max"]
        if len(proposal.value) != _CELLS or any(abs(score) > most for score in proposal.value):
            raise traitlets.TraitError(
                f"scores must be {_CELLS} numbers from {-most} to {most}, but {proposal.value} came"
            )
        return proposal.value

    @traitlets.validate("temperature")
    def _validate_temperature(self, proposal: Any) -> float:
        low, high = _LIMITS["temperature"]["min"], _LIMITS["temperature"]["max"]
        if not low <= proposal.value <= high:
            raise traitlets.TraitError(
                f"temperature must be from {low} to {high}, but {proposal.value} came"
            )
        return proposal.value

    @property
    def weights(self) -> Float[np.ndarray, " cells"]:
        """Share of every cell, adding up to 1."""
        scores = np.asarray(self.scores, float)
        powers = np.exp((scores - scores.max()) / self.temperature)
        return powers / powers.sum()

    @property
    def expectation(self) -> Float[np.ndarray, " channels"]:
        """The colour that soft attention reads."""
        return self.weights @ np.asarray(self.values, float)

    def fallback(self) -> str:
        """The weights as a table, and the colour they make."""
        side = round(_CELLS**0.5)
        mixed = ", ".join(f"{part:.0f}" for part in self.expectation)
        caption = f"Weights of the nine cells; together they read the colour {mixed}"
        return html_table(caption, self.weights.reshape(side, side))
