"""Map-reduce over chunks: threads by default, a Dask cluster when given a scheduler's address."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

C = TypeVar("C")
R = TypeVar("R")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def map_reduce(
    work: Callable[[C], R],
    chunks: Iterable[C],
    add: Callable[[R, R], R],
    *,
    workers: int | None = None,
    scheduler: str | None = None,
) -> R | None:
    """``add`` together ``work(chunk)`` over all chunks; None where there are none.

    At most two chunks a worker are held at a time, so that a lazy iterable of chunks stays lazy. ``add`` runs in the
    calling thread, in the order in which chunks finish: it must be commutative to rounding. With ``scheduler``
    (``tcp://host:port``) the work runs on a Dask cluster; this needs the extra ``underfocus[cluster]``.
    """
    if scheduler is not None:
        return _on_cluster(work, chunks, add, scheduler)
    workers = workers or cores()
    total: R | None = None
    pending: set[Future[R]] = set()
    with ThreadPoolExecutor(workers) as pool:
        for chunk in chunks:
            if len(pending) >= 2 * workers:
                total, pending = _collect(total, pending, add)
            pending.add(pool.submit(copy_context().run, work, chunk))
        while pending:
            total, pending = _collect(total, pending, add)
    return total


def _collect(total: R | None, pending: set[Future[R]], add: Callable[[R, R], R]) -> tuple[R | None, set[Future[R]]]:
    done, rest = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        total = future.result() if total is None else add(total, future.result())
    return total, rest


def _on_cluster(work: Callable[[C], R], chunks: Iterable[C], add: Callable[[R, R], R], scheduler: str) -> R | None:
    from .errors import InputError

    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            "a scheduler was given, and Dask is not installed; run: pip install 'underfocus[cluster]'"
        ) from None
    with Client(scheduler) as client:
        total: R | None = None
        for _, result in as_completed([client.submit(work, c, pure=False) for c in chunks], with_results=True):
            total = result if total is None else add(total, result)
        return total
