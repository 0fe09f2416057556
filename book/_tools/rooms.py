"""For every paper's folder: the files that it is made of, and what it shares with other folders.

    python book/_tools/rooms.py

A folder's files are what one reads for its paper. What it shares lies elsewhere in the package and
is imported, by its files or by what these import there.
"""

import grimp

MODELS = "course_pkg.models"


def rooms(graph: grimp.ImportGraph) -> list[str]:
    """Return the folders of models that hold files and no further folders, one a paper."""
    packages = {m.rpartition(".")[0] for m in graph.modules if m.startswith(f"{MODELS}.")}
    return sorted(p for p in packages if p != MODELS and _files(graph, p))


def _files(graph: grimp.ImportGraph, room: str) -> list[str]:
    """Return the modules that lie in a folder itself, by their names there."""
    inside = graph.find_children(room)
    return sorted(m.rpartition(".")[2] for m in inside if not graph.find_children(m))


def imported_from(graph: grimp.ImportGraph, room: str) -> tuple[set[str], set[str]]:
    """Follow the imports of a folder's files: what is reached inside it, and what elsewhere.

    A sub-package that is imported as a whole (`from course_pkg import ops`) is one thing to share
    and is not followed.

    Args:
        graph: of the package.
        room: a folder's name as a module.

    Returns:
        Modules inside the folder, and modules or packages elsewhere.
    """
    own = {f"{room}.{name}" for name in _files(graph, room)}
    reached, waiting = set(own), list(own)
    while waiting:
        module = waiting.pop()
        if module in graph.modules and graph.find_children(module):
            continue  # a package
        new = graph.find_modules_directly_imported_by(module) - reached
        reached |= new
        waiting += new
    return own, reached - own - {"course_pkg"}


def main() -> None:
    """Print the table."""
    graph = grimp.build_graph("course_pkg", cache_dir=None)
    for room in rooms(graph):
        inside, shared = imported_from(graph, room)
        print(room.removeprefix("course_pkg."))
        print("  here:  ", *sorted(m.rpartition(".")[2] for m in inside))
        print("  shared:", *sorted(m.removeprefix("course_pkg.") for m in shared))


if __name__ == "__main__":
    main()
