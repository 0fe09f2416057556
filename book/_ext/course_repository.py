"""Buttons that lead to the repository: right when its address is known, absent when it is not.

The address is `[project.urls] Source` in pyproject.toml and nothing else. Without this extension
the stock settings would fill the gap with somebody else's repository.
"""

import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

BRANCH = "main"
COLAB = "https://colab.research.google.com"
HOSTS = {"github.com": "github", "gitlab.com": "gitlab"}


def source_address(root: Path) -> str:
    """Return the repository's address as pyproject.toml has it, or an empty text.

    Raises:
        ValueError: if the address is not of the form https://host/owner/name.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text("utf8"))["project"]
    address = project.get("urls", {}).get("Source", "").rstrip("/").removesuffix(".git")
    parts = urlsplit(address)
    if address and (parts.scheme != "https" or len(parts.path.strip("/").split("/")) != 2):
        raise ValueError(
            "[project.urls] Source in pyproject.toml has to look like "
            f"https://github.com/OWNER/NAME, got {address!r}"
        )
    return address


def theme_options(address: str) -> dict[str, Any]:
    """Return the theme's settings for an address; only GitHub's notebooks open in Colab."""
    provider = HOSTS.get(urlsplit(address).netloc, "")
    if address and not provider:
        raise ValueError(f"the theme has buttons for {', '.join(HOSTS)} only, got {address!r}")
    return {
        "repository_url": address,
        "repository_branch": BRANCH,
        "path_to_docs": "",
        "launch_buttons": {"colab_url": COLAB} if provider == "github" else {},
        "use_repository_button": bool(address),
        "use_issues_button": bool(address),
        "use_source_button": bool(address),
        "use_edit_page_button": False,
    }


def set_buttons(app: Sphinx, config: Config) -> None:
    """Overwrite the theme's repository settings with ours."""
    try:
        config.html_theme_options.update(theme_options(source_address(Path(app.srcdir))))
    except ValueError as error:
        raise ExtensionError(str(error)) from error


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", set_buttons, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
