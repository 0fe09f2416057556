"""Which objects a statement may change: also through the functions it calls, and by other names."""

from collections.abc import Iterable

from .effects import Statement, groups, stored

__all__ = ["changes"]


def changes(statements: Iterable[Statement]) -> dict[int, set[str]]:
    r"""Which objects every statement may change, through calls and other names as well.

    Args:
        statements: of the whole notebook.

    Returns:
        By number of the statement the names.

    Example:
        >>> import ast
        >>> from course_pkg.grading.worker.effects import statement
        >>> lines = "t = []\ndef add(k): t.append(k)\nadd(1)\nadd"
        >>> parts = [statement(0, node) for node in ast.parse(lines).body]
        >>> changes(parts)[2]
        {'t'}
    """
    parts = list(statements)
    binders: dict[str, list[Statement]] = {}
    for part in parts:
        for name in part.binds:
            binders.setdefault(name, []).append(part)
    moving = set().union(*(part.rebinds for part in parts))
    solid = {
        name
        for name, by in binders.items()
        if name not in moving and all(s.is_import or s.is_definition or s.is_constant for s in by)
    }
    reach = _reach(binders)
    alike = groups(pair for part in parts for pair in part.alike)
    found = {}
    for number, part in enumerate(parts):
        assigned = stored(part.node)
        touched = {name for name in part.touches if name not in solid or name in assigned}
        called = part.touches if part.is_definition else part.touches | part.uses
        touched = touched.union(*(reach.get(name, ()) for name in called))
        likes = set().union(*(alike.get(name, ()) for name in touched))
        found[number] = touched | (likes - solid)
    return found


def _reach(binders: dict[str, list[Statement]]) -> dict[str, set[str]]:
    """By function or class: what calling it may change, through what it calls as well."""
    found = {name: set().union(*(s.reach for s in by)) for name, by in binders.items()}
    calls = {
        name: set().union(*(s.uses for s in by if s.is_definition)) & found.keys()
        for name, by in binders.items()
    }
    waiting = set(found)
    while waiting:
        name = waiting.pop()
        grown = found[name].union(*(found[used] for used in calls[name]))
        if len(grown) > len(found[name]):
            found[name] = grown
            waiting |= {other for other, used in calls.items() if name in used}
    return found
