"""What a student reads about a hidden case.

Everything that a worker says could be made of the hidden inputs: an exception's text, a class's
name, even a shape. So a sentence is put together here, from the judge's own words and the
student's own lines; the rest goes to the teacher.
"""

import builtins
from collections.abc import Mapping
from typing import Any

from course_pkg.checkers import Exercise

__all__ = ["ENDED", "clean", "difference_in_words", "error_in_words", "refusal_in_words"]

ENDED = {
    "timeout": "It took longer than {seconds:g} seconds and was stopped.",
    "crashed": "The process ended without an answer: exit(), too much memory, or a crash in "
    "native code.",
    "malformed": "What came back was not an answer.",
    "not_run": "Not run: the answer had been stopped twice already.",
    "out_of_memory": "It wanted more than {memory} MB of memory.",
}
_FENCED = frozenset({"PermissionError", "BlockingIOError", "ConnectionError", "FileNotFoundError"})
_KNOWN = frozenset(
    name
    for name, thing in vars(builtins).items()
    if isinstance(thing, type) and issubclass(thing, BaseException)
)


def difference_in_words(sentence: str, expected_shape: tuple[int, ...]) -> str:
    """The judge's sentence without the numbers of the case.

    Args:
        sentence: as a learner would read it in the notebook, where the inputs are no secret.
        expected_shape: of the right answer.

    Returns:
        What kind of difference it is.

    Example:
        >>> difference_in_words("1 of 2 values differs; the worst stands at ...", (2,))
        'The shape is right, but values differ from the expected ones.'
    """
    if sentence.startswith("The shape is"):
        return f"The shape is wrong: expected {expected_shape}."
    if sentence.startswith("The values are"):
        return sentence
    if "not a finite number" in sentence:
        return "Some values are not finite numbers."
    if expected_shape == ():
        return "The number is not the expected one."
    return "The shape is right, but values differ from the expected ones."


def refusal_in_words(text: str, task: Exercise) -> str:
    """Why what the function returned cannot be judged.

    Args:
        text: the worker's words.
        task: the exercise.

    Returns:
        A sentence.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> task = exercise("upsampling.nearest").definition
        >>> refusal_in_words("Your function returned None: ...", task)
        'Your function returned None: is a `return` missing?'
    """
    if text.startswith("Your function returned None"):
        return "Your function returned None: is a `return` missing?"
    if text.startswith("Your function has to return"):
        names = ", ".join(task.outputs)
        return f"Your function has to return {len(task.outputs)} things ({names})."
    if "complex" in text:
        return "The result holds complex numbers, expected real ones."
    if "far too large" in text:
        return "The result is far too large."
    return "Your function has to return an array, a tensor, a list or a number, of real numbers."


def error_in_words(
    header: Mapping[str, Any], cells: Mapping[str, str], task: Exercise, is_hidden: bool = False
) -> str:
    """An exception as its author may see it: its type, and the line that they wrote themselves.

    Of a hidden case the type alone: an answer could choose the line by what the inputs are, and so
    write them out, a number at a time.

    Args:
        header: what the worker said.
        cells: the answer's cells by name, as the judge knows them.
        task: the exercise.
        is_hidden: whether the case's inputs are known to nobody.

    Returns:
        One or two sentences.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> task = exercise("upsampling.nearest").definition
        >>> error_in_words({"type": "KeyError", "at": ["cell 2", 1]}, {"cell 2": "d[3]"}, task)
        'Your function raised a KeyError in cell 2, line 1: d[3]'
    """
    kind = header.get("type")
    if kind == "Forbidden":
        return f"Your function used an operation that this exercise forbids ({task.title})."
    known = isinstance(kind, str) and kind in _KNOWN
    article = "an" if known and str(kind)[0] in "AEIOU" else "a"
    name = f"{article} {kind}" if known else "an error of a class of its own"
    sentence = f"Your function raised {name}"
    match None if is_hidden else header.get("at"):
        case [str() as label, int() as line] if label in cells:
            lines = cells[label].split("\n")
            if 1 <= line <= len(lines):
                sentence += f" in {label}, line {line}: {clean(lines[line - 1].strip(), 120)}"
        case _ if is_hidden:
            sentence += "."
        case _:
            sentence += f". It is called as {task.signature}."
    if kind in _FENCED:
        sentence += (
            "\nWhile an answer is graded there are no files, no network and no other processes."
        )
    if kind in ("ModuleNotFoundError", "ImportError"):
        packages = "numpy and torch" if task.needs == "torch" else "numpy"
        sentence += f"\nThis exercise is graded with {packages} and Python's own library."
    return sentence


def clean(text: Any, longest: int = 1000) -> str:
    r"""Text from a worker, safe to print: no escape codes, nothing that is not text.

    Args:
        text: anything.
        longest: how much is kept.

    Returns:
        The text.

    Example:
        >>> clean("\x1b[31mred")
        '[31mred'
    """
    if not isinstance(text, str):
        return ""
    kept = text[:longest].encode("utf8", "replace").decode()
    return "".join(c for c in kept if c in "\n\t" or c.isprintable())
