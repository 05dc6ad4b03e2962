"""Ranges of work in threads: each once, from within calls, from several threads, in a forked process, with errors."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from underfocus.base import parallel
from underfocus.maths.kernels.jit import spread


def covered(count: int, grain: int) -> np.ndarray:
    """How often each place of ``count`` was worked on."""
    found = np.zeros(count, int)

    def work(first: int, last: int) -> None:
        found[first:last] += 1

    spread(work, count, grain)
    return found


@pytest.mark.parametrize(("count", "grain"), [(1, 1), (7, 1), (64, 4), (1000, 3), (5, 100)])
def test_every_place_once(count: int, grain: int) -> None:
    assert (covered(count, grain) == 1).all()


def test_calls_within_calls_and_from_several_threads() -> None:
    inner: list[int] = []

    def work(first: int, last: int) -> None:
        inner.extend(covered(64, 4)[first:last])

    spread(work, 64, 4)
    assert inner == [1] * 64
    with ThreadPoolExecutor(8) as pool:
        assert all((found == 1).all() for found in pool.map(covered, [500] * 40, [1] * 40))


def test_no_more_threads_than_the_context_allows() -> None:
    here = set()

    def work(first: int, last: int) -> None:
        here.add(threading.get_ident())
        time.sleep(0.002)

    with parallel.limited(1):
        spread(work, 40)
    assert here == {threading.get_ident()}
    here.clear()
    with parallel.limited(2):
        spread(work, 40)
    assert len(here) <= 2


def test_an_error_is_raised_after_all_have_ended() -> None:
    done = []

    def work(first: int, last: int) -> None:
        if first == 0:
            raise ValueError("the first range")
        time.sleep(0.001)
        done.append(first)

    with parallel.limited(3), pytest.raises(ValueError, match="the first range"):
        spread(work, 48)
    before = len(done)
    time.sleep(0.02)
    assert len(done) == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_works_without_its_helpers() -> None:
    assert (covered(64, 1) == 1).all()
    child = os.fork()
    if child == 0:
        os._exit(0 if (covered(64, 1) == 1).all() else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
