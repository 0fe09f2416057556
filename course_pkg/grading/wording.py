"""What a student reads about a hidden case.

Everything that a worker says could be made of the hidden inputs: an exception's text, a class's
name, even a shape. So a sentence is put together here, from the judge's own words and the
student's own lines; the rest goes to the teacher.
"""

import builtins
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from course_pkg.checkers import Exercise
from course_pkg.checkers.forbidden import sentence as forbidden_sentence
from course_pkg.checkers.imports import sentence as imports_sentence

__all__ = [
    "ENDED",
    "clean",
    "difference_in_words",
    "error_in_words",
    "forbidden_in_words",
    "lost_in_words",
    "refusal_in_words",
    "refused_in_words",
]

ENDED = {
    "timeout": "It took longer than {seconds:g} seconds and was stopped.",
    "crashed": "The process ended without an answer: exit(), too much memory, or a crash in "
    "native code.",
    "malformed": "What came back was not an answer.",
    "not_run": "Not run: the answer had been stopped twice already.",
    "out_of_memory": "It wanted more than {memory} MB of memory.",
}
_FENCED = frozenset({"PermissionError", "BlockingIOError", "ConnectionError", "FileNotFoundError"})
# What an import that was refused may lead to, further on.
_FOLLOWS_A_REFUSAL = frozenset(
    {"ModuleNotFoundError", "ImportError", "NameError", "AttributeError", "TypeError"}
)
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
    header: Mapping[str, Any],
    cells: Mapping[str, str],
    task: Exercise,
    is_hidden: bool = False,
    refused: Sequence[str] = (),
) -> str:
    """An exception as its author may see it: its type, and the line that they wrote themselves.

    Of a hidden case the type alone: an answer could choose the line by what the inputs are, and so
    write them out, a number at a time.

    Args:
        header: what the worker said.
        cells: the answer's cells by name, as the judge knows them.
        task: the exercise.
        is_hidden: whether the case's inputs are known to nobody.
        refused: modules that were refused on the way.

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
        return forbidden_sentence(", ".join(task.forbid))
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
    if refused and kind in _FOLLOWS_A_REFUSAL:
        name = refused[-1]
        said = imports_sentence(_written(name, cells.values()), task.imports)
        sentence += f"\n{said}{_where(name, cells.items())}"
    return sentence


def refused_in_words(name: str, task: Exercise, cells: Iterable[tuple[str, str]]) -> str:
    r"""An answer that is not there because what it was made of is refused.

    Args:
        name: of the module.
        task: the exercise.
        cells: name and text of the answer's cells.

    Returns:
        A sentence with the line, as far as it can be told.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> task = exercise("upsampling.nearest").definition
        >>> refused_in_words("torch", task, [("cell 2", "k = 1\nimport torch")]).splitlines()[1]
        'cell 2, line 2: import torch'
    """
    where = _where(name, cells)
    said = imports_sentence(_written(name, [text for _, text in cells]), task.imports)
    return f"Your function is not there. {said}{where}"


def lost_in_words(name: str, task: Exercise) -> str:
    """An answer whose mark is not known, since something else has made a value that it needs.

    Args:
        name: of the module.
        task: the exercise.

    Returns:
        Sentences.

    Example:
        >>> from course_pkg.checkers import exercise
        >>> lost_in_words("torch", exercise("upsampling.nearest").definition)[:60]
        'Not graded: the function needs a value that torch has made o'
    """
    said = imports_sentence(name, task.imports)
    return f"Not graded: the function needs a value that {name} has made outside of it. {said}"


def _where(name: str, cells: Iterable[tuple[str, str]]) -> str:
    """The line that imports a module, as it was handed in: no answer can choose it."""
    word = re.compile(rf"\b(import|from)\b.*\b{re.escape(name)}\b")
    for label, text in cells:
        for number, line in enumerate(text.split("\n"), 1):
            if word.search(line):
                return f"\n{label}, line {number}: {clean(line.strip(), 120)}"
    return ""


def forbidden_in_words(header: Mapping[str, Any], cells: Iterable[tuple[str, str]]) -> str:
    r"""A forbidden operation that stands in the code; said before any hidden input was shown.

    Args:
        header: what the worker said.
        cells: name and text of the answer's cells.

    Returns:
        The sentence that the notebook's check gives, and the line.

    Example:
        >>> said = {"at": ["cell 2", 1], "text": "F.fold"}
        >>> forbidden_in_words(said, [("cell 2", "y = F.fold(x)")]).splitlines()
        ['Your function used an operation that this exercise forbids: F.fold.',
         'cell 2, line 1: y = F.fold(x)']
    """
    text = forbidden_sentence(clean(header.get("text"), 80))
    match header.get("at"):
        case [str() as label, int() as line] if label in dict(cells):
            lines = dict(cells)[label].split("\n")
            if 1 <= line <= len(lines):
                text += f"\n{label}, line {line}: {clean(lines[line - 1].strip(), 120)}"
        case _:
            pass
    return text


def _written(name: str, texts: Iterable[str]) -> str:
    """A module's name if the student has written it: others could be made of hidden inputs."""
    return name if any(name in text for text in texts) else "That module"


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
