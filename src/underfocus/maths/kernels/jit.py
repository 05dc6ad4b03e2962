"""How the fast kernels are compiled, and how their work is spread over threads. Imports numba: import it lazily.

Kernels are serial and free of the interpreter lock; Python threads share out ranges of images or slabs. That compiles
several times faster than numba's own parallel loops, balances by itself, and is safe to call from several threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import cache
from typing import Any, TypeVar

import numba

from ...base.parallel import cores

F = TypeVar("F", bound=Callable[..., Any])

#: Contractions and the like, but no re-association: rounding by adding and subtracting a large number must stay.
FAST = {"contract", "nsz", "nnan", "ninf", "arcp"}


def compiled(function: F) -> F:
    """The function compiled on its first call, cached on disk where a place for the cache can be written."""
    options: dict[str, Any] = {"nogil": True, "fastmath": FAST, "error_model": "numpy"}
    try:
        made: F = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder that it may write to
        made = numba.njit(**options)(function)
    return made


def inlined(function: F) -> F:
    """A small function compiled into its callers."""
    made: F = numba.njit(inline="always", fastmath=FAST, error_model="numpy")(function)
    return made


@cache
def _helpers() -> ThreadPoolExecutor:
    """Threads that outlive a call: to start two takes as long as a small map's whole division."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="kernels")


def spread(work: Callable[[int, int], object], count: int, grain: int = 1) -> None:
    """Call ``work(first, last)`` on ranges that together cover ``count``, in threads; a range is at least ``grain``.

    The caller works too, and helpers that never came to begin are called off: so calls may be made from within calls,
    from several threads and in a forked process, whose helpers are gone. An error of the work is raised at the end.
    """
    workers = min(cores(), -(-count // grain))
    if workers <= 1:
        work(0, count)
        return
    size = max(grain, -(-count // (8 * workers)))
    firsts = iter(range(0, count, size))  # each place is handed out once: a range's next() holds the interpreter lock

    def share() -> None:
        for first in firsts:
            work(first, min(first + size, count))

    helping = [_helpers().submit(copy_context().run, share) for _ in range(workers - 1)]
    try:
        share()
    finally:
        begun = [helper for helper in helping if not helper.cancel()]
        wait(begun)
    for helper in begun:
        helper.result()
