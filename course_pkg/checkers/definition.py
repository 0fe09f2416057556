"""What an exercise is: data and plain functions, nothing that runs by itself.

Three parts are kept apart, so that the same object serves a learner's notebook and, across a
process border, a class: `Exercise.cases` makes inputs and nothing else, `Exercise.drive` is the
only part that touches the learner's function, and the judging (`judge.py`) sees plain numpy arrays.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

__all__ = ["Case", "Exercise", "Mistake", "call", "call_each", "make_cases", "reference"]


@dataclass(frozen=True)
class Case:
    """One question put to the learner's function.

    Args:
        name: what is special about it, in a few words; the learner reads it when it fails.
        inputs: arrays and numbers by name, in the order in which the function takes them.
    """

    name: str
    inputs: Mapping[str, Any]


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give, kept as code so that it can be recognised.

    Args:
        message: what the learner reads when their output equals this one's.
        wrong: the wrong implementation itself.
    """

    message: str
    wrong: Callable[..., Any]

    @property
    def name(self) -> str:
        """What the wrong implementation is called."""
        return self.wrong.__name__.strip("_")


def call(student: Callable[..., Any], inputs: Mapping[str, Any]) -> Any:
    """Run the learner's function on one case's inputs, in their order.

    The usual `Exercise.drive`.

    Args:
        student: the learner's function.
        inputs: a case's inputs, copied.

    Returns:
        Whatever the function returns, unchecked.

    Example:
        >>> call(lambda x, stride: x * stride, {"x": 3, "stride": 2})
        6
    """
    return student(*inputs.values())


def call_each(student: Callable[..., Any], inputs: Mapping[str, Any]) -> Any:
    """Run the learner's function once for every column of the inputs, if they are rows of numbers.

    The `Exercise.drive` of a function of a few small numbers: all its single calls could be
    remembered, but not what several of them give together.

    Args:
        student: the learner's function.
        inputs: a case's inputs: numbers, or rows of numbers of one length.

    Returns:
        What the function returns, or all results one after another in one row.

    Example:
        >>> call_each(lambda n, s: [n] * s, {"n": np.array([7, 8]), "s": np.array([1, 2])})
        array([7, 8, 8])
    """
    import numpy as np

    rows = list(inputs.values())
    if not all(isinstance(row, np.ndarray) for row in rows):
        return student(*rows)
    columns = np.stack(rows, axis=1).tolist()
    return np.concatenate([np.ravel(student(*column)) for column in columns])


@dataclass(frozen=True)
class Exercise:
    """A statement, the way to ask for help, and everything needed to judge an answer.

    Args:
        id: ``topic.name``; ``name`` is also what the learner's function is called.
        title: a few words for lists.
        chapter: number of the lecture it belongs to.
        points: its weight in a grade; harder exercises are worth more.
        statement: what the function has to do.
        starter: the code the learner begins with.
        hints: from a nudge to nearly the answer.
        reference: the right function, or where it lives as ``"package.module:name"``; a path is
            imported when it is first needed, so that listing exercises does not load torch.
        cases: makes the cases from a random generator; simple ones first.
        mistakes: wrong answers with a message of their own.
        outputs: a name for each thing the drive returns.
        tolerance: largest error allowed, relative to the largest expected value.
        drive: runs the learner's function on a case's inputs. It holds no answers and uses nothing
            outside itself, so that it can be sent to another process.
        needs: a package that the exercise cannot do without, or nothing.
        imports: what an answer may import besides Python's own library.
        forbid: operations of torch that a graded answer may not use, such as ``"convolution"``.
    """

    id: str
    title: str
    chapter: int
    points: int
    statement: str
    starter: str
    hints: tuple[str, ...]
    reference: Callable[..., Any] | str
    cases: Callable[[np.random.Generator], Iterable[Case]]
    mistakes: tuple[Mistake, ...]
    outputs: tuple[str, ...] = ("result",)
    tolerance: float = 1e-8
    drive: Callable[[Callable[..., Any], Mapping[str, Any]], Any] = call
    needs: str = ""
    imports: tuple[str, ...] = ("numpy",)
    forbid: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """First half of the id."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """Second half of the id: what the learner's function is called."""
        return self.id.partition(".")[2]

    @property
    def signature(self) -> str:
        """How the function is called, read from the starter's first line."""
        return self.starter.partition("\n")[0].removeprefix("def ").removesuffix(":")


def reference(exercise: Exercise) -> Callable[..., Any]:
    """The right function of an exercise, imported now if only its address is known.

    Args:
        exercise: the exercise.

    Returns:
        A function with the learner's signature.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> reference(exercise("upsampling.nearest").definition).__name__
        'nearest'
    """
    if not isinstance(exercise.reference, str):
        return exercise.reference
    module, _, name = exercise.reference.partition(":")
    return getattr(import_module(module), name)


def make_cases(exercise: Exercise, seed: int = 0) -> list[Case]:
    """All cases of an exercise; another seed gives other numbers of the same kind.

    Args:
        exercise: the exercise.
        seed: what the random inputs are drawn from.

    Returns:
        The cases, simple ones first.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> make_cases(exercise("upsampling.nearest").definition)[0].inputs["scale_factor"]
        2
    """
    return list(exercise.cases(np.random.default_rng(seed)))
