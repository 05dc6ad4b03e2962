"""How the fast kernels are compiled, and how their work is spread over threads. Imports numba: import it lazily.

Kernels are serial and free of the interpreter lock; Python threads share out ranges of images or slabs. That compiles
several times faster than numba's own parallel loops, balances by itself, and is safe to call from several threads.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
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


def spread(work: Callable[[int, int], object], count: int, grain: int = 1) -> None:
    """Call ``work(first, last)`` on ranges that together cover ``count``, in threads; a range is at least ``grain``."""
    workers = min(cores(), -(-count // grain))
    if workers <= 1:
        work(0, count)
        return
    size = max(grain, -(-count // (8 * workers)))
    with ThreadPoolExecutor(workers) as pool:
        tasks = [pool.submit(copy_context().run, work, i, min(i + size, count)) for i in range(0, count, size)]
        for task in tasks:
            task.result()
