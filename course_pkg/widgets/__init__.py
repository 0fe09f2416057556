"""Figures to touch: they compute in the page, with a kernel and without one."""

from course_pkg._extras import need

need("widgets", "anywidget", "ipywidgets", "traitlets")

from course_pkg.widgets.alignment_explorer import AlignmentExplorer
from course_pkg.widgets.attention_grid import AttentionGrid
from course_pkg.widgets.checkerboard import Checkerboard
from course_pkg.widgets.conv_matrix import ConvMatrix
from course_pkg.widgets.filterbank import Filterbank
from course_pkg.widgets.frames import Frames
from course_pkg.widgets.patch_cost import PatchCost
from course_pkg.widgets.receptive_field import ReceptiveField
from course_pkg.widgets.roi_explorer import RoIExplorer
from course_pkg.widgets.skip_explorer import SkipExplorer
from course_pkg.widgets.transformer_explorer import TransformerExplorer
from course_pkg.widgets.transposed_conv import TransposedConv
from course_pkg.widgets.upsampling_family import UpsamplingFamily

__all__ = [
    "AlignmentExplorer",
    "AttentionGrid",
    "Checkerboard",
    "ConvMatrix",
    "Filterbank",
    "Frames",
    "PatchCost",
    "ReceptiveField",
    "RoIExplorer",
    "SkipExplorer",
    "TransformerExplorer",
    "TransposedConv",
    "UpsamplingFamily",
]
