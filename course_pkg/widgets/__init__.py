"""Figures to touch: they compute in the page, with a kernel and without one."""

from course_pkg.widgets.checkerboard import Checkerboard
from course_pkg.widgets.conv_matrix import ConvMatrix
from course_pkg.widgets.frames import Frames
from course_pkg.widgets.patch_cost import PatchCost
from course_pkg.widgets.receptive_field import ReceptiveField
from course_pkg.widgets.skip_explorer import SkipExplorer
from course_pkg.widgets.transposed_conv import TransposedConv
from course_pkg.widgets.upsampling_family import UpsamplingFamily

__all__ = [
    "Checkerboard",
    "ConvMatrix",
    "Frames",
    "PatchCost",
    "ReceptiveField",
    "SkipExplorer",
    "TransposedConv",
    "UpsamplingFamily",
]
