"""The list of recipes as a file, so that it can be shown without importing a single network.

``python -m course_pkg.recipes._core.index`` writes it anew; a test compares it with the recipes.
"""

import json
from pathlib import Path
from typing import Any

from course_pkg.recipes._core.catalog import all_recipes

__all__ = ["INDEX", "recipe_index"]

INDEX = Path(__file__).with_name("index.json")


def recipe_index() -> list[dict[str, Any]]:
    """Say of every recipe what `course list` prints.

    Returns:
        One entry a recipe, by name.

    Example:
        >>> recipe_index() == json.loads(INDEX.read_text("utf8"))
        True
    """
    return [
        {
            "name": recipe.name,
            "dataset": recipe.dataset,
            "presets": list(recipe.presets),
            "what": recipe.what,
            "paper": None
            if recipe.paper is None
            else {
                "value": dict(recipe.paper.value),
                "tag": recipe.paper.tag,
                "source": recipe.paper.source,
            },
        }
        for recipe in all_recipes()
    ]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in recipe_index())
    INDEX.write_text(f"[\n{lines}\n]\n", "utf8")
