"""What every widget of the book shares: one JavaScript source, shown in two ways.

In a running notebook a widget is an `anywidget.AnyWidget`: its traits are synchronised with the
picture. In the built book there is no kernel, so the same object also describes itself as HTML: a
custom element around a plain table or picture (what a reader without scripts sees), followed by
the same JavaScript as an inline script. Jupyter front ends choose the first form, the book's
builder the second.
"""

import html
import json
import re
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import ipywidgets
import traitlets

__all__ = ["BookWidget", "inline_script", "module_source"]

_STATIC = Path(__file__).parent / "static"
_SHARED = ("core.js", "fields.js", "cells.js")
_EXPORTS = re.compile(r"(?m)^export\s+(?:default\s+)?\{[^}]*\};?\s*$")


def module_source(*parts: str) -> str:
    """Join the shared JavaScript, the style sheet and a widget's own files into one ES module.

    Args:
        parts: names of files in ``static``, each after the files whose functions it uses.

    Returns:
        The module: named exports of its pure functions and a default export with ``render``.

    Example:
        >>> "export default { render }" in module_source("frames.js")
        True
    """
    sources = [(_STATIC / name).read_text(encoding="utf-8") for name in (*_SHARED, *parts)]
    # The picture lives in a shadow root, where a page's style sheets do not reach: the style
    # sheet travels as a constant.
    css = " ".join((_STATIC / "core.css").read_text(encoding="utf-8").split())
    return "\n".join([f"const CSS = {json.dumps(css)};", *sources])


def inline_script(module: str) -> str:
    r"""Turn a widget's module into a classic script, without its exports, comments and indents.

    A module would do for http, but browsers refuse modules opened from ``file://``.

    Args:
        module: what `module_source` returns.

    Returns:
        The script's text, safe between ``<script>`` and ``</script>``.

    Raises:
        ValueError: if the text would end the script element early, or an export is left.

    Example:
        >>> inline_script("// why\nconst a = 1;\nexport { a };\n")
        '(()=>{"use strict";\nconst a = 1;\n})();'
    """
    kept, in_comment = [], False
    for line in map(str.strip, _EXPORTS.sub("", module).splitlines()):
        in_comment = in_comment or line.startswith("/*")
        if line and not in_comment and not line.startswith("//"):
            kept.append(line)
        in_comment = in_comment and not line.endswith("*/")
    body = "\n".join(kept)
    if "</script" in body.lower() or "<!--" in body:
        raise ValueError(
            "the widget's JavaScript contains '</script' or '<!--', which would end the inline "
            "script early: split that text in the source"
        )
    if re.search(r"(?m)^export\b", body):
        raise ValueError(
            "the widget's JavaScript has an export that is not a plain list: write "
            "`export { a, b };` at the end of the file"
        )
    return f'(()=>{{"use strict";\n{body}\n}})();'


class BookWidget(anywidget.AnyWidget):
    """A widget that works with a kernel (traits both ways) and in a built page (no kernel).

    A subclass names its custom element (``_tag``) and its module (``_esm``), declares its settings
    as synchronised traits, and draws what a reader without scripts sees (`fallback`).
    """

    # ipywidgets 7 (still Colab's) defines this, and IPython prefers it to `_repr_mimebundle_`:
    # the HTML form would be lost.
    _ipython_display_ = None

    _tag: ClassVar[str]
    _esm: ClassVar[str]
    _shown: ClassVar[tuple[str, ...]] = ()

    title = traitlets.Unicode(help="the widget's heading").tag(sync=True)

    def static_state(self) -> dict[str, Any]:
        """The settings that the picture is drawn from, ready for JSON.

        Returns:
            Every synchronised trait of the widget's own, without those of the Jupyter front end.
        """
        front_end = set(ipywidgets.DOMWidget.class_trait_names())
        names = sorted(set(self.keys) - front_end)
        return {name: getattr(self, name) for name in names if not name.startswith("_")}

    def fallback(self) -> str:
        """The HTML that stands in the page when scripts are off.

        Returns:
            A table or picture with the right numbers.
        """
        raise NotImplementedError

    def html(self) -> str:
        """The widget for a page without a kernel.

        Returns:
            The custom element with its state and fallback, and the inline script; the same
            settings always give the same text.
        """
        state = html.escape(json.dumps(self.static_state(), sort_keys=True, allow_nan=False))
        element = f'<{self._tag} state="{state}">{self.fallback()}</{self._tag}>'
        return f"{element}<script>{inline_script(self._esm)}</script>"

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
        return f"{type(self).__name__}({shown})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        return {**data, "text/plain": repr(self), "text/html": self.html()}, metadata
