"""Write the repository's address from pyproject.toml into every chapter's set-up cell.

    python book/_tools/stamp.py           write
    python book/_tools/stamp.py --check   change nothing; name what would change, return 1

In Colab a chapter stands alone: it has to know itself where the package comes from. The cell
tagged `setup` therefore holds one line `SOURCE = "..."`, empty while the address is unknown.
"""

import argparse
import re
import sys

from chapters import ROOT, paths, read, source_address, tags, text
from nbformat import NotebookNode

LINE = re.compile(r'^SOURCE = ".*?"', re.MULTILINE)


def stamp(notebook: NotebookNode, address: str) -> bool:
    """Write the address into the set-up cell; return False where there is no place for it."""
    cells = [cell for cell in notebook.cells if "setup" in tags(cell)]
    lines = [match for cell in cells for match in LINE.findall(cell.source)]
    if len(lines) != 1:
        return False
    for cell in cells:
        cell.source = LINE.sub(lambda _: f'SOURCE = "{address}"', cell.source)
    return True


def main() -> int:
    """Stamp or check every notebook."""
    parser = argparse.ArgumentParser(description="write the repository's address into the chapters")
    parser.add_argument("--check", action="store_true", help="change nothing")
    wish = parser.parse_args()
    address, left = source_address(ROOT), 0
    for path in paths():
        notebook = read(path)
        if not stamp(notebook, address):
            print(f'{path.name}: needs one cell tagged `setup` with one line SOURCE = "..."')
            left += 1
        elif text(notebook) != path.read_text("utf8"):
            print(
                f"{path.name}: {'holds another address (make stamp)' if wish.check else 'written'}"
            )
            left += wish.check
            if not wish.check:
                path.write_text(text(notebook), "utf8")
    return int(left > 0)


if __name__ == "__main__":
    sys.exit(main())
