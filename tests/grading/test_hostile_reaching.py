"""Groups 6 and 7: reach out of the process, and abuse the channel back to the judge.

What would hurt this machine if the jail leaked is asked for in a harmless form: signal 0 instead of
a killing one for whole groups of processes.
"""

# ruff: noqa: E501 - programs stand on lines as long as their authors made them

import pytest

from course_pkg.grading.worker import landlock

DEF = "import os, ctypes\ndef nearest(x, scale_factor):\n    "
# Raises unless the call was refused, and says by which error.
CALL = (
    "libc = ctypes.CDLL(None, use_errno=True)\n    def must(r):\n"
    "        raise (OSError(ctypes.get_errno(), 'refused') if r < 0 else RuntimeError('it worked'))\n    "
)
REACHES = {
    "net_loopback": "import socket; socket.create_connection(('127.0.0.1', 22), 1)",
    "net_urllib": "import urllib.request as u; u.urlopen('http://127.0.0.1:80', timeout=1)",
    "net_udp": "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "unix_socket": "import socket; socket.socket(socket.AF_UNIX).connect('/tmp/x')",
    "socketpair": "import socket; socket.socketpair()",
    "io_uring": CALL + "must(libc.syscall(425, 8, ctypes.create_string_buffer(120)))",
    "kill_parent": "os.kill(os.getppid(), 9)",
    "kill_all": "os.kill(-1, 0)",
    "kill_group": "os.killpg(1, 0)",
    "tgkill_parent": CALL + "p = os.getppid(); must(libc.syscall(234, p, p, 0))",
    "sigqueue_parent": CALL + "must(libc.sigqueue(os.getppid(), 0, 0))",
    "pidfd_parent": "os.pidfd_open(os.getppid())",
    "signal_by_fcntl": "import fcntl; fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())",
    "lease_on_a_library": "import fcntl; fcntl.fcntl(open(os.__file__), 1024, fcntl.F_RDLCK)",
    "lock_on_a_library": "import fcntl; fcntl.flock(open(os.__file__), fcntl.LOCK_SH)",
    "record_lock": "import fcntl; fcntl.lockf(open(os.__file__), fcntl.LOCK_SH)",
    "watch_a_folder": "import fcntl; fcntl.fcntl(os.open('/usr/lib', 0), fcntl.F_NOTIFY, 1)",
    "pipe_of_another_size": "import fcntl; fcntl.fcntl(1, 1031, 1 << 20)",
    "unknown_ioctl": "import fcntl; fcntl.ioctl(1, 0x5412, b'x')",
    "ioctl_of_a_device": "import fcntl; fcntl.ioctl(open('/dev/urandom'), 0x5204, b'x' * 8)",
    "outlive_the_grader": CALL + "must(libc.prctl(1, 0, 0, 0, 0))",
    "be_dumped": CALL + "must(libc.prctl(4, 1, 0, 0, 0))",
    "have_children_of_others": CALL + "must(libc.prctl(36, 1, 0, 0, 0))",
    "timer_with_a_signal": CALL + "must(libc.syscall(222, 0, 0, ctypes.create_string_buffer(8)))",
    "inotify": CALL + "must(libc.inotify_init1(0))",
    "memory_lock": CALL + "must(libc.mlockall(1))",
    "a_call_of_the_future": CALL + "must(libc.syscall(900, 0, 0, 0))",
    "a_call_long_forgotten": CALL + "must(libc.syscall(174, 0, 0, 0))",
    "shared_memory": CALL + "must(libc.shmget(1, 4096, 0o1600))",
    "message_queue": CALL + "must(libc.msgget(1, 0o1600))",
    "own_affinity": "os.sched_setaffinity(0, {0})",
    "ptrace_parent": CALL + "must(libc.ptrace(16, os.getppid(), 0, 0))",
    "process_vm_readv": CALL + "must(libc.process_vm_readv(os.getppid(), 0, 0, 0, 0, 0))",
    "prlimit_parent": "import resource; resource.prlimit(os.getppid(), 0, (9, 9))",
    "priority_of_parent": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "affinity_of_parent": "os.sched_setaffinity(os.getppid(), {0})",
    "write_home": "open(os.path.expanduser('~') + '/x', 'w')",
    "write_canary": "open('CANARY/marks.csv', 'w').write('kim,0')",
    "append_canary": "open('CANARY/marks.csv', 'a')",
    "truncate_canary": "os.truncate('CANARY/marks.csv', 0)",
    "remove_canary": "os.unlink('CANARY/marks.csv')",
    "rename_canary": "os.rename('CANARY/marks.csv', 'CANARY/x')",
    "link_canary": "os.link('CANARY/marks.csv', 'CANARY/x')",
    "chmod_canary": "os.chmod('CANARY/marks.csv', 0)",
    "chown_canary": "os.chown('CANARY/marks.csv', 1, 1)",
    "utime_canary": "os.utime('CANARY/marks.csv', (1, 1))",
    "xattr_canary": "os.setxattr('CANARY/marks.csv', 'user.x', b'1')",
    "symlink_escape": "os.symlink('/etc/passwd', 'CANARY/x')",
    "mkdir_canary": "os.mkdir('CANARY/x')",
    "mkfifo_canary": "os.mkfifo('CANARY/x')",
    "list_canary": "os.listdir('CANARY')",
    "list_submissions": "os.listdir('/tmp')",
    "chroot": "os.chroot('/')",
    "setuid": "os.setuid(0)",
    "unshare": CALL + "must(libc.unshare(0x10000000))",
    "mount": CALL + "must(libc.mount(b'none', b'/mnt', b'tmpfs', 0, 0))",
    "gpu_device": "open('/dev/nvidia0', 'rb')",
    "raw_disk": "open('/dev/vda', 'rb')",
    "kernel_memory": "open('/dev/mem', 'rb')",
    "other_numbers_of_the_same_calls": CALL + "must(libc.syscall(0x40000000 + 41, 2, 1, 0))",
}


REFUSALS = ("denied", "not permitted", "refused", "No such", "not implemented")


@pytest.mark.parametrize("name", REACHES)
def test_a_reach_is_refused(attack, name):
    mark = attack(DEF + REACHES[name])
    assert mark.hundredths == 0
    assert mark.status in ("raised", "crashed")
    for case in mark.cases:
        if case.status == "raised":
            last = case.note.splitlines()[-1]
            assert any(word in last for word in REFUSALS)


def test_a_writable_file_is_refused_by_landlock_alone_too(grade, tmp_path):
    assert landlock.abi() > 0
    record = grade(
        f"def nearest(x, s):\n    open({str(tmp_path / 'x')!r}, 'w')",
        measures=("landlock", "pidfd"),
        allow_weak=True,
    )
    assert record.isolation["level"] == "weak"
    assert record.exercises[0].status == "raised"
    assert list(tmp_path.iterdir()) == []


CHANNEL = {
    "pickle_reduce": "class P:\n        def __reduce__(self): return os.system, ('touch CANARY/x',)\n"
    "    return P()",
    "lambda_return": "return lambda: 1",
    "generator_return": "return (v for v in x)",
    "dict_with_odd_keys": "return {None: x, (1, 2): x, 'result': x}",
    "module_return": "return np",
    "string_return": "return 'correct'",
    "patch_sys_stdout": "import sys; sys.stdout = sys.stderr = None; print('x'); return np.zeros(1)",
    "close_fd3": "os.close(3); return np.zeros(1)",
    "close_all": "os.closerange(0, 100); return np.zeros(1)",
    "patch_the_worker": "import sys\n    w = sys.modules['worker.answering']\n"
    "    w.describe = lambda arrays: ([['float64', [1]]], bytes(8))\n    return x",
    "patch_os_write": "os.write = lambda fd, b: len(b)\n    return np.zeros(1)",
    "read_ahead": "import struct\n    os.read(3, 1 << 20)\n    return np.zeros(1)",
}


@pytest.mark.parametrize("name", CHANNEL)
def test_the_channel_carries_plain_numbers_only(attack, name):
    hangs = name in ("patch_os_write", "read_ahead")
    mark = attack(DEF + CHANNEL[name], timeout=1.0 if hangs else 120.0)
    assert mark.hundredths == 0
    assert mark.status in ("wrong", "crashed", "raised", "timeout")
