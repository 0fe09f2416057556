"""The numbers of the system calls that a jailed process may not make, for two kinds of machine.

Every line is a name, its number on x86-64 and its number on 64-bit ARM; a dash where a machine has
no such call. What is listed changes something outside the process, or reaches another process.
"""

import platform

__all__ = ["AUDIT_ARCH", "DENIED", "FILTERED", "number"]

# Taken together with Landlock these close: the network, new processes, other processes' memory and
# signals, owners, modes and times of files (which Landlock leaves open), mounts and namespaces,
# memory that no limit counts, and limits that root could lift again.
_DENIED = """
socket 41 198|socketpair 53 199|bind 49 200|listen 50 201|accept 43 202|accept4 288 242
connect 42 203|sendto 44 206|sendmsg 46 211|sendmmsg 307 269
fork 57 -|vfork 58 -|execve 59 221|execveat 322 281
kill 62 129|tkill 200 130|rt_sigqueueinfo 129 138|rt_tgsigqueueinfo 297 240
pidfd_open 434 434|pidfd_getfd 438 438|pidfd_send_signal 424 424
ptrace 101 117|process_vm_readv 310 270|process_vm_writev 311 271|process_madvise 440 440
process_mrelease 448 448|kcmp 312 272|perf_event_open 298 241|userfaultfd 323 282|bpf 321 280
move_pages 279 239|migrate_pages 256 238|mbind 237 235
io_uring_setup 425 425|io_uring_enter 426 426|io_uring_register 427 427|io_setup 206 0
chmod 90 -|fchmod 91 52|fchmodat 268 53|fchmodat2 452 452
chown 92 -|lchown 94 -|fchown 93 55|fchownat 260 54
setxattr 188 5|lsetxattr 189 6|fsetxattr 190 7|setxattrat 463 463
removexattr 197 14|lremovexattr 198 15|fremovexattr 199 16|removexattrat 466 466
utime 132 -|utimes 235 -|futimesat 261 -|utimensat 280 88
rename 82 -|renameat 264 38|renameat2 316 276|link 86 -|linkat 265 37|symlink 88 -|symlinkat 266 36
mknod 133 -|mknodat 259 33|truncate 76 45|inotify_init 253 -|inotify_init1 294 26
fanotify_init 300 262|name_to_handle_at 303 264|open_by_handle_at 304 265
mount 165 40|umount2 166 39|mount_setattr 442 442|move_mount 429 429|open_tree 428 428
fsopen 430 430|fsconfig 431 431|fsmount 432 432|fspick 433 433|pivot_root 155 41|chroot 161 51
unshare 272 97|setns 308 268|sethostname 170 161|setdomainname 171 162
memfd_create 319 279|memfd_secret 447 447|shmget 29 194|shmat 30 196|msgget 68 186|semget 64 190
mq_open 240 180|add_key 248 217|request_key 249 218|keyctl 250 219
setrlimit 160 164|setpriority 141 140|ioprio_set 251 30|sched_setaffinity 203 122
sched_setattr 314 274|sched_setparam 142 118|sched_setscheduler 144 119
setuid 105 146|setgid 106 144|setreuid 113 145|setregid 114 143|setresuid 117 147|setresgid 119 149
setfsuid 122 151|setfsgid 123 152|setgroups 116 159|personality 135 92
init_module 175 105|finit_module 313 273|delete_module 176 106|kexec_load 246 104
kexec_file_load 320 294|ioperm 173 -|iopl 172 -|uselib 134 -|acct 163 89|syslog 103 116
quotactl 179 60|quotactl_fd 443 443|reboot 169 142|swapon 167 224|swapoff 168 225|vhangup 153 58
settimeofday 164 170|clock_settime 227 112|adjtimex 159 171|clock_adjtime 305 266
"""

# Needed for honest work, but only in some of their forms (see `seccomp`).
_FILTERED = "clone 56 220|clone3 435 435|tgkill 234 131|fcntl 72 25|ioctl 16 29|prlimit64 302 261"

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_COLUMN, AUDIT_ARCH = _MACHINES.get(platform.machine(), (0, 0))


def _numbers(table: str) -> dict[str, int]:
    entries = [entry.split() for line in table.split("\n") for entry in line.split("|") if entry]
    return {name: int(n[_COLUMN]) for name, *n in entries if n[_COLUMN] != "-"}


DENIED = _numbers(_DENIED)
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
