"""Label a pixel by classifying the patch around it: the oldest way to segment with a network.

It answers one pixel at a time, so a picture costs one forward pass per pixel. The networks here
have no padding on purpose: whatever a window sees is real picture, which is what makes the dense
evaluation of `shift_and_stitch.to_fully_convolutional` give the same numbers.

Source: Ciresan et al. 2012, Deep neural networks segment neuronal membranes in electron microscopy
images, section 2; LeCun et al. 1998 for the small network. Lecture 02.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

__all__ = [
    "LENET_PATCH",
    "N4_PATCH",
    "ciresan_n4",
    "label_every_pixel",
    "lenet_patch",
    "sliding_window_logits",
]

#: Side in pixels of the patch that `lenet_patch` classifies.
LENET_PATCH = 32
#: Side in pixels of the patch that `ciresan_n4` classifies.
N4_PATCH = 95


def lenet_patch(num_classes: int, in_channels: int = 3) -> nn.Sequential:
    """Build a LeNet-5 for 32 x 32 patches: two convolutions, two pools, three linear layers.

    Args:
        num_classes: length of the score vector.
        in_channels: 3 for colour, 1 for grey.

    Returns:
        A chain of layers without padding, patch in, logits out.

    Source: LeCun et al. 1998, figure 2, with ReLU and max pooling.

    Example:
        >>> lenet_patch(9)(torch.zeros(4, 3, 32, 32)).shape
        torch.Size([4, 9])
    """
    return nn.Sequential(
        nn.Conv2d(in_channels, 6, 5),  # 32 -> 28
        nn.ReLU(),
        nn.MaxPool2d(2),  # 14
        nn.Conv2d(6, 16, 5),  # 10
        nn.ReLU(),
        nn.MaxPool2d(2),  # 5
        nn.Flatten(),
        nn.Linear(16 * 5 * 5, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, num_classes),
    )


def ciresan_n4(num_classes: int = 2, in_channels: int = 1) -> nn.Sequential:
    """Build N4, the network that won the ISBI 2012 challenge on membranes: 95 x 95 patches.

    Four convolutions of 48 maps, each halved by a max pool: 95, 92, 46, 42, 21, 18, 9, 6, 3 cells.
    The layer list is as remembered, unverified; that the sizes close without a remainder speaks for
    it. The activation is ReLU here; the paper's is not known to us. The contest entry averaged
    several such nets and calibrated their output with a polynomial, which is not part of this file.

    Args:
        num_classes: membrane or not, in the paper.
        in_channels: 1 for electron microscopy.

    Returns:
        A chain of layers without padding, patch in, logits out.

    Source: Ciresan et al. 2012, table of architectures, N4.

    Example:
        >>> ciresan_n4()(torch.zeros(1, 1, 95, 95)).shape
        torch.Size([1, 2])
    """
    layers: list[nn.Module] = []
    channels = in_channels
    for kernel_size in (4, 5, 4, 4):
        layers += [nn.Conv2d(channels, 48, kernel_size), nn.ReLU(), nn.MaxPool2d(2)]
        channels = 48
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(48 * 3 * 3, 200), nn.ReLU(), nn.Linear(200, num_classes)
    )


def sliding_window_logits(
    model: nn.Module,
    images: Float[Tensor, "n c h w"],
    patch_size: int,
    stride: int = 1,
    batch_size: int = 256,
) -> Float[Tensor, "n k oh ow"]:
    """Cut every window that fits into the images, classify each, and lay the answers out as a map.

    This is the patch loop: neighbouring windows overlap almost wholly, and every overlap is
    computed again. Gradients flow, but that is rarely affordable; wrap it in ``torch.no_grad()``.

    Args:
        model: a classifier of ``patch_size`` x ``patch_size`` windows, in ``eval()`` mode.
        images: pictures at least as large as a patch.
        patch_size: side of the window in pixels.
        stride: pixels from one window to the next.
        batch_size: windows classified at once.

    Returns:
        Logits; cell (i, j) belongs to the window whose top left pixel is (i, j) * stride.

    Raises:
        ValueError: if no window fits, or a size is below 1.

    Source: Ciresan et al. 2012, section 2.

    Example:
        >>> mean = nn.Sequential(nn.AvgPool2d(2), nn.Flatten())
        >>> sliding_window_logits(mean, torch.tensor([[[[1.0, 3.0, 5.0], [1.0, 3.0, 5.0]]]]), 2)
        tensor([[[[2., 4.]]]])
    """
    h, w = images.shape[-2:]
    if min(patch_size, stride, batch_size) < 1:
        raise ValueError(
            "patch_size, stride and batch_size must be at least 1, but they are "
            f"{patch_size}, {stride} and {batch_size}"
        )
    if min(h, w) < patch_size:
        raise ValueError(
            f"no {patch_size}x{patch_size} window fits into a {h}x{w} image: pad the image or use "
            "label_every_pixel, which mirrors the border"
        )
    # A view on the pixels; only the windows of one batch are ever copied.
    windows = images.unfold(2, patch_size, stride).unfold(3, patch_size, stride)
    n, _, oh, ow = windows.shape[:4]
    windows = windows.permute(0, 2, 3, 1, 4, 5)  # n oh ow c p p
    logits = []
    for chunk in torch.arange(n * oh * ow, device=images.device).split(batch_size):
        image, cell = chunk // (oh * ow), chunk % (oh * ow)
        logits.append(model(windows[image, cell // ow, cell % ow]))
    return torch.cat(logits).unflatten(0, (n, oh, ow)).movedim(-1, 1)


def label_every_pixel(
    model: nn.Module,
    images: Float[Tensor, "n c h w"],
    patch_size: int,
    batch_size: int = 256,
) -> Float[Tensor, "n k h w"]:
    """Classify the patch around every pixel, border included, where the picture is mirrored.

    Convention:
        an odd patch is centred on its pixel; an even one has its pixel at row and column
        patch_size // 2, just right of and below its middle.

    Args:
        model: a classifier of ``patch_size`` x ``patch_size`` windows, in ``eval()`` mode.
        images: pictures with more than patch_size // 2 pixels a side.
        patch_size: side of the window in pixels.
        batch_size: windows classified at once.

    Returns:
        Logits of every pixel.

    Raises:
        ValueError: if an image is too small to be mirrored that far.

    Source: Ciresan et al. 2012, section 2 (windows at the border are filled by mirroring).

    Example:
        >>> middle = nn.Sequential(nn.Flatten(), nn.Linear(9, 1, bias=False))
        >>> _ = middle[1].weight.data.copy_(torch.eye(9)[4])
        >>> bool((label_every_pixel(middle, torch.ones(1, 1, 4, 5), 3) == 1).all())
        True
    """
    before = patch_size // 2
    after = patch_size - 1 - before
    h, w = images.shape[-2:]
    if min(h, w) <= before:
        raise ValueError(
            f"a {h}x{w} image is too small to be mirrored by {before} pixels: patches of "
            f"{patch_size} pixels need images with more than {before} pixels a side"
        )
    padded = F.pad(images, (before, after, before, after), mode="reflect")
    return sliding_window_logits(model, padded, patch_size, batch_size=batch_size)
