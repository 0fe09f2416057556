"""Pictures and source listings for the lectures: the plumbing that a page should not show."""

from course_pkg._extras import need

need("widgets", "matplotlib", "IPython")

from course_pkg.viz.alignment import show_alignments
from course_pkg.viz.attended import show_hops, show_listening, show_watching
from course_pkg.viz.diagram import Arrow, Box, show_diagram
from course_pkg.viz.figures import figure_style, number_grids, show_images
from course_pkg.viz.looks import draw_look, draw_written
from course_pkg.viz.overlays import draw_boxes, draw_labels, draw_masks, label_legend, picture_row
from course_pkg.viz.source import show_source
from course_pkg.viz.table import show_table

__all__ = [
    "Arrow",
    "Box",
    "draw_boxes",
    "draw_labels",
    "draw_look",
    "draw_masks",
    "draw_written",
    "figure_style",
    "label_legend",
    "number_grids",
    "picture_row",
    "show_alignments",
    "show_diagram",
    "show_hops",
    "show_images",
    "show_listening",
    "show_source",
    "show_table",
    "show_watching",
]
