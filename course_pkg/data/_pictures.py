"""Picture files as people have them: turned by a camera, with alpha, in 16 bits, labels in colours.

Every file is either read as what it shows or refused with its name; nothing is guessed in silence.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps


def read_rgb(path: Path | str) -> Image.Image:
    """A picture as it is shown: upright, opaque on white, 8 bits a colour.

    Raises:
        ValueError: if the pixels have no known white, as in floating-point pictures.
    """
    with Image.open(path) as stored:
        image = ImageOps.exif_transpose(stored)  # phones store the turn beside the pixels
    if image.mode.startswith("I"):
        levels = np.asarray(image).astype(np.int64)
        if levels.min(initial=0) < 0 or levels.max(initial=0) > 65535:
            raise ValueError(
                f"{path}: grey levels run from {levels.min()} to {levels.max()}, expected 16 bits "
                "(0 to 65535): save it with 8 or 16 bits a pixel"
            )
        return Image.fromarray((levels / 257).round().astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        raise ValueError(
            f"{path}: floating-point pixels have no known white: save it with 8 bits a colour"
        )
    if image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def read_labels(path: Path | str) -> np.ndarray:
    """The numbers in a label picture, whether grey, with a palette, or grey saved in colour.

    Args:
        path: the file.

    Returns:
        (h, w) integers.

    Raises:
        ValueError: if the picture is in colours, which stand for nothing by themselves.
    """
    with Image.open(path) as stored:
        image = ImageOps.exif_transpose(stored)
    if image.mode == "LA":
        image = image.getchannel("L")
    if image.mode in ("1", "L", "P") or image.mode.startswith("I"):
        return np.array(image).astype(np.int64)
    if image.mode == "F":
        raise ValueError(f"{path}: labels are whole numbers, the file holds floating-point ones")
    rgb = np.array(image.convert("RGB")).astype(np.int64)
    if (rgb == rgb[..., :1]).all():  # numbers, saved three times over
        return rgb[..., 0]
    colour = tuple(rgb[(rgb != rgb[..., :1]).any(2)][0].tolist())
    raise ValueError(
        f"{path}: the mask is in colours ({image.mode}, such as {colour}), expected one label "
        "number a pixel: write the number of its class in place of each colour"
    )


def read_label_colours(path: Path | str, labels: Mapping[tuple[int, int, int], int]) -> np.ndarray:
    """The numbers that a label picture's colours stand for.

    Args:
        path: the file.
        labels: the number of each colour.

    Returns:
        (h, w) integers.

    Raises:
        ValueError: if a colour stands for nothing.
    """
    with Image.open(path) as stored:
        rgb = np.array(ImageOps.exif_transpose(stored).convert("RGB")).astype(np.int64)
    codes = (rgb << [16, 8, 0]).sum(2)
    seen, places = np.unique(codes, return_inverse=True)
    numbers = []
    for code in seen.tolist():
        colour = (code >> 16, code >> 8 & 255, code & 255)
        if colour not in labels:
            raise ValueError(
                f"{path}: the colour {colour} is of no class; {len(labels)} colours are known, "
                f"such as {next(iter(labels))}. JPEG and resizing make colours of their own"
            )
        numbers.append(labels[colour])
    return np.array(numbers, np.int64)[places].reshape(codes.shape)


def read_mask(path: Path | str) -> np.ndarray:
    """Where a picture of one thing is not black, whatever its alpha says: (h, w) booleans."""
    with Image.open(path) as stored:
        image = ImageOps.exif_transpose(stored)
    if image.mode in ("P", "PA"):  # numbers of a palette say nothing before they are colours
        image = image.convert("RGB")
    pixels = np.array(image)
    if image.mode in ("LA", "RGBA", "La", "RGBa"):
        pixels = pixels[..., :-1]
    shown = pixels > 0
    return np.any(shown, axis=2, keepdims=False) if pixels.ndim == 3 else shown
