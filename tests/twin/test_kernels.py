"""The compiled kernels against the textbook, and the textbook against its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.maths import fourier, rotations
from underfocus.maths.kernels import jit, plain
from underfocus.maths.kernels import numba as fast
from underfocus.maths.kernels.grid import cropped_inverse, gridding
from underfocus.maths.kernels.modulate import modulate
from underfocus.maths.kernels.wiener import divide, noise_over_signal
from underfocus.physics import ctf

SIZES = [(16, 2), (15, 2), (16, 1), (15, 1), (15, 3)]
Real = NDArray[np.float64]


def hermitian(shape: tuple[int, ...], seed: int) -> NDArray[np.complex64]:
    """The half transform of random real numbers."""
    values = np.random.default_rng(seed).standard_normal(shape)
    axes = (-2, -1) if len({*shape}) > 1 else (0, 1, 2)
    return np.fft.rfftn(values, axes=axes).astype(np.complex64)


def inner(a: NDArray[np.complex64], b: NDArray[np.complex64], n: int) -> float:
    """The inner product over whole planes or volumes of which halves are given."""
    return float(np.sum(fourier.half_weights(n) * (a.conj() * b).real.astype(np.float64)))


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_extract(n: int, pad: int) -> None:
    volume, views = hermitian((n * pad,) * 3, 0), rotations.random(12, 1)
    textbook, compiled = plain.extract(volume, views, n), fast.extract(volume, views, n)
    assert compiled.dtype == np.complex64
    assert np.abs(compiled - textbook).max() < 1e-5 * np.abs(textbook).max()


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_insert(n: int, pad: int) -> None:
    size = n * pad
    views, weights = rotations.random(12, 2), np.random.default_rng(3).uniform(size=(12, n, n // 2 + 1))
    images = hermitian((12, n, n), 4)
    shape = (size, size, size // 2 + 1)
    textbook, compiled = (
        (np.zeros(shape, complex), np.zeros(shape)),
        (np.zeros(shape, np.complex64), np.zeros(shape, np.float32)),
    )
    plain.insert(images, weights, views, *textbook)
    fast.insert(images, weights.astype(np.float32), views, *compiled)
    for a, b in zip(textbook, compiled, strict=True):
        assert np.abs(a - b).max() < 1e-5 * np.abs(a).max()


@pytest.mark.parametrize("kernels", [plain, fast])
@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_insert_is_the_adjoint_of_extract(kernels: object, n: int, pad: int) -> None:
    size = n * pad
    volume, images, views = hermitian((size,) * 3, 5), hermitian((12, n, n), 6), rotations.random(12, 7)
    data, weight = np.zeros(volume.shape, np.complex64), np.zeros(volume.shape, np.float32)
    kernels.insert(images, np.ones(images.shape, np.float32), views, data, weight)  # type: ignore[attr-defined]
    slices = kernels.extract(volume, views, n)  # type: ignore[attr-defined]
    left, right = inner(slices, images, n), inner(volume, data, size)
    assert abs(left - right) < 1e-6 * np.linalg.norm(slices) * np.linalg.norm(images)


def test_insertion_keeps_the_friedel_symmetry_and_the_sum_of_weights() -> None:
    n, size = 16, 32
    views, images = rotations.random(9, 1), hermitian((9, n, n), 2)
    data, weight = np.zeros((size, size, size // 2 + 1), complex), np.zeros((size, size, size // 2 + 1))
    plain.insert(images, np.ones(images.shape), views, data, weight)
    back = np.roll(data[::-1, ::-1, 0], 1, axis=(0, 1))
    assert data[..., 0] == pytest.approx(back.conj(), abs=1e-9)
    ky, kx = fourier.frequencies2(n, 1 / n)
    inside = kx**2 + ky**2 <= plain.default_radius(n, size) ** 2
    assert np.sum(weight * fourier.half_weights(size)) == pytest.approx(
        9 * np.sum(inside * fourier.half_weights(n)), rel=1e-12
    )


def test_identity_view_reads_the_central_plane() -> None:
    n, volume = 16, hermitian((32, 32, 32), 1)
    for kernels in (plain, fast):
        slices = kernels.extract(volume, np.eye(3)[None], n)
        assert slices[0, :4, :4] == pytest.approx(volume[0, :8:2, :8:2], rel=1e-6)
        assert slices[0, n // 2] == pytest.approx(0), "the Nyquist row lies beyond the radius"


def test_radius_is_inclusive_and_bounded() -> None:
    n, volume = 16, np.ones((32, 32, 17), np.complex64)
    for kernels in (plain, fast):
        row = kernels.extract(volume, np.eye(3)[None], n, radius=5)[0, 0]
        assert np.flatnonzero(row).tolist() == [0, 1, 2, 3, 4, 5]
        with pytest.raises(InputError, match=r"reach to radius 7\.5"):
            kernels.extract(volume, np.eye(3)[None], n, radius=8)


def test_accumulators_add_choose_and_repeat_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    n, views, images = 16, rotations.random(20, 1), hermitian((20, 16, 16), 2)
    weights = np.ones(images.shape, np.float32)
    whole, first, second = (fast.Accumulator(n, 2 * n) for _ in range(3))
    whole.insert(images, weights, views)
    first.insert(images, weights, views, which=np.arange(0, 20, 2))
    second.insert(images[1::2], weights[1::2], views[1::2])
    first.add(second)
    for a, b in zip(whole.totals(), first.totals(), strict=True):
        assert np.abs(a - b).max() < 1e-5 * np.abs(a).max()
    monkeypatch.setattr("underfocus.maths.kernels.jit.cores", lambda: 1)
    alone = fast.Accumulator(n, 2 * n)
    alone.insert(images, weights, views)
    assert np.array_equal(alone.cells, whole.cells)
    with pytest.raises(InputError, match="16 pixels are expected"):
        whole.insert(images[:, :8], weights[:, :8], views)


@pytest.mark.parametrize("n", [15, 16])
def test_modulate(n: int) -> None:
    m, pixel = 6, 2.0
    optics = Optics(defocus=np.linspace(5e3, 3e4, m), astigmatism=700.0, bfactor=np.linspace(0, 90, m))
    ky, kx = (np.ravel(k) for k in fourier.frequencies2(n, pixel))
    images, shift = hermitian((m, n, n), 8), np.random.default_rng(9).uniform(-9, 9, (m, 2))
    expected = images * ctf.ctf2_plain(n, pixel, optics) * fourier.shift_phase2(n, pixel, -shift)
    phases = [np.exp(2j * np.pi * k * shift[:, i, None]).astype(np.complex64) for k, i in ((ky, 1), (kx, 0))]
    forms = ctf.forms(ctf.coefficients(optics), optics.bfactor)
    squares = modulate(images, forms, ky, kx, *ctf.gains(n, pixel, optics.bfactor), *phases)
    assert np.abs(images - expected).max() < 2e-6 * np.abs(expected).max()
    assert squares == pytest.approx(ctf.ctf2_plain(n, pixel, optics) ** 2, abs=2e-6)


def textbook_division(
    data: Real, weight: Real, n: int, radius: float, prior: Real, floor: Real
) -> NDArray[np.complex128]:
    """The formula of the compiled division, with whole arrays."""
    place = fourier.radius3(len(weight), 1 / n)
    shell, shells = np.floor(place + 0.5).astype(int), np.arange(len(prior))
    share = weight / (weight + np.interp(place, shells, prior))
    gain = 1 / np.array([share[shell == k].mean() for k in shells])
    total = weight + np.interp(place, shells, prior + floor)
    return np.where(place <= radius, data * np.interp(place, shells, gain) / total, 0)


@pytest.mark.parametrize(("n", "pad"), SIZES)
def test_division(n: int, pad: int) -> None:
    size = n * pad
    shape = (size, size, size // 2 + 1)
    rng = np.random.default_rng(1)
    data = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    weight = rng.uniform(0.01, 2, shape).astype(np.float32)
    prior, floor = rng.uniform(0, 1, n // 2 + 3), np.linspace(0.1, 0.01, n // 2 + 3)
    radius = plain.default_radius(n, size)
    expected = textbook_division(data, weight.astype(np.float64), n, radius, prior, floor)
    divide(data, weight, n, radius, prior, floor)
    assert np.abs(data - expected).max() < 1e-4 * np.abs(expected).max()


def test_division_without_weight_gives_nothing() -> None:
    data, weight = np.ones((8, 8, 5), np.complex64), np.zeros((8, 8, 5), np.float32)
    divide(data, weight, 4, 1.5, np.zeros(5), np.zeros(5))
    assert not data.any()


@pytest.mark.parametrize("noise", [0.0, 0.5, 3.0])
def test_noise_over_signal_is_found_from_halves(noise: float) -> None:
    """Cells drawn from the model itself: D = W S + noise of variance σ² W, with the signal shared."""
    n, size, rng = 32, 64, np.random.default_rng(2)
    shape = fast.Accumulator(n, size).cells.shape[:3]
    signal = rng.standard_normal((*shape, 2))
    halves = []
    for _ in range(2):
        weight = rng.uniform(0.5, 3, (*shape, 1))
        data = weight * signal + noise * np.sqrt(weight) * rng.standard_normal((*shape, 2))
        halves.append(np.concatenate([data, weight, 0 * weight], axis=-1).astype(np.float32))
    found = noise_over_signal(*halves, n, size)
    assert found[12:16].mean() == pytest.approx(noise**2, rel=0.1, abs=0.01)
    assert found[6:16] == pytest.approx(noise**2, rel=0.35, abs=0.02)


def test_noise_over_signal_is_bounded_where_there_is_none() -> None:
    n, size, rng = 16, 32, np.random.default_rng(3)
    shape = fast.Accumulator(n, size).cells.shape
    empty = np.zeros(shape, np.float32)
    assert not noise_over_signal(empty, empty, n, size).any()
    noise = rng.standard_normal(shape).astype(np.float32)
    noise[..., 2] = 2.0
    opposite = noise * np.array([-1, -1, 1, 1], np.float32)
    assert noise_over_signal(noise, opposite, n, size)[3:9] == pytest.approx(20.0)


@pytest.mark.parametrize(("n", "size"), [(8, 16), (7, 14), (7, 21), (8, 8), (7, 7)])
def test_cropped_inverse(n: int, size: int) -> None:
    half = hermitian((size,) * 3, 3).astype(np.complex128)
    start = size // 2 - n // 2
    expected = fourier.ifft3(half, size)[(slice(start, start + n),) * 3]
    assert cropped_inverse(half.copy(), n) == pytest.approx(expected, abs=1e-12)


def test_gridding_is_the_transform_of_the_triangle() -> None:
    n, size = 12, 24
    fine = np.arange(-4_000, 4_001) / 4_000
    for x, value in zip(np.arange(n) - n // 2, gridding(n, size), strict=True):
        integral = np.trapezoid((1 - np.abs(fine)) * np.cos(2 * np.pi * fine * x / size), fine)
        assert value == pytest.approx(integral, abs=1e-6)


def test_compiling_without_a_place_for_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    njit = jit.numba.njit

    def homeless(*args: object, cache: bool = False, **options: object) -> object:
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return njit(*args, **options)

    monkeypatch.setattr(jit.numba, "njit", homeless)
    assert jit.compiled(lambda x: x + 1)(2) == 3


def test_gradients_of_the_textbook() -> None:
    torch = pytest.importorskip("torch")
    volume = torch.from_numpy(hermitian((8, 8, 8), 1).astype(np.complex128)).requires_grad_()
    views = torch.from_numpy(rotations.random(2, 5)).requires_grad_()
    assert torch.autograd.gradcheck(lambda v, r: plain.extract(v, r, 4), (volume, views), eps=1e-7, atol=1e-4)
