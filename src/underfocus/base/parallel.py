"""Map-reduce over chunks: threads by default, a Dask cluster when given a scheduler's address."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from .errors import ClusterError, InputError

#: Seconds in which a scheduler must answer.
CONNECT_SECONDS = 20
C = TypeVar("C")
R = TypeVar("R")

#: How many threads work of this context may take; None for as many as there are processors.
_threads: ContextVar[int | None] = ContextVar("threads", default=None)


def cores() -> int:
    """How many processors this process may use, or this context where it was `limited`."""
    return _threads.get() or _processors()


@contextmanager
def limited(threads: int) -> Iterator[None]:
    """Within the body at most so many threads are taken: a cluster's worker has a share of its machine."""
    token = _threads.set(max(1, threads))
    try:
        yield
    finally:
        _threads.reset(token)


def _processors() -> int:
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


def in_order(work: Callable[[C], R], items: Iterable[C], workers: int | None = None) -> Iterator[R]:
    """``work(item)`` of every item in its order, so that sums over them round alike on any number of threads.

    As many as there are ``workers`` (by default all processors) are made at a time, and no more are held.
    """
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(count := workers or cores()) as pool:
        for item in items:
            if len(waiting) >= count:
                yield waiting.popleft().result()
            waiting.append(pool.submit(copy_context().run, work, item))
        while waiting:
            yield waiting.popleft().result()


def _collect(total: R | None, pending: set[Future[R]], add: Callable[[R, R], R]) -> tuple[R | None, set[Future[R]]]:
    done, rest = wait(pending, return_when=FIRST_COMPLETED)
    for future in done:
        total = future.result() if total is None else add(total, future.result())
    return total, rest


def _on_cluster(work: Callable[[C], R], chunks: Iterable[C], add: Callable[[R, R], R], scheduler: str) -> R | None:
    total: R | None = None
    for _, result in each_on_cluster(work, {i: (c,) for i, c in enumerate(chunks)}, scheduler):
        total = result if total is None else add(total, result)
    return total


def each_on_cluster(
    work: Callable[..., R], jobs: Mapping[int, tuple[Any, ...]], scheduler: str
) -> Iterator[tuple[int, R]]:
    """Number and result of each of ``work(*jobs[number])`` on a Dask cluster, in the order in which they end.

    Each keeps to its worker's share of threads. What a lost worker had is done again by the others.
    Raises InputError where Dask is not installed, and ClusterError where no scheduler answers or work fails for good.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            "a scheduler was given, and Dask is not installed; run: pip install 'underfocus[cluster]'"
        ) from None
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(f"no scheduler answers at {scheduler} ({error}); start one with: dask scheduler") from None
    with client:
        client.wait_for_workers(1)
        waiting, done = list(jobs.items())[::-1], as_completed()
        pending: dict[Any, int] = {}

        def refill() -> None:
            """As many blocks at a time as there are workers: each takes all of its worker's threads and memory."""
            while waiting and len(pending) < max(1, len(client.scheduler_info(n_workers=-1)["workers"])):
                number, job = waiting.pop()
                future = client.submit(_within, work, job, pure=False)
                pending[future] = number
                done.add(future)

        refill()
        for future in done:
            number = pending.pop(future)
            if future.status == "error" and _was_lost(future):
                raise ClusterError(
                    f"block {number} killed several workers of {scheduler}; give them more memory, or see their logs"
                )
            result = future.result()
            future.release()
            refill()
            yield number, result


def _within(work: Callable[..., R], job: tuple[Any, ...]) -> R:
    """The work with as many threads as this worker has."""
    from distributed import get_worker

    with limited(get_worker().state.nthreads):
        return work(*job)


def _was_lost(future: Any) -> bool:
    """Whether work failed because its workers went away, and not by an error of its own."""
    return type(future.exception()).__name__ == "KilledWorker"
