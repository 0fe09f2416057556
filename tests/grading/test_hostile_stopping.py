"""Group 3: end, hang or break the process. The judge goes on, other exercises are graded."""

import pytest

DEF = "def nearest(x, scale_factor):\n    "
ENDINGS = {
    "sys_exit0": (DEF + "import sys; sys.exit(0)", "raised"),
    "os_exit0": (DEF + "import os; os._exit(0)", "crashed"),
    "exit_in_call": (DEF + "exit()", "raised"),
    "raise_SystemExit": (DEF + "raise SystemExit(0)", "raised"),
    "raise_KeyboardInterrupt": (DEF + "raise KeyboardInterrupt", "raised"),
    "raise_GeneratorExit": (DEF + "raise GeneratorExit", "raised"),
    "segfault": (DEF + "import ctypes; ctypes.string_at(0)", "crashed"),
    "abort": (DEF + "import os; os.abort()", "crashed"),
    "kill_itself": (DEF + "import os, signal; signal.raise_signal(9)", "crashed"),
    "deep_recursion": (DEF + "return nearest(x, scale_factor + 1)", "raised"),
    "deep_recursion_unlimited": (
        DEF + "import sys; sys.setrecursionlimit(10**9)\n"
        "    f = lambda n: sorted([n], key=lambda _: f(n + 1))\n    return f(0)",
        "crashed",
    ),
    "atexit": (
        DEF + "import atexit, os; atexit.register(print, 'late')\n    return np.zeros(1)",
        "wrong",
    ),
    "exit_while_defining": (
        "import os\nZ = os._exit(0)\ndef nearest(x, s):\n    return Z",
        "missing",
    ),
    "raise_while_defining": ("def nearest(x, s, z=exit()):\n    return z", "unknown"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_an_ending_is_told_by_its_name_and_costs_only_itself(attack, name):
    source, status = ENDINGS[name]
    mark = attack(source)
    assert mark.hundredths == (None if name == "raise_while_defining" else 0)
    allowed = {status, "raised"} if name == "deep_recursion_unlimited" else {status}
    if name == "exit_while_defining":
        allowed = {"crashed"}
    assert mark.status in allowed


HANGS = {
    "infinite_loop": DEF + "while True: pass",
    "sleep": DEF + "import time; time.sleep(1000)",
    "ignore_signals": DEF
    + "import signal\n    for s in range(1, 65):\n        try: signal.signal(s, signal.SIG_IGN)\n"
    "        except (OSError, ValueError): pass\n    while True: pass",
    "getattr_hang_repr": "class E(Exception):\n    def __str__(self):\n        while True: pass\n"
    + DEF
    + "raise E",
    "hang_in_native_code": DEF + "return int('9' * 4000) ** int('9' * 8) % 7",
    "deadlock": DEF + "import threading; t = threading.Lock(); t.acquire(); t.acquire()",
}


@pytest.mark.parametrize("name", HANGS)
def test_a_hang_is_ended_by_the_judges_clock(attack, name):
    mark = attack(HANGS[name], timeout=1.0)
    assert mark.hundredths == 0
    assert mark.status == "timeout"
    # Two cases were given their time, the rest was not.
    assert [case.status for case in mark.cases] == ["timeout"] * 2 + ["not_run"] * 3


def test_a_hang_while_defining_is_ended_too(attack):
    mark = attack("Z = sum(1 for _ in iter(int, 1))\ndef nearest(x, s):\n    return Z", timeout=1.0)
    assert (mark.hundredths, mark.status) == (0, "raised")
    assert "cell 2: line 1 took longer than 1 seconds" in mark.message


def test_a_hang_in_del_costs_what_comes_after_it(attack):
    mark = attack(
        "class D:\n    def __del__(self):\n        while True: pass\n" + DEF + "D(); return x",
        timeout=1.0,
    )
    assert (mark.hundredths, mark.status) == (0, "timeout")


def test_a_thread_dies_with_its_answer(attack, honest_mark):
    mark = attack(
        "import threading\n" + DEF + "threading.Thread(target=lambda: sum(1 for _ in iter(int, 1)))"
        ".start()\n    return x.repeat(scale_factor, 0).repeat(scale_factor, 1)"
    )
    assert (mark.status, mark.hundredths) == ("correct", honest_mark)


def test_a_case_that_crashes_costs_that_case(attack, honest_mark):
    mark = attack(
        DEF + "import os\n    if scale_factor == 3: os._exit(1)\n"
        "    return x.repeat(scale_factor, 0).repeat(scale_factor, 1)"
    )
    assert mark.status == "partly"
    assert mark.hundredths == honest_mark * 4 // 5
    assert [case.status for case in mark.cases].count("crashed") == 1
