"""Chapter 3: segment without ever making the map smaller, and what that costs.

`networks` holds the stack at full resolution and two twins on smaller maps; `receptive_field` says
how much of the image one cell of any network sees.
"""

from course_pkg.models.full_resolution.networks import (
    ConvStack,
    downsampled_net,
    full_resolution_net,
    skip_net,
)
from course_pkg.models.full_resolution.receptive_field import (
    FieldSize,
    Window,
    receptive_field,
    windows_of,
)

__all__ = [
    "ConvStack",
    "FieldSize",
    "Window",
    "downsampled_net",
    "full_resolution_net",
    "receptive_field",
    "skip_net",
    "windows_of",
]
