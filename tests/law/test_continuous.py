"""The integral against closed forms, and how far a sum over samples is from it."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import continuous, fourier


def gaussian(x: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    return np.exp(-np.pi * x**2)


def test_closed_forms() -> None:
    u = np.linspace(-2, 2, 9)
    found, error = continuous.transform(gaussian, u)
    assert error < 1e-9
    assert np.allclose(found, np.exp(-np.pi * u**2), atol=1e-10)
    box, _ = continuous.transform(np.ones_like, u, (-1.5, 1.5))
    assert np.allclose(box, 3 * np.sinc(3 * u), atol=1e-9)
    moved, _ = continuous.transform(lambda x: gaussian(x - 0.7), u)
    assert np.allclose(moved, np.exp(-np.pi * u**2 - 2j * np.pi * u * 0.7), atol=1e-10)
    decay, _ = continuous.transform(lambda x: np.exp(-x), u, (0.0, np.inf))
    assert np.allclose(decay, 1 / (1 + 2j * np.pi * u), atol=1e-9)


@pytest.mark.parametrize(("step", "printed"), [(0.5, 0.0432), (0.25, 3.5e-6), (1.0, 0.458)])
def test_the_worst_error_of_a_dft_is_the_alias_at_nyquist(step: float, printed: float) -> None:
    n = round(8 / step)
    x = (np.arange(n) - n // 2) * step
    u = fourier.frequencies1(n, step)
    error = np.abs(fourier.fft1(gaussian(x)) * step - np.exp(-np.pi * u**2))
    assert error.max() == pytest.approx(printed, rel=0.02)
    assert abs(u[int(error.argmax())]) == pytest.approx(0.5 / step)
    assert np.allclose(continuous.riemann(gaussian(x), x, u), fourier.fft1(gaussian(x)) * step)


def test_what_has_no_transform_is_refused() -> None:
    with pytest.raises(InputError, match="did not settle"):
        continuous.transform(lambda x: 1 / x, np.array([0.3]), (0.0, 1.0))
    for samples, x in ((np.ones(3), np.array([0.0, 1, 3])), (np.ones(2), np.zeros(3)), (np.ones(1), np.zeros(1))):
        with pytest.raises(InputError, match="evenly spaced"):
            continuous.riemann(samples, x, 0.0)
