"""FCN's head: score coarse and fine maps, enlarge the coarse scores, add, enlarge to the image.

Source: Long, Shelhamer, Darrell 2015, Fully convolutional networks, sections 3.3 and 4.2.
Lecture 06.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg.models.fcn.alignment import (
    BilinearUpsampling,
    Level,
    bilinear_conv_transpose,
    upsampling_geometry,
)

__all__ = ["FCN", "FCNHead", "init_from_coarser"]

_LEARN = ("none", "between", "all")


def _crop(x: Tensor, start: int, size: Sequence[int]) -> Tensor:
    cropped = x[..., start : start + size[0], start : start + size[1]]
    if cropped.shape[-2:] != torch.Size(size):
        raise ValueError(
            f"cannot crop {tuple(size)} cells from a {tuple(x.shape[-2:])} map starting at "
            f"{start}: the maps do not come from the image size that was given"
        )
    return cropped


class FCNHead(nn.Module):
    """Scores of several levels, summed from coarse to fine, then enlarged to the image.

    One level makes FCN-32s, two FCN-16s, three FCN-8s. The 1x1 score layers start at zero: a new
    skip changes nothing until it has learnt something. All upsamplings start bilinear; which of
    them learn, ``learn_upsampling`` says. Everything after the score layers is linear, so
    `contributions` can show what each level adds.

    Glossary of shapes: n images of h x w pixels, k classes; one map of c channels and hl x wl cells
    for every level.

    Source: Long et al. 2015, figure 3 and section 4.2; released nets for crops and zero start.

    Args:
        num_classes: k.
        levels: what each map is, coarsest first.
        scales: fixed factor on each map before its score layer. At-once training of FCN-8s uses
            (1, 0.01, 0.0001), because pool3 and pool4 are that much larger than fc7.
        border: cells repeated around a map before it is enlarged. FCN pads its image instead (0);
            a backbone without wide padding wants 1, or the scores fade towards the border.
        learn_upsampling: "between" levels, as the paper has it: all but the last enlargement learn.
            "none": all stay bilinear, as in the released nets. "all": the last one learns, too, a
            full kernel from every class to every class.

    Raises:
        ValueError: if there is not one scale per level, or ``learn_upsampling`` is another word.
    """

    def __init__(
        self,
        num_classes: int,
        levels: Sequence[Level],
        scales: Sequence[float] | None = None,
        border: int = 0,
        learn_upsampling: str = "between",
    ) -> None:
        super().__init__()
        if learn_upsampling not in _LEARN:
            raise ValueError(
                f"FCNHead: learn_upsampling must be one of {', '.join(_LEARN)}; "
                f"got {learn_upsampling!r}"
            )
        self.scales = tuple(scales) if scales is not None else (1.0,) * len(levels)
        if len(self.scales) != len(levels) or not levels:
            raise ValueError(
                f"FCNHead needs at least one level and one scale for each, but {len(levels)} "
                f"levels and {len(self.scales)} scales came"
            )
        self.border = border
        self.score = nn.ModuleList(nn.Conv2d(level.channels, num_classes, 1) for level in levels)
        for conv in self.score.parameters():
            nn.init.zeros_(conv)
        self.crops: list[int] = []
        self.upscore = nn.ModuleList()
        grid = levels[0]
        for finer in levels[1:]:
            step = upsampling_geometry(self._extended(grid), finer)
            self.upscore.append(bilinear_conv_transpose(num_classes, step.kernel_size, step.stride))
            self.crops.append(step.crop)
            # Where the finer map was cropped, the sum begins that many cells further in.
            origin = finer.origin + max(step.crop, 0) * finer.stride
            grid = finer._replace(origin=origin)
        image = Level(num_classes, stride=1, origin=0.0)
        step = upsampling_geometry(self._extended(grid), image)
        if step.crop > 0:
            raise ValueError(
                f"the coarsest scores start {step.crop} pixels inside the image and cannot cover "
                "it: pad the image in the body, or give the head a border"
            )
        self.crops.append(step.crop)
        self.upscore.requires_grad_(learn_upsampling != "none")
        self.final: nn.Module = (
            bilinear_conv_transpose(num_classes, step.kernel_size, step.stride)
            if learn_upsampling == "all"
            else BilinearUpsampling(step.kernel_size, step.stride)
        )

    def score_maps(
        self, maps: Sequence[Float[Tensor, "n _ _ _"]]
    ) -> list[Float[Tensor, "n k _ _"]]:
        """Score every level by itself; maps beyond this head's levels are not used."""
        layers = zip(self.score, self.scales, maps, strict=False)
        return [score(x * scale) for score, scale, x in layers]

    def upsample(self, scores: Sequence[Float[Tensor, "n k _ _"]]) -> Float[Tensor, "n k _ _"]:
        """Sum the levels from coarse to fine and enlarge the sum, not cropped yet."""
        if len(scores) != len(self.score):
            raise ValueError(
                f"this head sums the scores of {len(self.score)} levels, but {len(scores)} came"
            )
        x = scores[0]
        for upscore, crop, finer in zip(self.upscore, self.crops, scores[1:], strict=False):
            x = upscore(self._extend(x))
            if crop >= 0:
                x = x + _crop(finer, crop, x.shape[-2:])
            else:
                x = _crop(x, -crop, finer.shape[-2:]) + finer
        return self.final(self._extend(x))

    def forward(
        self, maps: Sequence[Float[Tensor, "n _ _ _"]], size: tuple[int, int]
    ) -> Float[Tensor, "n k h w"]:
        """Return logits of the given size (h, w) in pixels; ``maps`` come coarsest first."""
        return _crop(self.upsample(self.score_maps(maps)), -self.crops[-1], size)

    def contributions(
        self, maps: Sequence[Float[Tensor, "n _ _ _"]], size: tuple[int, int]
    ) -> list[Float[Tensor, "n k h w"]]:
        """Return what every level alone adds to the logits; the parts sum to `forward`."""
        scores = self.score_maps(maps)
        alone = [
            [s if i == j else torch.zeros_like(s) for j, s in enumerate(scores)]
            for i in range(len(scores))
        ]
        return [_crop(self.upsample(part), -self.crops[-1], size) for part in alone]

    def _extended(self, level: Level) -> Level:
        return level._replace(origin=level.origin - self.border * level.stride)

    def _extend(self, x: Tensor) -> Tensor:
        return F.pad(x, (self.border,) * 4, mode="replicate") if self.border else x


class FCN(nn.Module):
    """A body that turns images into maps, coarsest first, and a head that turns them into logits.

    Glossary of shapes: n images of h x w pixels in [0, 1]; k classes.

    Source: Long et al. 2015, figure 3.
    """

    def __init__(self, body: nn.Module, head: FCNHead) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k h w"]:
        """Return one score per class and pixel."""
        h, w = images.shape[-2:]
        return self.head(self.body(images), (h, w))


def init_from_coarser(finer: FCN, coarser: FCN) -> FCN:
    """Start the next stage of staged training from the trained stage before it.

    Body, score layers and upsamplings that both nets have are copied; the last enlargement differs
    in size and starts bilinear. The new skip keeps its zero score layer, so the finer net starts
    out with the coarser one's scores. (Two bilinear steps
    instead of one round off the kinks between cells, by at most an eighth of the bend in each
    direction.)

    Args:
        finer: the net to initialise, with at least as many levels. Changed in place.
        coarser: the trained net.

    Returns:
        ``finer``.

    Raises:
        ValueError: if the coarser net has something that the finer one lacks.

    Source: Long et al. 2015, section 4.2 (32s, then 16s, then 8s).

    Example:
        >>> levels = [Level(1, 32, 15.5), Level(1, 16, 7.5)]
        >>> coarser = FCN(nn.Identity(), FCNHead(2, levels[:1], border=1))
        >>> finer = init_from_coarser(FCN(nn.Identity(), FCNHead(2, levels, border=1)), coarser)
        >>> bool((finer.head.score[0].weight == coarser.head.score[0].weight).all())
        True
    """
    state = {k: v for k, v in coarser.state_dict().items() if not k.startswith("head.final.")}
    own = finer.state_dict()
    unfit = [k for k, v in state.items() if k not in own or own[k].shape != v.shape]
    if unfit:
        raise ValueError(
            f"the coarser net does not fit into the finer one, first at {unfit[0]!r}: both need "
            "the same body and number of classes, and the finer one at least as many levels"
        )
    finer.load_state_dict(state, strict=False)
    return finer
