"""Every exercise of the book keeps its promises; a new file in the folder is tested by itself."""

import copy
import inspect
import os
import subprocess
import sys

import numpy as np
import pytest

from course_pkg.checkers import Checker, exercise, exercises_of, make_cases, run_case
from course_pkg.checkers.definition import reference
from course_pkg.checkers.run import expected_outputs

ALL = exercises_of()
IDS = [e.id for e in ALL]
MISTAKES = [pytest.param(e, m, id=f"{e.id}-{m.name}") for e in ALL for m in e.mistakes]

each = pytest.mark.parametrize("task", ALL, ids=IDS)


def test_chapters_4_and_5_have_their_exercises():
    assert len(exercises_of(4)) >= 5
    assert len(exercises_of(5)) >= 5


@each
def test_the_reference_passes(task):
    for case in make_cases(task):
        assert run_case(task, case, reference(task)).outcome == "correct", case.name


@each
def test_the_reference_passes_on_other_numbers_too(task):
    for seed in (1, 2, 3):
        for case in make_cases(task, seed):
            assert run_case(task, case, reference(task)).outcome == "correct", (seed, case.name)


@each
def test_the_starter_is_not_attempted(task):
    namespace = {}
    exec(task.starter, namespace)
    assert Checker(task).check(namespace[task.name]).outcome == "not_attempted"


@pytest.mark.parametrize(("task", "mistake"), MISTAKES)
def test_every_known_mistake_is_refused_with_its_own_message(task, mistake):
    results = [run_case(task, case, mistake.wrong) for case in make_cases(task)]
    failed = next(result for result in results if result.outcome != "correct")
    assert failed.outcome == "wrong"
    assert failed.mistake == mistake.message


@each
def test_cases_are_the_same_at_every_call_and_differ_by_seed(task):
    first, second, other = make_cases(task), make_cases(task), make_cases(task, seed=1)
    assert _text(first) == _text(second)
    assert [c.name for c in first] == [c.name for c in other]
    if task.id != "upsampling.bilinear_kernel":  # takes one small number: nothing to draw
        assert _text(first) != _text(other)


def test_cases_do_not_depend_on_the_hash_seed():
    code = (
        "from course_pkg.checkers import *\n"
        "for e in exercises_of():\n"
        "    for c in make_cases(e):\n"
        "        print(e.id, c.name, {k: getattr(v, 'tolist', lambda: v)() "
        "for k, v in c.inputs.items()})\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1
    assert "upsampling.nearest" in printed.pop()


@each
def test_no_reference_and_no_mistake_writes_into_its_inputs(task):
    for case in make_cases(task):
        for function in (reference(task), *(m.wrong for m in task.mistakes)):
            inputs = copy.deepcopy(dict(case.inputs))
            try:
                task.drive(function, inputs)
            except (IndexError, ValueError, RuntimeError):  # some mistakes break down on some cases
                assert function is not reference(task)
            for name, value in case.inputs.items():
                np.testing.assert_array_equal(inputs[name], value)


@each
def test_case_names_are_read_by_people(task):
    names = [case.name for case in make_cases(task)]
    assert len(names) >= 4
    assert all(name and not name.endswith(".") for name in names)


@each
def test_what_an_author_has_to_provide(task):
    assert 2 <= len(task.hints) <= 4
    assert len(task.mistakes) >= 3
    messages = [m.message for m in task.mistakes]
    assert len(set(messages)) == len(messages)
    assert task.points >= 1
    assert task.starter.startswith(f"def {task.name}(")
    assert task.starter.endswith("\n    raise NotImplementedError")
    prose = [task.statement, *task.hints, *messages]
    assert all(text == text.strip() and text[-1] in ".?" for text in prose)
    assert len(task.statement) <= 420
    assert set(task.outputs) == expected_outputs(task, make_cases(task)[0]).keys()


@each
def test_the_signature_takes_the_cases_inputs_in_their_order(task):
    arguments = task.signature.removeprefix(f"{task.name}(").removesuffix(")").split(", ")
    for case in make_cases(task):
        assert list(case.inputs)[: len(arguments)] == arguments


@pytest.mark.parametrize("task", [e for e in ALL if not e.needs], ids=lambda e: e.id)
def test_a_numpy_solution_can_be_pasted_into_a_notebook(task):
    namespace = {"np": np}
    exec(exercise(task.id).solution().source, namespace)
    assert Checker(task).check(namespace[task.name]).outcome == "correct"


@pytest.mark.parametrize("task", [e for e in ALL if not e.needs], ids=lambda e: e.id)
def test_lists_are_as_good_as_arrays(task):
    def as_lists(*inputs):
        out = reference(task)(*inputs)
        if len(task.outputs) == 1:
            return np.asarray(out).tolist()
        return [array.tolist() for array in out]

    for case in make_cases(task):
        assert run_case(task, case, as_lists).outcome == "correct", case.name


@pytest.mark.parametrize("task", [e for e in ALL if not e.needs], ids=lambda e: e.id)
def test_float32_is_enough_and_forgives_no_mistake(task):
    def single(function):
        def rounded(*inputs):
            out = function(*inputs)
            parts = [np.asarray(part) for part in (out if isinstance(out, tuple) else (out,))]
            parts = [p.astype(np.float32) if p.dtype.kind == "f" else p for p in parts]
            return tuple(parts) if isinstance(out, tuple) else parts[0]

        return rounded

    for case in make_cases(task):
        assert run_case(task, case, single(reference(task))).outcome == "correct", case.name
    for mistake in task.mistakes:
        results = [run_case(task, case, single(mistake.wrong)) for case in make_cases(task)]
        assert any(result.outcome != "correct" for result in results), mistake.name


@each
def test_the_drive_stands_alone_so_that_it_can_run_in_another_process(task):
    drive = inspect.unwrap(task.drive)
    assert inspect.getclosurevars(drive).globals == {}
    assert inspect.getclosurevars(drive).nonlocals == {}


@each
def test_none_text_and_a_scalar_are_refused(task):
    for useless in (None, "no", 0.5, [], np.full((3, 3), np.nan)):
        report = Checker(task).check(lambda *_, useless=useless, **__: useless)
        assert report.outcome == "wrong", useless
        assert report.message


def _text(cases):
    return [
        (c.name, {k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in c.inputs.items()})
        for c in cases
    ]
