"""Laws of shells: they part the whole transform, correlations lie in [−1, 1], tensors agree with arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underfocus.base.errors import InputError
from underfocus.maths import fourier, shells

FORWARD = {2: fourier.fft2, 3: fourier.fft3}


def noise(*shape: int, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("n", [8, 9, 14])
@pytest.mark.parametrize("dims", [2, 3])
def test_shell_sums_are_sums_over_the_full_transform(n: int, dims: int) -> None:
    x = noise(2, *[n] * dims)
    full = np.abs(np.fft.fftn(x, axes=range(1, dims + 1))) ** 2
    k = np.fft.fftfreq(n, 1 / n)
    radius = np.rint(np.sqrt(sum(np.meshgrid(*[k**2] * dims, indexing="ij"))))
    direct = np.stack([full[:, radius == r].sum(axis=1) for r in range(n // 2 + 1)], axis=-1)
    sums = shells.shell_sums(np.abs(FORWARD[dims](x)) ** 2, n, dims)
    assert np.allclose(sums, direct)
    assert np.allclose(shells.shell_mean(np.abs(FORWARD[dims](x)) ** 2, n, dims), direct / shells.shell_counts(n, dims))


def test_shell_index_is_the_nearest_whole_radius() -> None:
    index = shells.shell_index(8, 2)
    assert index.shape == (8, 5)
    assert index[0].tolist() == [0, 1, 2, 3, 4]
    assert index[:, 0].tolist() == [0, 1, 2, 3, 4, 3, 2, 1]
    assert index[1, 1] == 1, "√2 is nearer to 1"
    assert index[2, 2] == 3, "√8 is nearer to 3"


@given(seed=st.integers(0, 1000), n=st.sampled_from([8, 9]), scale=st.floats(1e-6, 1e6))
@settings(max_examples=25, deadline=None)
def test_correlation_is_bounded_symmetric_and_blind_to_scale(seed: int, n: int, scale: float) -> None:
    fa, fb = fourier.fft3(noise(n, n, n, seed=seed)), fourier.fft3(noise(n, n, n, seed=seed + 1))
    found = shells.correlation(fa, fb, n, 3)
    assert np.all(np.abs(found) <= 1 + 1e-12)
    assert np.allclose(shells.correlation(fb, fa, n, 3), found)
    assert np.allclose(shells.correlation(scale * fa, fb, n, 3), found)
    assert np.allclose(shells.correlation(fa, fa, n, 3), 1)


def test_correlation_of_two_noisy_copies_is_snr_over_one_plus_snr() -> None:
    n, snr = 48, 2.0
    signal, one, other = (noise(n, n, n, seed=s) for s in range(3))
    copies = [fourier.fft3(np.sqrt(snr) * signal + e) for e in (one, other)]
    found = shells.correlation(*copies, n, 3)
    assert np.allclose(found[8:], snr / (1 + snr), atol=0.04)


def test_an_empty_shell_correlates_to_zero() -> None:
    half = np.zeros((8, 5), complex)
    half[0, 1] = 1
    assert shells.correlation(half, half, 8, 2).tolist() == [0, 1, 0, 0, 0]


@pytest.mark.parametrize("n", [8, 9])
@pytest.mark.parametrize("dims", [2, 3])
def test_radial_average_is_over_rings_about_the_centre(n: int, dims: int) -> None:
    axis = np.arange(n) - n // 2
    radius = np.rint(np.sqrt(sum(np.meshgrid(*[axis**2] * dims, indexing="ij"))))
    x = noise(3, *[n] * dims)
    direct = np.stack([x[:, radius == r].mean(axis=1) for r in range(n // 2 + 1)], axis=-1)
    assert np.allclose(shells.radial_average(x, dims), direct)
    assert np.allclose(shells.radial_average(x[0], dims), direct[0])


@pytest.mark.parametrize("dims", [2, 3])
def test_torch_agrees_and_has_gradients(dims: int) -> None:
    torch = pytest.importorskip("torch")
    n = 6
    x, y = noise(*[n] * dims), noise(*[n] * dims, seed=1)
    t, u = torch.tensor(x, requires_grad=True), torch.tensor(y)

    def curve(a: Any, b: Any) -> Any:
        return shells.correlation(FORWARD[dims](a), FORWARD[dims](b), n, dims)

    assert np.allclose(curve(t, u).detach().numpy(), curve(x, y))
    assert np.allclose(shells.radial_average(t, dims).detach().numpy(), shells.radial_average(x, dims))
    power = abs(FORWARD[dims](x)) ** 2
    assert np.allclose(shells.shell_mean(torch.tensor(power), n, dims).numpy(), shells.shell_mean(power, n, dims))
    assert torch.autograd.gradcheck(lambda a: curve(a, u)[1:3], (t,))
    assert torch.autograd.gradcheck(lambda a: shells.radial_average(a, dims), (t,))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="half transform of 8 samples"):
        shells.shell_sums(np.ones((9, 5)), 8, 2)
    with pytest.raises(InputError, match="4 axes"):
        shells.shell_index(8, 4)
