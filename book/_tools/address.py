"""Write the repository's address into pyproject.toml, the one place that knows it.

    python book/_tools/address.py https://github.com/OWNER/NAME

For whoever puts a copy of the book online; `make stamp` then writes it into the notebooks. Needs
nothing but the standard library.
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORM = re.compile(r"https://[\w.-]+/[\w.-]+/[\w.-]+")
LINE = re.compile(r'^(?:# *)?Source = ".*"$', re.MULTILINE)


def write_address(root: Path, address: str) -> None:
    """Write the address into the pyproject.toml of a checkout.

    Args:
        root: its folder.
        address: such as ``https://github.com/OWNER/NAME``.

    Raises:
        ValueError: if the address has another form, or there is no place for it.
    """
    address = address.rstrip("/").removesuffix(".git")
    if not FORM.fullmatch(address):
        raise ValueError(
            f"the address has to look like https://github.com/OWNER/NAME, got {address!r}"
        )
    project = root / "pyproject.toml"
    text, count = LINE.subn(lambda _: f'Source = "{address}"', project.read_text("utf8"))
    if count != 1:
        raise ValueError(f"pyproject.toml needs one line Source = ..., found {count}")
    project.write_text(text, "utf8")


def main() -> int:
    """Read the address from the command line."""
    parser = argparse.ArgumentParser(description="tell the book where its repository lies")
    parser.add_argument("address", help="https://github.com/OWNER/NAME")
    try:
        write_address(ROOT, parser.parse_args().address)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
