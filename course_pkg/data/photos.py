"""Real photographs that need no download: they come inside scikit-image.

Pictures with fur, foam and gravel show what an operation does to real edges and textures; a
synthetic test pattern would flatter some operations and hide what others do.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from course_pkg._extras import need

__all__ = ["PHOTOS", "photo", "random_crops"]

#: The names of the photographs that `photo` knows.
PHOTOS = ("astronaut", "camera", "chelsea", "coffee", "rocket", "brick", "grass", "gravel")


def photo(
    name: str = "chelsea", size: tuple[int, int] | None = None
) -> Float[Tensor, "channels h w"]:
    """A real photograph as a tensor.

    Args:
        name: one of `PHOTOS`; "chelsea" is a cat, "camera" the photographer known from many papers.
        size: (height, width) to crop the middle to after shrinking, in pixels; ``None`` keeps the
            photo as it is.

    Returns:
        Values in [0, 1], three channels (RGB), or one where the photo is black and white.

    Raises:
        ValueError: if the name is unknown, or the photo is smaller than ``size``.

    Example:
        >>> photo("chelsea", size=(64, 96)).shape
        torch.Size([3, 64, 96])
    """
    if name not in PHOTOS:
        raise ValueError(f"photo: there is no photo {name!r}; choose from {', '.join(PHOTOS)}")
    data = need("train", "skimage.data")  # on use: it takes a quarter of a second

    pixels = torch.from_numpy(getattr(data, name)().copy())
    image = pixels.movedim(-1, 0) if pixels.ndim == 3 else pixels[None]
    image = image.float() / 255
    if size is None:
        return image
    height, width = size
    shrink = max(height / image.shape[1], width / image.shape[2])
    if min(size) < 1 or shrink > 1:
        raise ValueError(
            f"photo: size must lie between 1x1 and the photo's {image.shape[1]}x{image.shape[2]}, "
            f"got {height}x{width}"
        )
    near = (max(height, round(image.shape[1] * shrink)), max(width, round(image.shape[2] * shrink)))
    image = F.interpolate(image[None], near, mode="bilinear", antialias=True)[0].clamp(0, 1)
    top, left = (near[0] - height) // 2, (near[1] - width) // 2
    return image[:, top : top + height, left : left + width]


def random_crops(
    images: Sequence[Tensor], count: int, size: int, generator: torch.Generator
) -> Float[Tensor, "{count} channels {size} {size}"]:
    """Cut squares at random places out of random images: training data from a few photographs.

    Args:
        images: (channels, h, w) each, of any sizes, with the same number of channels.
        count: how many crops.
        size: their side in pixels.
        generator: decides which images and places, so the same seed gives the same crops.

    Returns:
        The crops as one batch.

    Raises:
        ValueError: if there is no image, or one is smaller than ``size``.

    Example:
        >>> g = torch.Generator().manual_seed(0)
        >>> random_crops([photo("coffee"), photo("chelsea")], 8, 32, g).shape
        torch.Size([8, 3, 32, 32])
    """
    smallest = min((min(image.shape[-2:]) for image in images), default=0)
    if not 1 <= size <= smallest:
        raise ValueError(
            f"random_crops: size must be between 1 and the smallest image side, {smallest} pixels, "
            f"got {size}"
        )

    def below(limit: int) -> int:
        return int(torch.randint(limit, (1,), generator=generator))

    crops = []
    for _ in range(count):
        image = images[below(len(images))]
        top, left = below(image.shape[1] - size + 1), below(image.shape[2] - size + 1)
        crops.append(image[:, top : top + size, left : left + size])
    return torch.stack(crops)
