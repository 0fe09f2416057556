"""Turn a classifier of fixed-size patches into one that answers at every place of any image.

A linear layer on a C x h x w map is a convolution with an h x w kernel that happens to fit only
once. Give it a larger map and it slides: every output cell is the old classifier at one window,
but the windows share their convolutions. `shift_and_stitch` then fills in the places that strides
skip.

Source: Sermanet et al. 2014, OverFeat, section 3.5; Long et al. 2015, sections 3.1 and 3.2.
Lecture 02.
"""

import copy
from collections.abc import Callable, Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

__all__ = ["shift_and_stitch", "to_fully_convolutional"]


def to_fully_convolutional(model: nn.Module, input_size: int) -> nn.Sequential:
    """Rebuild a classifier as convolutions only: one score vector per window of a larger image.

    At the native size the result is the classifier. On larger images each cell equals the
    classifier on its window if no layer pads; with padding it still differs near each window's
    border, where the classifier alone saw zeros and the dense net sees picture.

    Works on chains: convolutions, pools, average pools to a fixed size, flatten, linear layers, and
    whole blocks between them (torchvision's AlexNet, VGG and ResNets; any ``nn.Sequential``). The
    order is the one in which the model holds its layers, and the result is compared with the model
    on a random image before it is returned. The result has weights of its own and is in evaluation
    mode, so that dropout is off.

    Args:
        model: classifier of square images.
        input_size: the side in pixels that it was made for, such as 224.

    Returns:
        The dense network, images (n, c, h, w) in, logits (n, k, oh, ow) out.

    Raises:
        ValueError: if the model is not such a chain, or does not fit the size.

    Source: Long et al. 2015, section 3.1.

    Example:
        >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 4 * 4, 5))
        >>> to_fully_convolutional(net, input_size=6)(torch.zeros(1, 1, 8, 9)).shape
        torch.Size([1, 5, 3, 4])
    """
    model = copy.deepcopy(model).eval()
    like = next(model.parameters())
    channels = next((m.in_channels for m in model.modules() if isinstance(m, nn.Conv2d)), 3)
    generator = torch.Generator().manual_seed(0)
    image = torch.rand(1, channels, input_size, input_size, generator=generator).to(like)
    with torch.no_grad():
        try:
            expected = model(image)
            dense, got = _rebuild(model, image)
        except (RuntimeError, TypeError, ValueError) as error:
            raise ValueError(
                f"cannot make {type(model).__name__} fully convolutional at input size "
                f"{input_size}: {str(error).splitlines()[0]}"
            ) from error
    scale = expected.abs().max().clamp(min=1e-12)
    if got.shape[-2:] != (1, 1) or (got[..., 0, 0] - expected).abs().max() > 1e-3 * scale:
        raise ValueError(
            f"{type(model).__name__} does not apply its layers one after the other in the order in "
            f"which it holds them: rebuilt at input size {input_size} it gives other scores; write "
            "it as an nn.Sequential first"
        )
    return dense


def _rebuild(model: nn.Module, x: Tensor) -> tuple[nn.Sequential, Tensor]:
    """Walk an example through the chain, replace what only works at its size; also its scores."""
    layers: list[nn.Module] = []
    # An average pool to 7x7 cells becomes one that slides by single cells. What used to be its
    # neighbouring cells then lies this far apart:
    dilation = 1
    for layer in _chain(model):
        if isinstance(layer, nn.Flatten):
            continue
        if isinstance(layer, nn.AdaptiveAvgPool2d):
            dilation = _pool_factor(x.shape[-2:], layer(x).shape[-2:])
            layer = nn.AvgPool2d(dilation, stride=1)
        elif isinstance(layer, nn.Linear):
            layer = _as_convolution(layer, x, dilation)
            dilation = 1
        x = layer(x)
        layers.append(layer)
    return nn.Sequential(*layers).eval(), x


def _chain(module: nn.Module) -> Iterator[nn.Module]:
    # Sequentials are unrolled; any other block (a residual one, say) is one layer of the chain.
    for child in module.children():
        if isinstance(child, nn.Sequential):
            yield from _chain(child)
        else:
            yield child


def _pool_factor(cells: torch.Size, pooled: torch.Size) -> int:
    factors = {a / b for a, b in zip(cells, pooled, strict=True)}
    factor = factors.pop()
    if factors or not factor.is_integer():
        raise ValueError(
            f"its adaptive pool makes {tuple(pooled)} cells of {tuple(cells)}, which is no fixed "
            "window; choose an input size at which the pool divides evenly"
        )
    return int(factor)


def _as_convolution(linear: nn.Linear, x: Tensor, dilation: int) -> nn.Conv2d:
    channels = x.shape[1]
    kh, kw = ((side - 1) // dilation + 1 for side in x.shape[-2:])
    if channels * kh * kw != linear.in_features:
        raise ValueError(
            f"a linear layer wants {linear.in_features} numbers, but the map before it has "
            f"{channels} x {kh} x {kw}; if the model pools inside its "
            "forward method, make the pool a layer"
        )
    conv = nn.Conv2d(
        channels, linear.out_features, (kh, kw), dilation=dilation, bias=linear.bias is not None
    ).to(linear.weight)
    with torch.no_grad():
        # The linear layer read the map in the order channel, row, column: so does this view.
        conv.weight.copy_(linear.weight.view_as(conv.weight))
        if conv.bias is not None:
            conv.bias.copy_(linear.bias)
    return conv


def shift_and_stitch(
    dense: Callable[[Tensor], Tensor],
    images: Float[Tensor, "n c h w"],
    patch_size: int,
    stride: int,
) -> Float[Tensor, "n k oh ow"]:
    """Answer at every pixel with a dense network that answers at every ``stride``-th.

    Run it on stride x stride shifted copies of the images and interleave the answers. The result
    is what the patch loop with stride 1 gives, at the cost of stride^2 dense passes.

    Args:
        dense: network without padding, from `to_fully_convolutional`.
        images: pictures at least as large as a patch.
        patch_size: side of the window that one cell sees, in pixels (see `receptive_field`).
        stride: pixels between neighbouring cells of the network.

    Returns:
        One logit vector per window of ``patch_size`` pixels.

    Raises:
        ValueError: if no window fits, or the network's cells do not fit size and stride.

    Source: Long et al. 2015, section 3.2; Sermanet et al. 2014, section 3.3.

    Example:
        >>> shift_and_stitch(nn.MaxPool2d(2), torch.tensor([[[[1., 2., 3.], [0., 0., 4.]]]]), 2, 2)
        tensor([[[[2., 4.]]]])
    """
    h, w = images.shape[-2:]
    oh, ow = h - patch_size + 1, w - patch_size + 1
    if min(oh, ow, stride) < 1:
        raise ValueError(
            f"cannot stitch: windows of {patch_size} pixels at stride {stride} do not fit into a "
            f"{h}x{w} image; both have to be at least 1 and the window no larger than the image"
        )
    stitched = images.new_empty(0)
    for y in range(min(stride, oh)):
        for x in range(min(stride, ow)):
            cells = dense(images[..., y:, x:])
            if (y, x) == (0, 0):  # only now is the number of classes known
                stitched = cells.new_empty(*cells.shape[:2], oh, ow)
            place = stitched[..., y::stride, x::stride]
            if place.shape != cells.shape:
                raise ValueError(
                    f"cannot stitch: a network of window {patch_size} and stride {stride} gives "
                    f"{tuple(place.shape[-2:])} cells here, but this one gave "
                    f"{tuple(cells.shape[-2:])}; read both off with receptive_field"
                )
            place.copy_(cells)
    return stitched
