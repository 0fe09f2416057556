"""Chapter 15: spatial transformer networks (Jaderberg et al. 2015, figures 2 and 3).

Read `transformer` (localisation, grid, sampler), `networks` (the rows of table 1), with `widths`
(how wide each may be); `windows` and `colocalisation` are the paper's appendix A.2.
"""

from course_pkg.models.spatial_transformer.colocalisation import (
    ActivationEncoder,
    Colocaliser,
    colocalisation_loss,
)
from course_pkg.models.spatial_transformer.networks import (
    NetFamily,
    SpatialTransformerNet,
    digit_net,
    localisation_cnn,
    localisation_fcn,
    spatial_transformer_net,
)
from course_pkg.models.spatial_transformer.transformer import (
    THETA_SIZES,
    ParallelTransformers,
    SpatialTransformer,
    Transformed,
    TransformKind,
    identity_theta,
    theta_grid,
)
from course_pkg.models.spatial_transformer.windows import (
    random_windows,
    window_boxes,
)

__all__ = [
    "THETA_SIZES",
    "ActivationEncoder",
    "Colocaliser",
    "NetFamily",
    "ParallelTransformers",
    "SpatialTransformer",
    "SpatialTransformerNet",
    "TransformKind",
    "Transformed",
    "colocalisation_loss",
    "digit_net",
    "identity_theta",
    "localisation_cnn",
    "localisation_fcn",
    "random_windows",
    "spatial_transformer_net",
    "theta_grid",
    "window_boxes",
]
