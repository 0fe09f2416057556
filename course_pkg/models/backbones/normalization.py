"""What pretrained weights expect of a picture: every colour plane shifted and scaled."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

__all__ = ["IMAGENET_MEAN", "IMAGENET_STD", "normalize"]

#: Mean of each channel of ImageNet's pictures from 0 to 1, red first.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
#: Standard deviation of the same.
IMAGENET_STD = (0.229, 0.224, 0.225)


def normalize(
    images: Float[Tensor, "n c h w"], mean: Sequence[float], std: Sequence[float]
) -> Float[Tensor, "n c h w"]:
    """Shift and scale every colour plane to what pretrained weights expect.

    The networks of this course take images in [0, 1] and call this themselves, so that the numbers
    that belong to the weights cannot be forgotten or applied twice by the caller.

    Args:
        images: pictures in [0, 1].
        mean: one number per channel, subtracted.
        std: one number per channel, divided by.

    Returns:
        The pictures in the units of the weights.

    Raises:
        ValueError: if the pictures are whole numbers, or if ``mean`` or ``std`` has not one number
            per channel.

    Source: the transforms of the released weights (torchvision's for ImageNet).

    Example:
        >>> normalize(torch.ones(1, 1, 1, 2), mean=(0.5,), std=(0.25,))
        tensor([[[[2., 2.]]]])
    """
    if not images.is_floating_point():
        raise ValueError(
            f"normalize: images must be floats in [0, 1], got {images.dtype}; divide by 255"
        )
    channels = images.shape[1]
    if len(mean) != channels or len(std) != channels:
        raise ValueError(
            f"normalize needs one mean and one std per channel: the images have {channels} "
            f"channels, but {len(mean)} means and {len(std)} stds came"
        )
    shape = (1, channels, 1, 1)
    return (images - images.new_tensor(mean).view(shape)) / images.new_tensor(std).view(shape)
