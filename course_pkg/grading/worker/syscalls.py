"""The numbers of the system calls that a jailed process may make, for two kinds of machine.

Every line is a name, its number on x86-64 and its number on 64-bit ARM; a dash where a machine has
no such call. The list was found by tracing every exercise's solution, with numpy and with torch;
what was added to it reads or changes nothing but the process itself, and honest answers may use
it. Every other call is refused, those that a future kernel will have included.
"""

import platform

__all__ = ["ALLOWED", "AUDIT_ARCH", "FILTERED", "number"]

_ALLOWED = """
read 0 63|write 1 64|readv 19 65|writev 20 66|pread64 17 67|lseek 8 62|close 3 57
close_range 436 436|dup 32 23|dup2 33 -|dup3 292 24|pipe2 293 59
open 2 -|openat 257 56|stat 4 -|fstat 5 80|lstat 6 -|newfstatat 262 79|statx 332 291
statfs 137 43|fstatfs 138 44|access 21 -|faccessat 269 48|faccessat2 439 439
readlink 89 -|readlinkat 267 78|getdents 78 -|getdents64 217 61|getcwd 79 17
poll 7 -|ppoll 271 73|select 23 -|pselect6 270 72
mmap 9 222|munmap 11 215|mprotect 10 226|mremap 25 216|brk 12 214|madvise 28 233
mincore 27 232|membarrier 324 283|get_mempolicy 239 236
futex 202 98|set_robust_list 273 99|get_robust_list 274 100|rseq 334 293
set_tid_address 218 96|sched_yield 24 124|getcpu 309 168|sched_getaffinity 204 123
sched_getparam 143 121|sched_getscheduler 145 120|sched_get_priority_max 146 125
sched_get_priority_min 147 126
clock_gettime 228 113|clock_getres 229 114|clock_nanosleep 230 115|nanosleep 35 101
gettimeofday 96 169|time 201 -|times 100 153|getitimer 36 102|setitimer 38 103|alarm 37 -
rt_sigaction 13 134|rt_sigprocmask 14 135|rt_sigreturn 15 139|rt_sigpending 127 136
rt_sigsuspend 130 133|rt_sigtimedwait 128 137|sigaltstack 131 132|restart_syscall 219 128
getpid 39 172|getppid 110 173|gettid 186 178|getpgrp 111 -|getpgid 121 155|getsid 124 156
getuid 102 174|geteuid 107 175|getgid 104 176|getegid 108 177|getresuid 118 148
getresgid 120 150|getgroups 115 158|getpriority 140 141|getrlimit 97 163|getrusage 98 165
sysinfo 99 179|uname 63 160|getrandom 318 278|exit 60 93|exit_group 231 94
"""

# Needed for honest work, but only in some of their forms (see `seccomp`).
_FILTERED = """
clone 56 220|clone3 435 435|tgkill 234 131|prlimit64 302 261|fcntl 72 25|ioctl 16 29|prctl 157 167
"""

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_COLUMN, AUDIT_ARCH = _MACHINES.get(platform.machine(), (0, 0))


def _numbers(table: str) -> dict[str, int]:
    entries = [entry.split() for line in table.split("\n") for entry in line.split("|") if entry]
    return {name: int(n[_COLUMN]) for name, *n in entries if n[_COLUMN] != "-"}


ALLOWED = _numbers(_ALLOWED)
FILTERED = _numbers(_FILTERED)


def number(name: str) -> int:
    """The number of a filtered call on this machine.

    Args:
        name: such as ``"clone"``.

    Returns:
        The number.

    Example:
        >>> number("clone3")
        435
    """
    return FILTERED[name]
