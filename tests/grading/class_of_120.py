"""A made-up class: what 120 students hand in, and the row that each has to get.

The class has the exercises nearest and bed_of_nails. Honest students have both right; a hostile
one's nearest is honest, so that 1 point shows that nothing but the attack was lost.
"""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import io
import json
import os
import struct
import unicodedata
import zipfile
from dataclasses import dataclass

NEAREST = "def nearest(x, s):\n    return x.repeat(s, 0).repeat(s, 1)"
NAILS = (
    "import numpy as np\ndef bed_of_nails(x, stride):\n    h, w = x.shape\n"
    "    b = np.zeros((stride * h, stride * w))\n    b[::stride, ::stride] = x\n    return b"
)


@dataclass(frozen=True)
class Row:
    """What the table has to say: the total as it stands there, if any, and a part of the problems."""

    total: str | None
    problem: str = ""


def notebook(*cells, **more):
    made = [
        {"cell_type": "code", "source": c, "outputs": []} if isinstance(c, str) else c
        for c in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, **more}).encode()


HONEST = {
    "plain": [NEAREST, NAILS],
    "kron": ["import numpy as np\ndef nearest(x, s):\n    return np.kron(x, np.ones((s, s)))", NAILS],
    "loops": ["import numpy as np\ndef nearest(x, s):\n    out = np.empty((x.shape[0] * s, x.shape[1] * s))\n    for i in range(out.shape[0]):\n        for j in range(out.shape[1]):\n            out[i, j] = x[i // s, j // s]\n    return out", NAILS],
    "lists": ["def nearest(x, s):\n    return [[v for v in row for _ in range(s)] for row in x.tolist() for _ in range(s)]", NAILS],
    "indices": ["import numpy as np\ndef nearest(x, s):\n    i, j = np.indices((x.shape[0] * s, x.shape[1] * s)) // s\n    return x[i, j]", NAILS],
    "broadcast": ["def nearest(x, s):\n    import numpy as np\n    return np.broadcast_to(x[:, None, :, None], (x.shape[0], s, x.shape[1], s)).reshape(x.shape[0] * s, -1)", NAILS],
    "fortran": ["import numpy as np\n" + NEAREST.replace("return x", "return np.asfortranarray(x"[:-1] + "x").replace("asfortranarrayx", "asfortranarray(x)"), NAILS],
    "lambda": ["nearest = lambda x, s: x.repeat(s, 0).repeat(s, 1)", NAILS],
    "class": ["class Up:\n    def __init__(self, s):\n        self.s = s\n    def __call__(self, x):\n        return x.repeat(self.s, 0).repeat(self.s, 1)\ndef nearest(x, s):\n    return Up(s)(x)", NAILS],
    "closure": ["def make():\n    axes = (0, 1)\n    def inner(x, s):\n        for axis in axes:\n            x = x.repeat(s, axis)\n        return x\n    return inner\nnearest = make()", NAILS],
    "decorator": ["import functools\ndef noted(f):\n    @functools.wraps(f)\n    def inner(*a, **k):\n        inner.calls += 1\n        return f(*a, **k)\n    inner.calls = 0\n    return inner\n@noted\n" + NEAREST, NAILS],
    "helper": ["def twice(x, s, axis):\n    return x.repeat(s, axis)", "def nearest(x, s):\n    return twice(twice(x, s, 0), s, 1)", NAILS],
    "state_in_a_loop": ["axes = []\nfor axis in range(2):\n    axes.append(axis)", "def nearest(x, s):\n    for a in axes:\n        x = x.repeat(s, a)\n    return x", NAILS],
    "korean": ["# 가장 가까운 이웃\ndef nearest(그림, 배율):\n    '답'\n    결과 = 그림.repeat(배율, 0)\n    return 결과.repeat(배율, 1)", NAILS],
    "annotations": ["from typing import Any\ndef nearest(x: 'np.ndarray', s: int = 2) -> Any:\n    y: Any = x.repeat(s, 0)\n    return y.repeat(s, 1)", NAILS],
    "magics": ["%matplotlib inline\n!pip install numpy\nimport numpy as np\n?np", NEAREST, NAILS],
    "timed": ["%%time\n" + NEAREST, NAILS],
    "other_language": ["%%bash\nrm -rf x", NEAREST, NAILS],
    "broken_cell": ["def half(:\n    pass", NEAREST, NAILS],
    "unfinished_work": ["while True:\n    pass", NEAREST, NAILS],
    "training": ["import time\nfor epoch in range(10**9):\n    time.sleep(1)", NEAREST, NAILS],
    "prints": [NEAREST.replace("    return", "    print('x' * 1000)\n    return"), NAILS],
    "warns": ["import warnings\n" + NEAREST.replace("    return", "    warnings.warn('careful')\n    return"), NAILS],
    "checked": ["from course_pkg.checkers import exercise", NEAREST.replace("nearest", "answer"), "exercise('upsampling.nearest').check(answer)", NAILS],
    "twice": ["def nearest(x, s):\n    return 0", NEAREST, NAILS],
    "inside_if": ["if True:\n    " + NEAREST.replace("\n", "\n    "), NAILS],
    "inside_try": ["try:\n    import cupy as xp\nexcept ImportError:\n    import numpy as xp\ndef nearest(x, s):\n    return xp.repeat(xp.repeat(x, s, 0), s, 1)", NAILS],
    "star": ["from numpy import *\ndef nearest(x, s):\n    return kron(x, ones((s, s)))", NAILS],
    "views": ["def nearest(x, s):\n    return x[::-1].repeat(s, 0)[::-1].repeat(s, 1)", NAILS],
    "one_notebook_in_lines": [NEAREST.splitlines(keepends=True), NAILS],
}  # fmt: skip
HONEST["fortran"][0] = (
    "import numpy as np\ndef nearest(x, s):\n    return np.asfortranarray(x.repeat(s, 0).repeat(s, 1))"
)
HONEST["one_notebook_in_lines"] = [
    {"cell_type": "code", "source": NEAREST.splitlines(keepends=True), "outputs": []},
    NAILS,
]

GOOD = notebook(NEAREST, NAILS)
FILES = {  # ways in which the bytes themselves are odd
    "byte_order_mark": b"\xef\xbb\xbf" + GOOD,
    "utf16": GOOD.decode().encode("utf-16"),
    "windows_lines": notebook(NEAREST.replace("\n", "\r\n"), NAILS),
    "format_3": json.dumps({"worksheets": [{"cells": [{"cell_type": "code", "input": c} for c in (NEAREST, NAILS)]}], "nbformat": 3}).encode(),
    "no_metadata": json.dumps({"cells": json.loads(GOOD)["cells"]}).encode(),
    "claims_success": notebook({"cell_type": "code", "source": NEAREST, "outputs": [{"text": "100 points"}]}, NAILS),
    "large_outputs": notebook({"cell_type": "code", "source": NEAREST, "outputs": [{"data": {"image/png": "A" * (9 << 20)}}]}, NAILS),
}  # fmt: skip

HOSTILE = {
    "os_exit": "import os; os._exit(0)",
    "sys_exit": "import sys; sys.exit()",
    "interrupt": "raise KeyboardInterrupt",
    "recursion": "return bed_of_nails(x, stride)",
    "endless": "while True: pass",
    "sleeps": "import time; time.sleep(600)",
    "fork": "import os; os.fork()",
    "shell": "import os; os.system('touch CANARY/x')",
    "writes": "open('CANARY/marks.csv', 'w')",
    "reads": "return open('CANARY/marks.csv').read()",
    "network": "import socket; socket.socket()",
    "kills": "import os; os.kill(os.getppid(), 9)",
    "memory": "return [bytearray(1 << 20) for _ in range(1 << 20)]",
    "lies": "return type('L', (), {'__eq__': lambda *a: True, '__array__': lambda *a: 1 / 0})()",
    "patches": "import numpy as np; np.allclose = np.array_equal = lambda *a, **k: True; return x * 0",
    "reference": "from course_pkg.checkers import exercise; return exercise('upsampling.bed_of_nails').solution()",
    "forges_score": 'import os, struct; t = b\'{"status": "ok", "score": 1}\'; os.write(3, struct.pack(\'>IQ\', len(t), 0) + t); os._exit(0)',
    "forges_types": 'import os, struct; t = b\'{"status": [1], "arrays": {"a": 2}}\'; os.write(3, struct.pack(\'>IQ\', len(t), 0) + t); os._exit(0)',
    "forges_shape": 'import os, struct; t = b\'{"status": "ok", "arrays": [["float64", [0, 67108864, 67108864, 67108864]]]}\'; os.write(3, struct.pack(\'>IQ\', len(t), 0) + t); os._exit(0)',
    "lease": "import fcntl, os; fcntl.fcntl(open(os.__file__), 1024, fcntl.F_RDLCK)",
    "outlives": "import ctypes, os; assert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == 0; return x",
    "escapes": "raise ValueError('\\x1b[2J\\x1b]0;x\\x07')",
    "none": "return None",
    "wrong": "import numpy as np; return np.ones((stride * x.shape[0], stride * x.shape[1]))",
}


def zipped(files, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def corrupt(method):
    data = bytearray(zipped({"a.ipynb": os.urandom(400)}, method))
    start = data.index(b"a.ipynb") + 7
    data[start + 10 : start + 60] = bytes(50)
    return bytes(data)


def locked():
    data = bytearray(zipped({"a.ipynb": GOOD}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.index(mark) + place
        struct.pack_into("<H", data, start, struct.unpack_from("<H", data, start)[0] | 1)
    return bytes(data)


BROKEN = {  # the ending of the file's name, its bytes, and what has to be said
    "empty": (".ipynb", b"", "the file is empty"),
    "not_json": (".ipynb", b"hello", "it is not a notebook"),
    "half": (".ipynb", GOOD[:90], "it is not a notebook"),
    "sign_in": (".ipynb", b"<!doctype html><title>Sign in</title>", "it is not a notebook"),
    "no_cells": (".ipynb", b'{"cells": []}', "a notebook without cells"),
    "deep": (".ipynb", b'{"cells":' + b"[" * 100_000, "it is not a notebook"),
    "korean_bytes": (".ipynb", '{"cells": "가"}'.encode("euc-kr"), "are not UTF-8"),
    "text_ending": (".ipynb.txt", GOOD, "rename it to"),
    "pdf": (".pdf", b"%PDF", "it is a PDF"),
    "word": (".docx", b"PK", "it is a document"),
    "hangul": (".hwp", b"x", "it is a Hangul document"),
    "rar": (".rar", b"Rar!", "this kind of archive is not opened"),
    "not_a_zip": (".zip", b"hello", "the archive cannot be opened"),
    "empty_zip": (".zip", zipped({}), "the archive holds no notebook"),
    "picture_in_zip": (".zip", zipped({"a.png": b"x"}), "the archive holds no notebook"),
    "locked": (".zip", locked(), "it is locked with a password"),
    "corrupt_stored": (".zip", corrupt(zipfile.ZIP_STORED), "it cannot be read"),
    "corrupt_deflated": (".zip", corrupt(zipfile.ZIP_DEFLATED), "it cannot be read"),
    "corrupt_bzip2": (".zip", corrupt(zipfile.ZIP_BZIP2), "it cannot be read"),
    "corrupt_lzma": (".zip", corrupt(zipfile.ZIP_LZMA), "it cannot be read"),
    "bomb": (".zip", zipped({"a.ipynb": bytes(300 << 20)}, zipfile.ZIP_DEFLATED), "more than 256 MB"),
    "nested": (".py", ("a" + ".b" * 60_000).encode(), ""),
}  # fmt: skip


def make(root, canary):
    """Write the class into a folder.

    Gives the roster, id and name of everybody, and the row of each: by the id, or by what a file
    that is nobody's is called.
    """
    root.mkdir()
    people = [(f"2026{n:04}", f"김{chr(0xAC00 + 588 * (n % 19) + n)}") for n in range(1, 121)]
    roster, rows = list(people), {}
    ids = iter(people)

    def put(name, data):
        path = root / os.fsdecode(name if isinstance(name, bytes) else name.encode())
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(data)

    for cells in HONEST.values():
        id, _ = next(ids)
        put(f"ch04_{id}.ipynb", notebook(*cells))
        rows[id] = Row("2")
    for data in FILES.values():
        id, _ = next(ids)
        put(f"{id}/ch04.ipynb", data)
        rows[id] = Row("2")
    for place in _places(put):
        id, name = next(ids)
        problem = place(id, name)
        rows[id] = Row("2", problem or "")
    for source in HOSTILE.values():
        id, _ = next(ids)
        cell = f"def bed_of_nails(x, stride):\n    {source}".replace("CANARY", str(canary))
        put(f"{id}.ipynb", notebook(NEAREST, cell))
        rows[id] = Row("1")
    for ending, data, problem in BROKEN.values():
        id, _ = next(ids)
        put(f"{id}{ending}", data)
        rows[id] = Row("", problem)
        if ending == ".py":  # whether it can be read at all is up to Python's version
            rows[id] = Row(None, problem)
    os.mkfifo(root / f"{next(ids)[0]}.ipynb")
    rows[list(people)[len(rows)][0]] = Row("", "it is a pipe or a device")
    id, _ = next(ids)
    (root / f"{id}.ipynb").symlink_to(canary / "marks.csv")
    rows[id] = Row("", "it is a symbolic link")
    (root / (id := next(ids)[0])).mkdir()
    rows[id] = Row("", "the folder holds no notebook")
    # Two who fit, one whom nobody knows, and two who handed in nothing.
    one, two = next(ids)[0], next(ids)[0]
    put(f"{one}_{two}.ipynb", GOOD)
    rows[f"{one}_{two}"] = Row("2", f"it fits two ids of the roster, {one} and {two}")
    rows[one] = rows[two] = Row("", "it may be theirs or that of")
    put("stranger.ipynb", GOOD)
    rows["stranger"] = Row("2", "no id of the roster stands in its path")
    for id, _ in ids:
        rows[id] = Row("", "")
    return roster, rows


def _places(put):
    """Names and places as systems, browsers and students make them."""
    bad = notebook("def nearest(x, s):\n    return 0")
    nfd = unicodedata.normalize("NFD", "과제")
    return [
        lambda id, name: put(f"{id}_김철수.ipynb".encode("cp949"), GOOD),
        lambda id, name: put(f"{id} ".encode() + b"\xff\xfe.ipynb", GOOD),
        lambda id, name: put(f"{nfd} {id}.ipynb", GOOD),
        lambda id, name: put(f"{id}{'가' * 70}".encode()[:240].decode(errors="ignore")[: len(id)] + "/" + "가" * 80 + ".ipynb", GOOD),
        lambda id, name: put(f"{id}\x1b[31m.ipynb".replace("\x1b[31m", " \x1b[31m"), GOOD),
        lambda id, name: put(f"{id}.IPYNB", GOOD),
        lambda id, name: put(f"{id}/a/b/c/ch04.ipynb", GOOD),
        lambda id, name: put(f"{id} (1).ipynb", GOOD),
        lambda id, name: put(f"{id}의 사본.ipynb", GOOD),
        lambda id, name: put(f"Copy of {id}.ipynb", GOOD),
        lambda id, name: [put(f"{id}/ch04.ipynb", bad), put(f"{id}/ch04-1.ipynb", GOOD), "the newest of 2 attempts"][-1],
        lambda id, name: [put(f"{id}.ipynb", bad), put(f"{id} (2).ipynb", GOOD), "the newest of 2 attempts"][-1],
        lambda id, name: put(f"{id}.zip", zipped({"__MACOSX/._a.ipynb": b"x", "../a.ipynb": GOOD})),
        lambda id, name: put(f"{id}.zip", zipped({"hw/in.zip": zipped({"ch04.ipynb": GOOD})})),
        lambda id, name: put(f"{id}.zip", zipped({"ch04.ipynb": GOOD}, zipfile.ZIP_LZMA)),
        lambda id, name: put(f"{id}.zip", zipped({"X" * 6 + ".ipynb": GOOD}).replace(b"X" * 6, "김철수".encode("cp949"))),
        lambda id, name: [put(f"{id}/ch04.ipynb", GOOD), put(f"{id}/report.pdf", b"%PDF"), "it is a PDF"][-1],
        lambda id, name: [put(f"{id}/1.ipynb", notebook(NEAREST)), put(f"{id}/2.py", NAILS.encode())][-1],
        lambda id, name: put(f"=cmd {id}.ipynb", GOOD),
        lambda id, name: put(f"{name}.ipynb", GOOD),
    ]  # fmt: skip
