"""The checks of shapes and types that stand in front of every public function of the package.

Signatures say the shapes (`jaxtyping`); here they are held against what comes in and what goes out.
Read in this order: `hook` puts `wrapper.checked` in front of each function when a module of the
package is imported, `hints` says what fits, `sentence` says what did not, `display` shows the
sentence under the caller's own line. While torch compiles, exports or traces, the checks step
aside; `set_checks` and the environment variable JAXTYPING_DISABLE switch them off.
"""

from course_pkg._checks.errors import ArgumentError, DeviceError
from course_pkg._checks.hook import install
from course_pkg._checks.wrapper import set_checks

__all__ = ["ArgumentError", "DeviceError", "install", "set_checks"]
