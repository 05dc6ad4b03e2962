"""Particles: nothing is read before it is asked for, nothing is forgotten by a split, steps do what they print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.optics import Optics, spread
from underfocus.data.particles import Particles
from underfocus.data.pose import Pose
from underfocus.maths import fourier, shells

N = 12


@dataclass(frozen=True)
class Watched:
    """A stack that counts the images it was asked for."""

    data: np.ndarray
    reads: list[int]

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.data.shape  # type: ignore[return-value]

    def __getitem__(self, index: Any) -> Watched:
        return Watched(self.data[index], self.reads)

    def read(self) -> np.ndarray:
        self.reads.append(len(self.data))
        return self.data


def particles(n: int = N, box: int = 16, **more: Any) -> Particles:
    rng = np.random.default_rng(0)
    data = rng.standard_normal((n, box, box)).astype(np.float32)
    return Particles(
        data,
        2.0,
        Optics(defocus=spread(1e4, 2e4, n)),
        Pose.random(n, 1, 3.0),
        half=np.arange(n) % 2 + 1,
        columns={"rlnMicrographName": np.array([f"m{i}" for i in range(n)])},
        **more,
    )


@pytest.mark.parametrize("index", [slice(1, 9, 3), np.arange(N) % 3 == 1, [7, 2, 2], 5, -1])
def test_a_selection_forgets_nothing(index: Any) -> None:
    whole = particles()
    part = whole[index]
    wanted = np.atleast_1d(np.arange(N)[index])
    assert len(part) == len(wanted)
    assert part.pose is not None
    assert whole.pose is not None
    np.testing.assert_array_equal(part.images().data, whole.images().data[wanted])
    np.testing.assert_array_equal(part.pose.rotation, whole.pose.rotation[wanted])
    np.testing.assert_array_equal(part.pose.shift, whole.pose.shift[wanted])
    np.testing.assert_array_equal(part.optics.defocus, np.asarray(whole.optics.defocus)[wanted])
    np.testing.assert_array_equal(part.half, np.asarray(whole.half)[wanted])
    assert list(part.columns["rlnMicrographName"]) == [f"m{i}" for i in wanted]


def test_nothing_is_read_before_it_is_asked_for() -> None:
    reads: list[int] = []
    stack = Watched(np.ones((N, 16, 16), np.float32), reads)
    lazy = Particles(stack, 2.0, Optics())[::2].invert().downsample(8)
    chunks = list(lazy.chunks(4))
    assert reads == []
    assert [len(c) for c in chunks] == [4, 2]
    np.testing.assert_allclose(chunks[1].images().data, -1.0, atol=1e-6)
    assert reads == [2]


def test_steps_print_as_a_pipeline() -> None:
    steps = particles().downsample(8).invert().whiten().steps
    assert [str(s).split("(")[0] for s in steps] == ["Downsample", "Invert", "Whiten"]


def test_chunks_are_the_whole_in_order() -> None:
    chain = particles().invert().whiten()
    parts = np.concatenate([c.images().data for c in chain.chunks(5)])
    np.testing.assert_array_equal(parts, chain.images().data)


def test_white_noise_is_only_scaled() -> None:
    """For white noise of deviation σ the step is a division by σ, nearly the same at every frequency."""
    rng = np.random.default_rng(2)
    data = (7.0 * rng.standard_normal((500, 48, 48))).astype(np.float32)
    whitened = Particles(data, 2.0, Optics()).whiten()
    gain = whitened.gain()
    assert gain is not None
    np.testing.assert_allclose(gain[2:] * 7.0, 1.0, atol=0.05)
    assert whitened.images().data.std() == pytest.approx(1.0, abs=0.01)
    assert whitened.images().data.dtype == np.float32


def test_coloured_noise_becomes_white() -> None:
    rng = np.random.default_rng(3)
    half = fourier.fft2(rng.standard_normal((500, 64, 64)))
    coloured = fourier.ifft2(half / (1 + 4 * fourier.radius2(64, 1.0)), 64).astype(np.float32)
    whitened = Particles(coloured, 1.0, Optics()).whiten().images().data
    power = shells.shell_mean((np.abs(fourier.fft2(whitened)) ** 2).mean(axis=0), 64, 2) / 64**2
    before = shells.shell_mean((np.abs(fourier.fft2(coloured)) ** 2).mean(axis=0), 64, 2) / 64**2
    assert before[3] / before[30] > 5
    np.testing.assert_allclose(power[3:], 1.0, atol=0.15)


def test_a_bright_particle_does_not_change_the_whitening() -> None:
    """Noise is measured outside the inscribed circle, where no particle is."""
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((100, 32, 32)).astype(np.float32)
    with_signal = noise + 50 * (np.hypot(*(np.indices((32, 32)) - 16)) < 8)
    plain = Particles(noise, 1.0, Optics()).whiten()
    bright = Particles(with_signal, 1.0, Optics()).whiten()
    assert plain.steps == bright.steps


def test_images_without_noise_cannot_be_whitened() -> None:
    with pytest.raises(InputError, match="no noise outside the particle's circle"):
        Particles(np.zeros((4, 16, 16), np.float32), 1.0, Optics()).whiten()
    with pytest.raises(InputError, match="downsample before whitening"):
        particles().whiten().downsample(8)


def test_inverting_twice_is_nothing() -> None:
    whole = particles()
    assert whole.invert().contrast == "dark"
    twice = whole.invert().invert()
    assert twice.contrast == "white"
    np.testing.assert_array_equal(twice.images().data, whole.images().data)


def test_downsampling_keeps_field_and_mean() -> None:
    whole = particles()
    small = whole.downsample(8)
    assert small.n == 8
    assert small.n * small.pixel == whole.n * whole.pixel
    np.testing.assert_allclose(small.images().data.mean(axis=(1, 2)), whole.images().data.mean(axis=(1, 2)), atol=1e-5)
    with pytest.raises(InputError, match="between 8 and 16, and 32 was asked for"):
        whole.downsample(32)


def test_used_and_ignored_columns_are_told_apart() -> None:
    some = particles(used=frozenset({"rlnDefocusU"}))
    assert some.ignored == ("rlnMicrographName",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"optics": Optics(defocus=[1.0, 2.0])}, "3 images need as many entries in optics, and 2"),
        ({"pose": Pose.random(2)}, "as many entries in pose, and 2"),
        ({"half": [1, 2]}, "as many entries in half, and 2"),
        ({"columns": {"rlnA": np.array(["1"])}}, "as many entries in column rlnA, and 1"),
        ({"contrast": "grey"}, "Particles, contrast: input should be 'white' or 'dark', and 'grey'"),
        ({"pixel": -1.0}, "above 0 Å, and -1.0"),
    ],
)
def test_particles_that_disagree_are_refused(change: dict[str, Any], words: str) -> None:
    given = {"stack": np.zeros((3, 8, 8)), "pixel": 1.0, "optics": Optics(), **change}
    with pytest.raises(InputError, match=words):
        Particles(**given)
