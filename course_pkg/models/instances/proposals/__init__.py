"""Region proposals: a few hundred guesses at where a thing may be.

After Arbelaez et al. 2014 (MCG), in small: `contour_tree` merges regions where contours are
weakest, `region_proposals` combines the tree's regions into candidates.
"""

from course_pkg.models.instances.proposals.contour_tree import (
    colour_gradient,
    contour_tree,
    draw_nodes,
    node_contrast,
    node_leaves,
)
from course_pkg.models.instances.proposals.region_proposals import (
    Proposer,
    fine_superpixels,
    gradient_basins,
    region_proposals,
)

__all__ = [
    "Proposer",
    "colour_gradient",
    "contour_tree",
    "draw_nodes",
    "fine_superpixels",
    "gradient_basins",
    "node_contrast",
    "node_leaves",
    "region_proposals",
]
