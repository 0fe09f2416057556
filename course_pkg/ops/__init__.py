"""Pure functions, one family a file: the mathematics of the book, written to be read."""

from course_pkg.ops.upsampling import (
    bed_of_nails,
    bilinear_adjoint,
    bilinear_kernel,
    bilinear_matrix,
    bilinear_upsample,
    max_pool_with_indices,
    max_unpool,
    max_unpool_adjoint,
    nearest_upsample,
    pixel_shuffle,
    pixel_unshuffle,
    subsample,
    sum_pool,
)

__all__ = [
    "bed_of_nails",
    "bilinear_adjoint",
    "bilinear_kernel",
    "bilinear_matrix",
    "bilinear_upsample",
    "max_pool_with_indices",
    "max_unpool",
    "max_unpool_adjoint",
    "nearest_upsample",
    "pixel_shuffle",
    "pixel_unshuffle",
    "subsample",
    "sum_pool",
]
