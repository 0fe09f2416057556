"""The unit of the translation papers, which is not torch's."""

from collections.abc import Iterator

import numpy as np

from course_pkg.checkers.definition import Case, Exercise, Mistake

__all__ = ["EXERCISE", "gru_step"]


def _parts(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both gates, and what the input adds to the candidate."""
    d = len(state)
    gates = 1 / (1 + np.exp(-inputs[: 2 * d] - gate_weight @ state))
    return gates[:d], gates[d:], inputs[2 * d :]


def gru_step(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    """One step: r filters what the candidate sees of the state, z how much of it moves in.

    Example:
        >>> gru_step(np.array([0.5]), np.array([0.0, 0.0, 20.0]), np.zeros((2, 1)), np.eye(1))
        array([0.75])
    """
    d = len(state)
    gates = 1 / (1 + np.exp(-inputs[: 2 * d] - gate_weight @ state))
    z, r = gates[:d], gates[d:]
    candidate = np.tanh(inputs[2 * d :] + candidate_weight @ (r * state))
    return (1 - z) * state + z * candidate


def _torch_keeps_with_z(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    z, r, x = _parts(state, inputs, gate_weight)
    return z * state + (1 - z) * np.tanh(x + candidate_weight @ (r * state))


def _reset_after_the_product(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    z, r, x = _parts(state, inputs, gate_weight)
    return (1 - z) * state + z * np.tanh(x + r * (candidate_weight @ state))


def _gates_swapped(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    r, z, x = _parts(state, inputs, gate_weight)
    return (1 - z) * state + z * np.tanh(x + candidate_weight @ (r * state))


def _no_reset(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    z, _, x = _parts(state, inputs, gate_weight)
    return (1 - z) * state + z * np.tanh(x + candidate_weight @ state)


def _candidate_only(
    state: np.ndarray, inputs: np.ndarray, gate_weight: np.ndarray, candidate_weight: np.ndarray
) -> np.ndarray:
    _, r, x = _parts(state, inputs, gate_weight)
    return np.tanh(x + candidate_weight @ (r * state))


def _cases(rng: np.random.Generator) -> Iterator[Case]:
    # One number: z = 3/4, r = 1/4, the candidate is tanh(2 * 1/4 * 0.5).
    hand = np.array([np.log(3), -np.log(3), 0.0])
    names = ("state", "inputs", "gate_weight", "candidate_weight")
    one = (np.array([0.5]), hand, np.zeros((2, 1)), np.array([[2.0]]))
    yield Case("one number, by hand", dict(zip(names, one, strict=True)))
    for d in (2, 3, 5):
        shapes = ((d,), (3 * d,), (2 * d, d), (d, d))
        arrays = (rng.normal(size=shape) for shape in shapes)
        yield Case(f"a state of {d} numbers", dict(zip(names, arrays, strict=True)))


EXERCISE = Exercise(
    id="translation.gru_step",
    title="One step of the unit",
    chapter=12,
    points=3,
    statement=(
        "state holds d numbers. inputs holds 3d: what the input adds to z, to r and to the "
        "candidate, in this order. gate_weight (2d x d) is U_z above U_r, candidate_weight is U. "
        "With the logistic sigmoid: z = sigmoid(x_z + U_z s), r = sigmoid(x_r + U_r s), candidate "
        "= tanh(x + U (r * s)). Return (1 - z) * s + z * candidate."
    ),
    starter=(
        "def gru_step(state, inputs, gate_weight, candidate_weight):\n    raise NotImplementedError"
    ),
    hints=(
        "d = len(state); inputs[: 2 * d] + gate_weight @ state holds both gates' sums.",
        "The sigmoid is 1 / (1 + np.exp(-x)). The first half is z, the second r.",
        "The product comes after the filter: candidate_weight @ (r * state).",
    ),
    reference=gru_step,
    cases=_cases,
    mistakes=(
        Mistake(
            "That is torch's z, which says how much stays. In the paper z says how much is new.",
            _torch_keeps_with_z,
        ),
        Mistake(
            "That is torch's r, applied after the product. Here the state is filtered first: "
            "U @ (r * s), not r * (U @ s).",
            _reset_after_the_product,
        ),
        Mistake("z and r are swapped: z comes first in inputs and in gate_weight.", _gates_swapped),
        Mistake("The reset gate is missing: the candidate sees r * s only.", _no_reset),
        Mistake(
            "The candidate alone was returned; z mixes it with the old state.", _candidate_only
        ),
    ),
)
