"""Figures to touch: they compute in the page, with a kernel and without one."""

from .checkerboard import Checkerboard
from .conv_matrix import ConvMatrix
from .frames import Frames
from .transposed_conv import TransposedConv
from .upsampling_family import UpsamplingFamily

__all__ = ["Checkerboard", "ConvMatrix", "Frames", "TransposedConv", "UpsamplingFamily"]
