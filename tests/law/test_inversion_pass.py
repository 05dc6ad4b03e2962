"""The one pass over the data: out of core, resumed after a kill, and the same on a cluster that loses a worker."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.law.made import correlation, density, images_of, peak, scale

import underfocus as uf
from underfocus.base import parallel, progress
from underfocus.base.errors import ClusterError, InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.inference import accumulate as one_pass
from underfocus.inference.accumulate import Lot, accumulate
from underfocus.inference.reconstruct import half_sets, reconstruct, reconstruct_halves
from underfocus.inference.scheme import Scheme
from underfocus.inference.sums import Sums
from underfocus.inference.weighting import Weighting

COUNT = 1_200


@pytest.fixture(scope="module")
def star(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Particles on disk, as users have them."""
    optics = Optics(defocus=spread(8_000, 22_000, COUNT))
    made = images_of(density(32), Pose.random(COUNT, seed=1, shift=6.0), optics, noise=1.0)
    path = tmp_path_factory.mktemp("set") / "particles.star"
    made.save(path)
    return path


@pytest.fixture(scope="module")
def particles(star: Path) -> Particles:
    found = uf.open(star)
    assert isinstance(found, Particles)
    return found


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made:
        yield made


def lot(particles: Particles) -> Lot:
    return Lot(particles, half_sets(particles), Weighting())


def alike(found: Any, expected: Any) -> None:
    """Equal to the rounding of float32 sums."""
    assert found.data == pytest.approx(expected.data, abs=3e-5 * peak(expected))


def test_a_cluster_that_loses_a_worker_makes_the_same_map(particles: Particles, cluster: Any) -> None:
    expected = reconstruct_halves(particles)
    killed: list[int] = []

    def kill(event: progress.Event) -> None:
        if event.done and not killed:
            worker = next(iter(cluster.workers.values()))
            killed.append(worker.process.pid)
            os.kill(killed[0], signal.SIGKILL)

    with progress.listener(kill):
        found = reconstruct_halves(particles, scheduler=cluster.scheduler_address)
    assert killed
    for name in ("half1", "half2", "whole"):
        alike(getattr(found, name), getattr(expected, name))


def test_where_no_scheduler_answers(particles: Particles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "CONNECT_SECONDS", 1)
    with pytest.raises(ClusterError, match="no scheduler answers at"):
        reconstruct(particles, scheduler="tcp://127.0.0.1:1")


class KilledError(Exception):
    """Stands for the signal that ends a job."""


def test_a_killed_run_goes_on_where_it_was(
    particles: Particles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_pass, "BLOCK_PIXELS", 256 * 32 * 32)
    monkeypatch.setattr(one_pass, "STORE_EVERY", 0.0)
    store, whole = tmp_path / "sums.npz", one_pass.fill
    done: list[int] = []

    def dies(*arguments: Any) -> None:
        if len(done) == 3:
            raise KilledError
        done.append(len(arguments[1]))
        whole(*arguments)

    monkeypatch.setattr(one_pass, "fill", dies)
    with pytest.raises(KilledError):
        reconstruct(particles, store=store)
    assert store.exists()
    assert done == [256, 256, 256]
    monkeypatch.setattr(one_pass, "fill", whole)
    events: list[progress.Event] = []
    with progress.listener(events.append):
        found = reconstruct(particles, store=store)
    assert events[-1].done == COUNT - 3 * 256
    assert not store.exists()
    alike(found, reconstruct(particles))


def test_stored_sums_of_something_else_are_not_taken(
    particles: Particles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_pass, "STORE_EVERY", 0.0)
    store = tmp_path / "sums.npz"
    sums = Scheme().empty(32)
    sums.done = {0}
    sums.save(store, "another key")
    alike(reconstruct(particles, store=store), reconstruct(particles))
    store.write_bytes(b"half a file")
    alike(reconstruct(particles, store=store), reconstruct(particles))
    assert Sums.load(store, "another key", Scheme().empty(32)) is None


def test_blocks_make_no_difference(particles: Particles, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = accumulate(lot(particles), Scheme())
    monkeypatch.setattr(one_pass, "BLOCK_PIXELS", 300 * 32 * 32)
    in_blocks = accumulate(lot(particles), Scheme())
    for one, other in zip(at_once.halves, in_blocks.halves, strict=True):
        assert one.cells == pytest.approx(other.cells, abs=1e-5 * float(np.abs(one.cells).max()))


def test_fewer_threads_change_no_digit(particles: Particles) -> None:
    some = particles[:200]
    with parallel.limited(1):
        one = reconstruct(some)
    assert np.array_equal(one.data, reconstruct(some).data)


SCHEMES = {
    "linear": Scheme(),
    "kaiser": Scheme(interpolation="kaiser", tolerance=1e-2),
    "kaiser 1.5": Scheme(interpolation="kaiser", tolerance=1e-2, pad=1.5),
    "nearest": Scheme(interpolation="nearest"),
    "torch": Scheme(device="cpu"),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_sums_of_every_kernel_are_kept_and_come_back(name: str, particles: Particles, tmp_path: Path) -> None:
    sums = accumulate(lot(particles[:100]), SCHEMES[name])
    sums.done = {0, 3}
    sums.save(tmp_path / "sums.npz", "key")
    back = Sums.load(tmp_path / "sums.npz", "key", SCHEMES[name].empty(32))
    assert back is not None
    assert back.done == {0, 3}
    for one, other in zip(sums.halves, back.halves, strict=True):
        for a, b in zip(one.totals(), other.totals(), strict=True):
            assert np.array_equal(a, b)


@pytest.mark.parametrize("name", SCHEMES)
def test_every_kernel_makes_the_map(name: str, particles: Particles) -> None:
    truth = density(32)
    found = reconstruct_halves(particles, scheme=SCHEMES[name])
    assert correlation(found.whole, truth)[1:11].min() > (0.9 if name == "nearest" else 0.95)
    assert scale(found.whole, truth) == pytest.approx(1, abs=0.03)


def test_a_device_makes_the_very_map(particles: Particles) -> None:
    alike(reconstruct(particles, scheme=Scheme(device="cpu")), reconstruct(particles))


def test_kernels_that_do_not_go_together_are_refused(particles: Particles) -> None:
    for wrong in (Scheme(interpolation="cubic"), Scheme(interpolation="kaiser", device="cpu")):
        with pytest.raises(InputError, match="interpolation is linear, or on processors nearest or kaiser"):
            reconstruct(particles[:10], scheme=wrong)
    with pytest.raises(InputError, match="padded 1 to 4 times"):
        Scheme(pad=0.5)
