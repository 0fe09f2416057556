"""Pictures and source listings for the lectures: the plumbing that a page should not show."""

from course_pkg.viz.figures import figure_style, number_grids, show_images
from course_pkg.viz.source import show_source

__all__ = ["figure_style", "number_grids", "show_images", "show_source"]
