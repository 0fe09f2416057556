"""Chapter 14: look anywhere, at any size: a window instead of a grid of cells.

`handwriting` (Graves 2013) and `draw` (Gregor et al. 2015), one folder each.
"""

from course_pkg.models.windows import draw, handwriting
from course_pkg.models.windows.draw import *
from course_pkg.models.windows.handwriting import *

__all__: list[str] = []
__all__ += draw.__all__
__all__ += handwriting.__all__
