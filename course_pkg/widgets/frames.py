"""Pictures drawn ahead of time, one for every combination of settings.

For results that need PyTorch: a page without a kernel cannot compute them, but it can show the one
that belongs to the chosen settings.
"""

import base64
import html
import io
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from course_pkg.widgets.base import BookWidget, module_source

__all__ = ["Frames"]

_MOST_FRAMES = 64  # every picture is part of the page


class Frames(BookWidget):
    """Choose settings and see the picture that was drawn for them.

    Args:
        fn: draws one picture: takes the settings by name and returns a matplotlib figure and the
            text for readers who do not see it.
        title: the figure's heading.
        dpi: dots per inch of the pictures.
        values: the values of each setting, by name: ``stride=[1, 2]``; underscores become spaces.

    Raises:
        ValueError: if a setting has no values, or there would be more than 64 pictures.

    Example:
        >>> from matplotlib.figure import Figure
        >>> def draw(stride):
        ...     return Figure(figsize=(1, 1)), f"nothing, every {stride} cells"
        >>> w = Frames(draw, "An empty picture", stride=[1, 2])
        >>> w
        Frames(title='An empty picture', settings={'stride': ['1', '2']})
        >>> w.alt
        'nothing, every 1 cells'
    """

    _tag = "course-frames"
    _esm = module_source("frames.js")

    settings = traitlets.List(read_only=True).tag(sync=True)
    frames = traitlets.List(read_only=True).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(
        self,
        fn: Callable[..., tuple[Any, str]],
        title: str,
        *,
        dpi: int = 110,
        **values: Sequence[Any],
    ) -> None:
        if not values or not all(len(options) for options in values.values()):
            raise ValueError(
                f"every setting of Frames needs at least one value, but {values} came: "
                f"write for instance stride=[1, 2]"
            )
        combinations = list(itertools.product(*values.values()))
        if len(combinations) > _MOST_FRAMES:
            raise ValueError(
                f"{len(combinations)} pictures would make the page heavy, at most {_MOST_FRAMES} "
                f"are allowed: give fewer values"
            )
        drawn = [
            _picture(*fn(**dict(zip(values, each, strict=True))), dpi) for each in combinations
        ]
        self.set_trait("frames", drawn)
        named = [
            {"label": name.replace("_", " "), "values": [str(value) for value in options]}
            for name, options in values.items()
        ]
        self.set_trait("settings", named)
        super().__init__(title=title, chosen=[0] * len(values))

    @traitlets.validate("chosen")
    def _validate_chosen(self, proposal: Any) -> list[int]:
        counts = [len(setting["values"]) for setting in self.settings]
        good = len(proposal.value) == len(counts)
        if not good or any(not 0 <= at < n for at, n in zip(proposal.value, counts, strict=True)):
            raise traitlets.TraitError(
                f"chosen must hold a position for each setting, below {counts}, "
                f"but {proposal.value} came"
            )
        return proposal.value

    @property
    def alt(self) -> str:
        """What the chosen picture shows."""
        return self._chosen_frame["alt"]

    @property
    def _chosen_frame(self) -> dict[str, str]:
        index = 0
        for setting, at in zip(self.settings, self.chosen, strict=True):
            index = index * len(setting["values"]) + at
        return self.frames[index]

    def __repr__(self) -> str:
        values = {setting["label"]: setting["values"] for setting in self.settings}
        return f"Frames(title={self.title!r}, settings={values})"

    def fallback(self) -> str:
        """The chosen picture."""
        frame = self._chosen_frame
        return f'<img src="{frame["src"]}" alt="{html.escape(frame["alt"])}">'


def _picture(figure: Any, alt: str, dpi: int) -> dict[str, str]:
    """A figure as a data address, and its text."""
    from matplotlib import pyplot as plt

    buffer = io.BytesIO()
    # Without the name of the program the same figure always gives the same bytes.
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    plt.close(figure)
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    return {"src": source, "alt": alt}
