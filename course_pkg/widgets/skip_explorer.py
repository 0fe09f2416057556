"""Add FCN's heads one by one, and see what each of them changes in the labels of a picture."""

import base64
import html
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from jaxtyping import Float, Int
from numpy.typing import ArrayLike
from PIL import Image

from course_pkg.widgets.base import BookWidget, module_source
from course_pkg.widgets.score_maps import (
    bilinear_matrix,
    decode_map,
    encode_map,
    near_borders,
    shrink_scores,
)
from course_pkg.widgets.values import html_table

__all__ = ["SkipExplorer"]

_IGNORED = 255
_NEAR = 3  # pixels
_MOST_PIXELS = 256


class _Switches(traitlets.TraitType):
    """One True or False for every head."""

    def validate(self, obj: Any, value: Any) -> list[bool]:
        switches = list(value) if isinstance(value, list | tuple) else [None]
        if not all(isinstance(each, bool | np.bool_) for each in switches):
            raise traitlets.TraitError(
                f"heads must hold True or False for each head, but {value!r} came"
            )
        return [bool(each) for each in switches]


class SkipExplorer(BookWidget):
    """Choose which heads of a trained FCN are summed, and see the labels that come out.

    Args:
        image: the picture, (3, h, w) or (h, w, 3), in [0, 1], at most 256 pixels a side.
        contributions: for every head what it alone adds to the logits, (k, h, w), coarsest first;
            `course_pkg.models.FCNHead.contributions` gives them.
        truth: the true labels, (h, w), 255 where nobody knows.
        classes: a name for each of the k classes.
        palette: red, green and blue (0 to 255) for each class.
        stride: of the finest map that was scored; the last enlargement is bilinear by as much.
        names: of the heads.
        heads: which of them are summed at first; all, where none is given.
        alt: what the picture shows.
        title: the figure's heading.

    Raises:
        ValueError: if shapes do not go together, or scores are no bilinear enlargement.
        traitlets.TraitError: if ``heads`` does not hold one True or False for each head.

    Example:
        >>> one = np.zeros((2, 8, 8)); one[1] = 1
        >>> w = SkipExplorer(np.ones((8, 8, 3)), [one, -2 * one], np.zeros((8, 8), int),
        ...                  ["sky", "road"], [(0, 0, 255), (90, 90, 90)], names=["coarse", "fine"])
        >>> int(w.prediction.max()), w.pixel_accuracy
        (0, 1.0)
        >>> w.heads = [True, False]
        >>> int(w.prediction.max()), w.pixel_accuracy
        (1, 0.0)
    """

    _tag = "course-skip-explorer"
    _esm = module_source("score_maps.js", "skip_explorer.js")
    _shown = ("heads", "names")

    heads = _Switches([]).tag(sync=True)
    names = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    maps = traitlets.List(read_only=True).tag(sync=True)
    stride = traitlets.Int(8, read_only=True).tag(sync=True)
    picture = traitlets.Dict(read_only=True).tag(sync=True)
    classes = traitlets.List(read_only=True).tag(sync=True)
    near = traitlets.Int(_NEAR, read_only=True).tag(sync=True)

    def __init__(
        self,
        image: ArrayLike,
        contributions: Sequence[ArrayLike],
        truth: ArrayLike,
        classes: Sequence[str],
        palette: Sequence[Sequence[int]],
        stride: int = 8,
        names: Sequence[str] = ("pool5, stride 32", "pool4, stride 16", "pool3, stride 8"),
        heads: Sequence[bool] | None = None,
        alt: str = "A synthetic scene",
        title: str = "Which heads are summed?",
    ) -> None:
        scores = [np.asarray(each, float) for each in contributions]
        pixels, labels = np.asarray(image, float), np.asarray(truth)
        if pixels.ndim == 3 and pixels.shape[0] == 3 and pixels.shape[-1] != 3:
            pixels = np.moveaxis(pixels, 0, -1)
        _check(pixels, scores, labels, classes, palette, names)
        self._truth = labels.astype(int)
        h, w = labels.shape
        self.set_trait("maps", [encode_map(shrink_scores(each, stride)) for each in scores])
        self.set_trait("names", list(names))
        self.set_trait("stride", stride)
        each = zip(classes, palette, strict=True)
        self.set_trait("classes", [{"name": n, "colour": [int(v) for v in c]} for n, c in each])
        encoded = base64.b64encode(self._truth.astype(np.uint8).tobytes()).decode()
        source = _png((pixels.clip(0, 1) * 255).round().astype(np.uint8))
        picture = {"src": source, "truth": encoded, "height": h, "width": w, "alt": alt}
        self.set_trait("picture", picture)
        super().__init__(heads=[True] * len(scores) if heads is None else list(heads), title=title)

    @traitlets.validate("heads")
    def _validate_heads(self, proposal: Any) -> list[bool]:
        if len(proposal.value) != len(self.maps):
            raise traitlets.TraitError(
                f"heads must hold True or False for each of {len(self.maps)} heads, "
                f"but {proposal.value!r} came"
            )
        return proposal.value

    @property
    def scores(self) -> Float[np.ndarray, "k h w"]:
        """The sum of the chosen heads' scores, enlarged to the picture."""
        h, w = self._truth.shape
        total = np.zeros((len(self.classes), h, w))
        for chosen, packed in zip(self.heads, self.maps, strict=True):
            if chosen:
                small = decode_map(packed)
                rows = bilinear_matrix(small.shape[1], self.stride, h)
                columns = bilinear_matrix(small.shape[2], self.stride, w)
                total += rows @ small @ columns.T
        return total

    @property
    def prediction(self) -> Int[np.ndarray, "h w"]:
        """The class with the largest sum at every pixel; of equal ones the first."""
        return self.scores.argmax(0)

    @property
    def pixel_accuracy(self) -> float:
        """Share of the labelled pixels that are right."""
        known = self._truth != _IGNORED
        return float((self.prediction == self._truth)[known].mean())

    @property
    def border_accuracy(self) -> float:
        """The same near a border: with another label at most three pixels away."""
        near = near_borders(self._truth, _NEAR) & (self._truth != _IGNORED)
        return float((self.prediction == self._truth)[near].mean())

    def fallback(self) -> str:
        """The picture, the prediction as a picture, and the two shares."""
        colours = np.array([each["colour"] for each in self.classes], np.uint8)
        chosen = " + ".join(n for n, on in zip(self.names, self.heads, strict=True) if on)
        source, what = self.picture["src"], html.escape(self.picture["alt"])
        labels = _png(colours[self.prediction])
        shares = np.array([self.pixel_accuracy, self.border_accuracy])
        return (
            f'<img src="{source}" alt="{what}" width="240">'
            f'<img src="{labels}" alt="{what}: labels from {html.escape(chosen or "no head")}" '
            f'width="240">'
            + html_table(f"Share of right pixels; within {_NEAR} pixels of a border", shares)
        )


def _png(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _check(
    pixels: np.ndarray,
    scores: Sequence[np.ndarray],
    labels: np.ndarray,
    classes: Sequence[str],
    palette: Sequence[Sequence[int]],
    names: Sequence[str],
) -> None:
    size = pixels.shape[:2]
    if pixels.ndim != 3 or pixels.shape[2] != 3 or max(size) > _MOST_PIXELS or not min(size):
        raise ValueError(
            f"image must be a colour picture of at most {_MOST_PIXELS} pixels a side, but its "
            f"shape is {pixels.shape}: make it smaller"
        )
    if labels.shape != size or labels.dtype.kind not in "iu":
        raise ValueError(
            f"truth must hold one whole number for each of the picture's {size} pixels, but its "
            f"shape is {labels.shape} and its type {labels.dtype}"
        )
    if not scores or len(scores) != len(names):
        raise ValueError(
            f"every head needs a name, but {len(scores)} heads and {len(names)} names came"
        )
    expected = (len(classes), *size)
    wrong = [each.shape for each in scores if each.shape != expected]
    if wrong or len(palette) != len(classes):
        raise ValueError(
            f"every head needs scores of shape {expected} and every class a colour, but scores of "
            f"shape {wrong[0] if wrong else expected} and {len(palette)} colours came"
        )
    if not np.isin(labels, [*range(len(classes)), _IGNORED]).all():
        raise ValueError(
            f"truth must hold labels from 0 to {len(classes) - 1}, or {_IGNORED} where nobody knows"
        )
