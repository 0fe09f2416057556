"""What the networks with spatial transformers do otherwise than their paper."""

from course_pkg.models.departure import Departures

__all__ = ["DEPARTURES"]

DEPARTURES = (
    Departures(
        (
            "SpatialTransformerNet",
            "SpatialTransformer",
            "ParallelTransformers",
            "digit_net",
            "localisation_cnn",
            "localisation_fcn",
            "spatial_transformer_net",
        ),
        chapter=15,
        papers=("jaderberg2015",),
    ),
    Departures(("Colocaliser", "ActivationEncoder"), chapter=15, papers=("jaderberg2015",)),
)
