"""Digits as one tensor: what the distorted and the binarised digits are made from.

Source: LeCun et al. 1998 (MNIST); Salakhutdinov and Murray 2008, On the Quantitative Analysis of
Deep Belief Networks (binarisation by chance).
"""

from typing import Literal

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from course_pkg.data._files import Root, check_choice
from course_pkg.data.digits import MNIST, Digits

__all__ = ["DigitSource", "binarize", "digit_tensors"]

#: Where `digit_tensors` finds digits: MNIST on disk, or the few inside scikit-learn.
DigitSource = Literal["mnist", "digits"]


def digit_tensors(
    source: DigitSource = "digits", split: str = "train", root: Root = None
) -> tuple[Float[Tensor, "n 1 28 28"], Int[Tensor, " n"]]:
    """Read all digits of a split at once, 28 x 28 pixels, white on black.

    Args:
        source: "mnist" (60,000 and 10,000; has to be on disk), or "digits": 1,797 real digits from
            inside scikit-learn, enlarged from 8 x 8 to 20 x 20 and put in the middle, as MNIST's
            are.
        split: "train" or "test".
        root: folder that holds MNIST; None = the one that COURSE_DATA names.

    Returns:
        Pictures from 0 (paper) to 1 (ink), and their numbers.

    Raises:
        FileNotFoundError: if MNIST is missing; the message says how to get it.
        ModuleNotFoundError: if scikit-learn is missing.
        ValueError: if source or split is unknown.

    Example:
        >>> images, labels = digit_tensors(split="test")
        >>> images.shape, labels[:5].tolist()
        (torch.Size([359, 1, 28, 28]), [4, 9, 4, 9, 4])
    """
    check_choice("digit_tensors", "source", source, ("mnist", "digits"))
    if source == "mnist":
        arrays = MNIST(root, split)
        images = torch.from_numpy(arrays.images.astype(np.float32))[:, None] / 255
    else:
        arrays = Digits(split=split, size=20)
        small = torch.from_numpy(arrays.images.astype(np.float32))[:, None] / 255
        images = torch.nn.functional.pad(small, (4, 4, 4, 4))
    return images, torch.from_numpy(arrays.labels.astype(np.int64))


def binarize(
    images: Float[Tensor, "*n h w"], generator: torch.Generator | None = None
) -> Float[Tensor, "*n h w"]:
    """Make every pixel ink or paper by chance, its grey value being the probability of ink.

    Args:
        images: grey values from 0 to 1.
        generator: draws, on the images' device; None = torch's global one.

    Returns:
        Zeros and ones.

    Raises:
        ValueError: if a value is no probability.

    Source: Salakhutdinov and Murray 2008, section 5.

    Example:
        >>> binarize(torch.tensor([[0., 1.]]))
        tensor([[0., 1.]])
    """
    if images.numel() and not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            f"binarize: grey values must be from 0 to 1, got {images.min():g} to {images.max():g}"
        )
    # Double precision: a float32 draw can round up to 1 and leave a certain pixel blank.
    draws = torch.rand(images.shape, generator=generator, dtype=torch.float64, device=images.device)
    return (draws < images).to(images.dtype)
