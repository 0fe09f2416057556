"""Group 5: use up the machine. Limits hold for root too; nothing lands on a disk."""

import pytest

DEF = "import os\ndef nearest(x, scale_factor):\n    "
RIGHT = "x.repeat(scale_factor, 0).repeat(scale_factor, 1)"

GREEDY = {
    "memory_bomb": (DEF + "return [bytearray(1 << 20) for _ in range(1 << 20)]", "out_of_memory"),
    "memory_bomb_numpy": (DEF + "return np.ones(1 << 30)", "out_of_memory"),
    "memory_bomb_shared": (
        DEF + "import mmap\n    m = mmap.mmap(-1, 1 << 30)\n"
        "    for i in range(0, 1 << 30, 4096): m[i] = 1",
        "raised",
    ),
    "fork": (DEF + "os.fork()", "raised"),
    "fork_in_a_loop": (
        DEF + "n = 0\n    for _ in range(50):\n        try: n += os.fork() > 0\n"
        "        except OSError: pass\n    return np.zeros(1)",
        "wrong",
    ),
    "subprocess": (DEF + "import subprocess; subprocess.run(['/bin/true'])", "raised"),
    "system": (DEF + "return np.array([float(os.system('true'))])", "wrong"),
    "posix_spawn": (DEF + "os.posix_spawn('/bin/true', ['true'], {})", "raised"),
    "exec": (DEF + "os.execv('/bin/true', ['true'])", "raised"),
    "multiprocessing": (
        DEF + "import multiprocessing as m; m.get_context('fork').Pool(2)",
        "raised",
    ),
    "thread_bomb": (
        "import threading, time\n" + DEF + "for _ in range(3000):\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "raised",
    ),
    "disk_fill": (DEF + "open('/tmp/fill', 'wb').write(bytes(1 << 20))", "raised"),
    "disk_fill_shm": (DEF + "open('/dev/shm/fill', 'wb').write(bytes(1 << 20))", "raised"),
    "disk_fill_here": (DEF + "open('fill', 'wb').write(bytes(1 << 20))", "raised"),
    "memfd": (DEF + "os.write(os.memfd_create('m'), bytes(1 << 20))", "raised"),
    "many_small_files": (
        DEF + "for i in range(100): open(f'CANARY/{i}', 'w').close()",
        "raised",
    ),
    "many_fds": (DEF + "keep = [open('/dev/null') for _ in range(1000)]", "raised"),
    "raise_limits": (
        "import resource\n" + DEF + "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
        "raised",
    ),
    "raise_limits_by_prlimit": (
        "import resource\n" + DEF + "resource.prlimit(0, resource.RLIMIT_DATA, (-1, -1))",
        "raised",
    ),
}


@pytest.mark.parametrize("name", GREEDY)
def test_greed_is_refused(attack, name):
    source, status = GREEDY[name]
    mark = attack(source)
    assert mark.hundredths == 0
    allowed = {status} | ({"out_of_memory", "crashed"} if "bomb" in name else set())
    assert mark.status in allowed


def test_a_stdout_flood_fills_nothing(attack):
    mark = attack(DEF + "while True: print('x' * 100000)", timeout=1.0)
    assert (mark.hundredths, mark.status) == (0, "timeout")
    assert len(mark.note) < 5000


def test_printing_a_lot_is_no_crime(attack, honest_mark):
    mark = attack(DEF + f"for _ in range(300): print('x' * 10000)\n    return {RIGHT}")
    assert (mark.status, mark.hundredths) == ("correct", honest_mark)


def test_a_large_computation_within_the_limits_passes(attack, honest_mark):
    mark = attack(DEF + f"big = np.ones((2000, 2000)); big @ big[:, :50]\n    return {RIGHT}")
    assert (mark.status, mark.hundredths) == ("correct", honest_mark)


TORCH = "conv_transpose.conv_transpose2d"
TORCH_DEF = "import torch\ndef conv_transpose2d(x, weight, stride, padding):\n    "


def test_a_memory_bomb_in_torch_is_refused(attack):
    mark = attack(TORCH_DEF + "return torch.ones(1 << 28, dtype=torch.float64)", id=TORCH)
    assert (mark.hundredths, mark.status) == (0, "out_of_memory")


def test_dataloader_workers_fail_with_a_clear_message(attack):
    mark = attack(
        TORCH_DEF + "data = torch.utils.data.DataLoader(torch.zeros(8), num_workers=2)\n"
        "    return next(iter(data))",
        id=TORCH,
    )
    assert mark.hundredths == 0
    assert "no other processes" in mark.cases[0].message
