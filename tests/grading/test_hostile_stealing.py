"""Group 2: look for the answers, the secret, others' work, and carry hidden inputs out."""

import json
import re

import numpy as np
import pytest
from grading_secret import SECRET

import course_pkg
from course_pkg.checkers import exercise, make_cases
from course_pkg.checkers.run import expected_outputs
from course_pkg.grading.feedback import feedback_html, feedback_markdown
from course_pkg.grading.gradescope import results
from course_pkg.grading.questions import questions
from course_pkg.grading.settings import Settings

PACKAGE = course_pkg.__path__[0]
THEFTS = {
    "frame_walk": """
import sys
def nearest(x, scale_factor):
    frame, want = sys._getframe(), (x.shape[0] * scale_factor, x.shape[1] * scale_factor)
    while frame is not None:
        for space in (frame.f_locals, frame.f_globals):
            for value in list(space.values()):
                items = list(value.values()) if type(value) is dict else [value]
                for item in items:
                    if type(item) is np.ndarray and item.shape == want and scale_factor > 1:
                        return item
        frame = frame.f_back
    return np.zeros(1)
""",
    "gc_hunt": """
import gc
def nearest(x, scale_factor):
    want = (x.shape[0] * scale_factor, x.shape[1] * scale_factor)
    for thing in gc.get_objects():
        for item in thing.values() if type(thing) is dict else [thing]:
            if type(item) is np.ndarray and item.shape == want and scale_factor > 1:
                return item
    return np.zeros(1)
""",
    "read_reference_import": """
from course_pkg.checkers import exercise
from course_pkg.checkers.definition import reference
def nearest(x, scale_factor):
    return reference(exercise("upsampling.nearest").definition)(x, scale_factor)
""",
    "read_reference_import_inside": """
def nearest(x, scale_factor):
    import importlib
    module = importlib.import_module("course_pkg.checkers.exercises.upsampling.nearest")
    return module.nearest(x, scale_factor)
""",
    "read_reference_past_the_finders": f"""
import sys
def nearest(x, scale_factor):
    sys.meta_path[:] = [f for f in sys.meta_path if "PathFinder" in repr(f)]
    sys.path.insert(0, {PACKAGE!r} + "/..")
    from course_pkg.checkers.exercises.upsampling.nearest import nearest as theirs
    return theirs(x, scale_factor)
""",
    "read_reference_file": f"""
def nearest(x, scale_factor):
    space = {{}}
    exec(open({PACKAGE!r} + "/checkers/exercises/upsampling/nearest.py").read(), space)
    return space["nearest"](x, scale_factor)
""",
    "read_tests": f"""
def nearest(x, scale_factor):
    import os
    return np.array([float(len(os.listdir({PACKAGE!r} + "/../tests")))])
""",
    "read_parent_environ": """
def nearest(x, scale_factor):
    import os
    return np.array([float(len(open(f"/proc/{os.getppid()}/environ", "rb").read()))])
""",
    "read_parent_mem": """
def nearest(x, scale_factor):
    import os
    return np.array([float(len(open(f"/proc/{os.getppid()}/mem", "rb").read(1)))])
""",
    "read_passwd": """
def nearest(x, scale_factor):
    return np.array([float(len(open("/etc/passwd").read()))])
""",
    "read_other_submission": """
def nearest(x, scale_factor):
    return np.array([float(len(open("CANARY/marks.csv").read()))])
""",
}


@pytest.mark.parametrize("name", THEFTS)
def test_nothing_can_be_stolen(attack, name):
    mark = attack(THEFTS[name])
    assert mark.hundredths == 0
    assert mark.status in ("wrong", "raised")
    if "read" in name:
        denied = " ".join(case.note + case.message for case in mark.cases) + mark.message
        assert re.search(r"denied|cannot be used|course_pkg", denied)


def test_the_environment_of_an_answer_holds_nothing(grade):
    record = grade(
        "import os\ndef nearest(x, scale_factor):\n    raise ValueError(str(dict(os.environ)))"
    )
    assert record.exercises[0].cases[0].note.endswith("ValueError: {}")


def lookup_table(seed):
    """An answer that knows the cases of one seed by heart."""
    task = exercise("upsampling.nearest").definition
    known = {
        case.inputs["x"].tobytes().hex() + str(case.inputs["scale_factor"]): expected_outputs(
            task, case
        )["result"].tolist()
        for case in make_cases(task, seed)
    }
    return f"""
def nearest(x, scale_factor):
    known = {known!r}
    return np.array(known.get(x.tobytes().hex() + str(scale_factor), 0.0))
"""


def test_a_table_of_the_public_inputs_is_worth_nothing(attack):
    mark = attack(lookup_table(seed=0))
    assert mark.hundredths == 0
    assert mark.message.startswith("Right only where the inputs are known to everyone")
    assert any(case.status == "passed" for case in mark.cases)


def test_a_precomputed_seed_is_another_than_the_secret_one(attack):
    for seed in (1, 2, 3):
        assert attack(lookup_table(seed)).hundredths == 0


def test_the_table_would_be_right_with_the_right_seed(attack):
    """The table itself works: it is the secret that makes it worthless."""
    seed = Settings(("upsampling.nearest",), SECRET).seed("upsampling.nearest", "")
    assert attack(lookup_table(seed)).status == "correct"


CARRIERS = {
    "print": "print(x.tolist())\n    return np.zeros(1)",
    "print_to_stderr": "import sys\n    sys.stderr.write(str(x.tolist()))\n    return np.zeros(1)",
    "exception_text": "raise ValueError(str(x.tolist()))",
    "exception_class": "raise type('E' + str(x.tolist()), (Exception,), {})()",
    "exception_note": "e = ValueError(1)\n    e.add_note(str(x.tolist()))\n    raise e",
    "class_name": "return type('C' + str(x.tolist()), (), {})()",
    "values": "return np.repeat(np.repeat(x, scale_factor, 0), scale_factor, 1) + 1e-3",
    "shape": "return np.zeros([1 + int(abs(v) * 1e4) % 97 for v in x.ravel()[:2]])",
    "not_finite_count": "return np.full(x.shape, np.nan)",
    "forged_refusal": (
        "import os, json, struct\n"
        "    t = json.dumps({'status': 'refused', 'text': str(x.tolist())}).encode()\n"
        "    os.write(3, struct.pack('>IQ', len(t), 0) + t)\n    os._exit(0)"
    ),
    "forged_place": (
        "import os, json, struct\n"
        "    t = json.dumps({'status': 'raised', 'type': str(x.tolist()), 'at': [str(x.tolist()),"
        " 123456], 'text': str(x.tolist())}).encode()\n"
        "    os.write(3, struct.pack('>IQ', len(t), 0) + t)\n    os._exit(0)"
    ),
    "forged_changes": (
        "import os, json, struct\n"
        "    y = np.repeat(np.repeat(x, scale_factor, 0), scale_factor, 1)\n"
        "    t = json.dumps({'status': 'ok', 'arrays': [['float64', list(y.shape)]],"
        " 'changed': [str(x.tolist())]}).encode()\n"
        "    os.write(3, struct.pack('>IQ', len(t), y.nbytes) + t + y.tobytes())\n    os._exit(0)"
    ),
}


@pytest.mark.parametrize("name", CARRIERS)
def test_no_hidden_input_reaches_the_student(grade, name):
    record = grade("import numpy as np", f"def nearest(x, scale_factor):\n    {CARRIERS[name]}")
    seed = Settings(("upsampling.nearest",), b"a secret of the tests").seed(
        "upsampling.nearest", "kim"
    )
    hidden = [q.case.inputs["x"] for q in questions("upsampling.nearest", seed) if not q.is_known]
    assert len(hidden) >= 3
    shown = feedback_html(record) + feedback_markdown(record) + json.dumps(results(record))
    for x in hidden:
        for value in x.ravel():
            digits = np.format_float_positional(abs(value), 4, trim="-")
            assert digits.rstrip("0")[:6] not in shown, (name, digits)
    carried = [1 + int(abs(v) * 1e4) % 97 for v in hidden[0].ravel()[:2]]
    assert str(tuple(carried)) not in shown


def test_what_was_printed_is_kept_for_the_teacher(grade):
    record = grade("def nearest(x, scale_factor):\n    print('look', scale_factor)\n    return x")
    assert "printed: look 2" in record.exercises[0].note


def test_the_worker_holds_nothing_of_the_package(grade):
    """What is imported before the fork lies in every answer's memory, references and all.

    What an answer finds under the package's name is made up for it, and comes from no file.
    """
    (mark,) = grade(
        "import sys\ndef nearest(x, s):\n"
        "    own = [n for n, m in sys.modules.items() if n.startswith('course_pkg')]\n"
        "    own = [n for n in own if hasattr(sys.modules[n], '__file__')]\n"
        "    raise ValueError(' '.join(own) or 'no')"
    ).exercises
    assert {case.note.splitlines()[-1] for case in mark.cases} == {"ValueError: no"}
