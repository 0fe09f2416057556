"""The networks of the papers: one folder a paper or a chapter, in the order of the chapters.

Every public name of a folder is also a name of `course_pkg.models`. What a network does otherwise
than its paper stands in the folder's `departures`.
"""

from course_pkg.models import (
    attention_everywhere,
    backbones,
    captioning,
    encoder_decoders,
    fcn,
    full_resolution,
    instances,
    multiscale,
    patches,
    refinement,
    sequences,
    spatial_transformer,
    translation,
    windows,
)
from course_pkg.models.attention_everywhere import *
from course_pkg.models.backbones import *
from course_pkg.models.captioning import *
from course_pkg.models.departure import Departure, Departures, declared_departures
from course_pkg.models.encoder_decoders import *
from course_pkg.models.fcn import *
from course_pkg.models.full_resolution import *
from course_pkg.models.instances import *
from course_pkg.models.multiscale import *
from course_pkg.models.patches import *
from course_pkg.models.refinement import *
from course_pkg.models.sequences import *
from course_pkg.models.spatial_transformer import *
from course_pkg.models.translation import *
from course_pkg.models.windows import *

__all__ = ["Departure", "Departures", "declared_departures"]
__all__ += backbones.__all__
__all__ += patches.__all__
__all__ += full_resolution.__all__
__all__ += fcn.__all__
__all__ += encoder_decoders.__all__
__all__ += multiscale.__all__
__all__ += refinement.__all__
__all__ += instances.__all__
__all__ += sequences.__all__
__all__ += captioning.__all__
__all__ += translation.__all__
__all__ += attention_everywhere.__all__
__all__ += windows.__all__
__all__ += spatial_transformer.__all__
