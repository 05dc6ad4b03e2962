"""What a process gives up before it runs a reader's code: network, writing, new processes, memory, time.

On Linux: a user and network namespace of its own (unshare(2)) leaves no interface but an unconnected loopback, and
Landlock (as of kernel 6.2, which knows truncation) refuses every change to files. Elsewhere only setrlimit holds.
"""

from __future__ import annotations

import ctypes
import os
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
#: Landlock's rights that change files: write, remove, make of every kind, and truncate (its third version).
_CHANGES, _TRUNCATE, _VERSION_WITH_TRUNCATE = 0b1_1111_1111_0010, 1 << 14, 3


def cut_network() -> bool:
    """Leave the network for good; whether the kernel allowed it."""
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def forbid_changes() -> bool:
    """Give up every right to write, make or remove files; whether the kernel knows how."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1)) < _VERSION_WITH_TRUNCATE:
        return False
    handled = ctypes.c_uint64(_CHANGES | _TRUNCATE)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(handled), ctypes.c_size_t(8), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    kept = libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    kept = kept and libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return bool(kept)


def limit(seconds: int, megabytes: int) -> None:
    """Bound processor time, memory, files and processes, where the system can."""
    if sys.platform == "win32":
        return
    import resource

    bounds = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: megabytes * 2**20,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
    }
    for what, most in bounds.items():
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (bound, hard if what == resource.RLIMIT_CPU else bound))
        except (ValueError, OSError):
            continue  # a system that does not know this limit still has the others
