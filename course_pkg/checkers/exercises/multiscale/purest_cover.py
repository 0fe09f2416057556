"""For every leaf of a tree, the purest region that contains it."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "purest_cover"]


def purest_cover(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    """Walk from every leaf to the root and keep the node of least impurity.

    Example:
        >>> purest_cover(np.array([2, 2, -1]), np.array([0.5, 0.1, 0.3]))
        array([2, 1])
    """
    leaves = [node for node in range(len(parents)) if node not in parents]
    winners = []
    for leaf in leaves:
        best, node = leaf, leaf
        while node != -1:
            if impurity[node] <= impurity[best]:  # of equals the larger region wins
                best = node
            node = parents[node]
        winners.append(best)
    return np.array(winners)


def _leaves(parents: np.ndarray) -> list[int]:
    return [node for node in range(len(parents)) if node not in parents]


def _path(parents: np.ndarray, leaf: int) -> list[int]:
    path = [leaf]
    while parents[path[-1]] != -1:
        path.append(int(parents[path[-1]]))
    return path


def _stops_at_the_first_rise(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    winners = []
    for leaf in _leaves(parents):
        node = leaf
        while parents[node] != -1 and impurity[parents[node]] <= impurity[node]:
            node = parents[node]
        winners.append(node)
    return np.array(winners)


def _most_mixed(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    paths = [_path(parents, leaf) for leaf in _leaves(parents)]
    return np.array([path[int(np.argmax(impurity[path]))] for path in paths])


def _smaller_of_equals(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    paths = [_path(parents, leaf) for leaf in _leaves(parents)]
    return np.array([path[int(np.argmin(impurity[path]))] for path in paths])


def _leaf_or_parent(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    paths = [_path(parents, leaf)[:2] for leaf in _leaves(parents)]
    return np.array([path[int(np.argmin(impurity[path]))] for path in paths])


def _one_for_all(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    return np.full(len(_leaves(parents)), int(np.argmin(impurity)))


def _without_the_leaf(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    paths = [_path(parents, leaf)[1:] or [leaf] for leaf in _leaves(parents)]
    return np.array([path[int(np.argmin(impurity[path]))] for path in paths])


def _for_every_node(parents: np.ndarray, impurity: np.ndarray) -> np.ndarray:
    winners = []
    for node in range(len(parents)):
        path = _path(parents, node)[::-1]
        winners.append(path[int(np.argmin(impurity[path]))])
    return np.array(winners)


SEVEN = np.array([4, 4, 5, 5, 6, 6, -1])


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    names = ("parents", "impurity")
    numbers = np.array([0.5, 0.2, 0.9, 0.6, 0.8, 0.7, 0.3])
    yield Case("seven nodes", dict(zip(names, (SEVEN, numbers), strict=True)))
    equal = np.array([0.5, 0.3, 0.1, 0.9, 0.3, 0.3, 0.6])
    yield Case("equally pure regions", dict(zip(names, (SEVEN, equal), strict=True)))
    lone = (np.array([-1]), np.array([0.4]))
    yield Case("a tree of one node", dict(zip(names, lone, strict=True)))
    bushy = np.array([5, 5, 5, 6, 6, 7, 7, 8, -1])
    drawn = (bushy, rng.uniform(0, 1, size=9))
    yield Case("any impurities", dict(zip(names, drawn, strict=True)))


EXERCISE = Exercise(
    id="multiscale.purest_cover",
    title="The purest cover",
    chapter=8,
    points=3,
    statement=(
        "A tree of regions is written as parents: node i hangs on parents[i] > i, a root has -1. "
        "Nodes that are nobody's parent are leaves. For every leaf, in order, return the number of "
        "the node with the least impurity on the way from the leaf to its root, both included; of "
        "equally pure nodes take the one nearer to the root."
    ),
    starter="def purest_cover(parents, impurity):\n    raise NotImplementedError",
    hints=(
        "Draw [4, 4, 5, 5, 6, 6, -1]: 0 and 1 hang on 4, 2 and 3 on 5, and 4 and 5 on 6.",
        "From one leaf, follow parents until -1 comes, and remember the best node so far.",
        "Comparing with <= lets the later node, the larger region, win a tie.",
    ),
    reference=purest_cover,
    cases=_cases,
    mistakes=(
        Mistake(
            "The walk stopped where the next region was more mixed. A still larger one may be "
            "purer again: go on to the root.",
            _stops_at_the_first_rise,
        ),
        Mistake(
            "These are the most mixed regions. The least impurity was asked for.",
            _most_mixed,
        ),
        Mistake(
            "Of equally pure regions the smaller one was taken. Take the one nearer to the root.",
            _smaller_of_equals,
        ),
        Mistake(
            "Only the leaf and its parent were compared. Go on to the root.",
            _leaf_or_parent,
        ),
        Mistake(
            "One node was given to all leaves, whether it contains them or not. Only a leaf's own "
            "ancestors can cover it.",
            _one_for_all,
        ),
        Mistake(
            "The leaf itself was left out. It may be the purest of all.",
            _without_the_leaf,
        ),
        Mistake(
            "This is a winner for every node. Only the leaves have pixels: return one per leaf.",
            _for_every_node,
        ),
    ),
)
