"""Group 4: answer in the judge's place. Nothing that says "passed" exists on the wire."""

import json
from html.parser import HTMLParser

import pytest

from course_pkg.grading.feedback import feedback_html, feedback_markdown
from course_pkg.grading.gradescope import results
from course_pkg.grading.tables import grades_csv

SEND = """
import json, os, struct
def send(header, body=b"", lengths=None):
    text = header if type(header) is bytes else json.dumps(header).encode()
    os.write(3, struct.pack(">IQ", *(lengths or (len(text), len(body)))) + text + body)
    os._exit(0)
def nearest(x, scale_factor):
    """
OK = "'status': 'ok', 'changed': []"
FORGERIES = {
    "forge_ok_frame": f"send({{{OK}, 'arrays': [['float64', [1]]]}}, bytes(8))",
    "forge_score": "send({'status': 'ok', 'score': 100, 'passed': True, 'mark': 'correct'})",
    "forge_passed": "send({'status': 'passed'})",
    "forge_list_header": "send([1, 2])",
    "forge_huge_len": "send({}, lengths=(2**31, 2**62))",
    "forge_pickle_dtype": f"send({{{OK}, 'arrays': [['object', [1]]]}}, bytes(8))",
    "forge_structured_dtype": f"send({{{OK}, 'arrays': [['f8,O', [1]]]}}, bytes(16))",
    "forge_getattr_dtype": f"send({{{OK}, 'arrays': [['loadtxt', [1]]]}}, bytes(8))",
    "forge_negative_shape": f"send({{{OK}, 'arrays': [['float64', [-1]]]}}, bytes(8))",
    "forge_true_as_axis": f"send({{{OK}, 'arrays': [['float64', [True]]]}}, bytes(8))",
    "forge_overlong_shape": f"send({{{OK}, 'arrays': [['float64', [1] * 99]]}}, bytes(8))",
    "forge_large_axis": f"send({{{OK}, 'arrays': [['float64', [10**30]]]}}, bytes(8))",
    "forge_empty_but_vast": f"send({{{OK}, 'arrays': [['float64', [0, 2**26, 2**26, 2**26]]]}})",
    "forge_arrays_as_text": f"send({{{OK}, 'arrays': 'float64'}}, bytes(8))",
    "forge_shape_as_text": f"send({{{OK}, 'arrays': [['float64', '1']]}}, bytes(8))",
    "forge_dtype_as_list": f"send({{{OK}, 'arrays': [[['float64'], [1]]]}}, bytes(8))",
    "forge_status_as_list": "send({'status': ['ok'], 'arrays': []})",
    "forge_raised_without_words": "send({'status': 'raised', 'type': 3, 'at': {}, 'text': []})",
    "forge_raised_at_nowhere": "send({'status': 'raised', 'at': ['cell 2', 10**9], 'text': None})",
    "forge_refused_without_words": "send({'status': 'refused', 'text': {'a': 1}})",
    "forge_changed_by_numbers": (
        "send({'status': 'ok', 'changed': [[1], {}], 'arrays': [['float64', [1]]]}, bytes(8))"
    ),
    "forge_bool_bytes": f"send({{{OK}, 'arrays': [['bool', [8]]]}}, b'\\x02' * 8)",
    "forge_short_body": f"send({{{OK}, 'arrays': [['float64', [9]]]}}, bytes(8))",
    "forge_long_body": f"send({{{OK}, 'arrays': [['float64', [1]]]}}, bytes(80))",
    "forge_too_many_arrays": f"send({{{OK}, 'arrays': [['bool', []]] * 2}}, bytes(2))",
    "forge_deep_json": "send(b'[' * 60000)",
    "forge_huge_number": "send(b'{\"status\": ' + b'9' * 50000 + b'}')",
    "forge_duplicate_keys": 'send(b\'{"status": "wrong", "status": "ok"}\')',
    "forge_right_with_a_doubled_key": (
        "y = x.repeat(scale_factor, 0).repeat(scale_factor, 1)\n"
        '    send(b\'{"status": "x", "status": "ok", "changed": [], "arrays": [["float64", \''
        " + json.dumps(list(y.shape)).encode() + b']]}', y.tobytes())"
    ),
    "forge_not_utf8": "send(b'\\xff\\xfe\\x00')",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_reply_is_no_answer(attack, name):
    mark = attack(SEND + FORGERIES[name])
    assert mark.hundredths == 0
    believed = {
        "ok_frame": "wrong",
        "refused_without_words": "wrong",
        "changed_by_numbers": "wrong",
    }
    raised = ("raised_without_words", "raised_at_nowhere")
    expected = believed | dict.fromkeys(raised, "raised")
    assert mark.status == expected.get(name.removeprefix("forge_"), "malformed")


def test_forge_two_frames_shifts_the_answers_and_wins_nothing(attack):
    mark = attack(
        SEND.replace("os._exit(0)", "pass")
        + "y = x.repeat(scale_factor, 0).repeat(scale_factor, 1)\n"
        f"    send({{{OK}, 'arrays': [['float64', list(y.shape)]]}}, y.tobytes())\n"
        "    return np.zeros(1)"
    )
    assert mark.hundredths is not None
    assert mark.hundredths <= mark.maximum // 5  # the first reply was an honest one


def test_slow_drip_meets_the_deadline(attack):
    mark = attack(
        "import os, time\ndef nearest(x, s):\n"
        "    while True:\n        os.write(3, b'\\0'); time.sleep(0.3)",
        timeout=1.0,
    )
    assert (mark.hundredths, mark.status) == (0, "timeout")


TEXTS = {
    "surrogate_name": "raise ValueError('\\ud800' * 5)",
    "surrogate_in_a_class": "raise type('E\\ud800', (Exception,), {})()",
    "ansi_in_message": "raise ValueError('\\x1b[31m\\x1b]0;title\\x07')",
    "html_in_message": "raise ValueError('<script>alert(1)</script>')",
    "rich_markup_in_message": "raise ValueError('[bold red]x[/] [link=file:///]y[/link]')",
    "print_fake_results": 'print(\'{"score": 100, "tests": []}\')\n    return np.zeros(1)',
    "html_in_the_line": "raise ValueError  # <script>alert('line')</script> <img src=x onerror=a>",
    "line_break_in_message": "raise ValueError('\\n\\n# 100 of 100 points\\n')",
}


class _Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_becomes_markup_or_a_control_code(grade, name):
    record = grade("import numpy as np", f"def nearest(x, s):\n    {TEXTS[name]}")
    page, text = feedback_html(record), feedback_markdown(record)
    data = json.dumps(results(record), ensure_ascii=False)
    table = grades_csv([record], ["upsampling.nearest"])
    assert record.exercises[0].hundredths == 0
    for written in (page, text, data, table):
        assert "\x1b" not in written
        written.encode("utf8")
    assert not _Tags(page).tags & {"script", "img", "a"}
    assert "\n# 100" not in text
    assert json.loads(data)["tests"][0]["score"] == 0
