"""Keep the lines of the libraries' inventories that links in the book need.

    python book/_tools/inventories.py NAME ...   add names, as `torch.nn.functional.unfold`
    python book/_tools/inventories.py --check    compare every kept line with the manuals

Both ask the manuals over the network (`objects.inv` under their addresses in _config.yml), or
read whole inventories that were fetched before: `--from FOLDER` with `python.inv`, `torch.inv`, ...
The build itself asks nobody: it reads book/_inventories/, and a name without a line fails it.
"""

import argparse
import io
import posixpath
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import yaml
from chapters import ROOT
from sphinx.util.inventory import InventoryFile

HEAD = "# Sphinx inventory version 1\n# Project: {name}\n# Version: \n"


class Manual(NamedTuple):
    """A library's manual.

    Attributes:
        address: where it is read.
        kept: the file with the lines that the book needs.
    """

    address: str
    kept: Path


Lines = dict[str, tuple[str, str]]


def manuals(root: Path = ROOT) -> dict[str, Manual]:
    """Return the manuals that _config.yml names, by their short names."""
    settings = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    mapping = settings["sphinx"]["config"]["intersphinx_mapping"]
    return {name: Manual(address, root / file) for name, (address, file) in mapping.items()}


def parse(content: bytes) -> Lines:
    """Return an inventory's Python names, each with its kind and its page (without an anchor)."""
    data = InventoryFile.load(io.BytesIO(content), "", posixpath.join)
    found: Lines = {}
    for kind, entries in data.items():
        for name, (_, _, place, _) in entries.items():
            page, _, anchor = place.partition("#")
            if kind.startswith("py:") and anchor == name:
                found[name] = kind.removeprefix("py:"), page
    return found


def text(name: str, lines: Lines) -> str:
    """Return the kept lines as a file: sorted, one a name."""
    body = (f"{entry} {kind} {page}\n" for entry, (kind, page) in sorted(lines.items()))
    return HEAD.format(name=name) + "".join(body)


def whole(name: str, manual: Manual, folder: Path | None) -> Lines | None:
    """Return all that a manual describes, or None (and say why) where it cannot be had."""
    try:
        if folder:
            return parse((folder / f"{name}.inv").read_bytes())
        with urlopen(f"{manual.address}objects.inv", timeout=30) as answer:
            return parse(answer.read())
    except (URLError, OSError, ValueError) as error:
        print(f"{name}: no inventory ({error})")
        return None


def differences(kept: Lines, there: Lines) -> list[str]:
    """Name the kept lines that a manual has otherwise or not at all."""
    return [
        f"{name}: kept as {line}, the manual has {there.get(name)}"
        for name, line in sorted(kept.items())
        if there.get(name) != line
    ]


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Add names or compare; return 1 where something was not found or differs."""
    parser = argparse.ArgumentParser(description="keep the inventories' lines that links need")
    parser.add_argument("--check", action="store_true", help="change nothing, compare")
    parser.add_argument("--from", dest="folder", type=Path, help="whole inventories, NAME.inv")
    parser.add_argument("names", nargs="*", help="names to add")
    wish = parser.parse_args(arguments)
    missing, wrong = set(wish.names), 0
    for name, manual in manuals(root).items():
        there = whole(name, manual, wish.folder)
        if there is None:
            continue
        kept = parse(manual.kept.read_bytes())
        if wish.check:
            found = differences(kept, there)
            wrong += len(found)
            print("\n".join([*found, f"{name}: {len(kept) - len(found)} lines as in the manual"]))
        added = {entry: there[entry] for entry in missing & there.keys()}
        missing -= added.keys()
        if added:
            manual.kept.write_text(text(name, kept | added), "utf8")
            print(f"{name}: added {', '.join(sorted(added))}")
    if missing:
        print(f"in no manual: {', '.join(sorted(missing))}")
    return int(bool(missing or wrong))


if __name__ == "__main__":
    sys.exit(main())
