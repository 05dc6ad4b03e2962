"""The three ways to convolve against the sum written out, and against scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from underfocus.maths import convolution, stencils

SCIPY = {"zero": "constant", "wrap": "wrap", "reflect": "mirror"}
SHAPES = [((9,), (4,)), ((8, 7), (3, 4)), ((8, 9), (5, 1)), ((5, 6, 7), (3, 2, 5))]


def draw(seed: int, shape: tuple[int, ...], dtype: Any) -> Any:
    rng = np.random.default_rng(seed)
    real = rng.standard_normal(shape)
    return (real + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else real).astype(dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("boundary", ["zero", "wrap", "reflect"])
@pytest.mark.parametrize(("shape", "kernel_shape"), SHAPES)
def test_fast_agrees_with_plain(shape: Any, kernel_shape: Any, boundary: Any, dtype: str) -> None:
    x, kernel = draw(1, shape, dtype), draw(2, kernel_shape, dtype)
    wanted = convolution.convolve_plain(x, kernel, boundary)
    for method in ("direct", "fft"):
        found = convolution.convolve(x, kernel, boundary, method)  # type: ignore[arg-type]
        assert found.dtype == x.dtype
        assert np.allclose(found, wanted, atol=1e-4 if dtype in ("f4", "c8") else 1e-11)


@pytest.mark.parametrize("boundary", ["zero", "wrap", "reflect"])
@pytest.mark.parametrize(("shape", "kernel_shape"), SHAPES)
def test_correlation_agrees_with_scipy(shape: Any, kernel_shape: Any, boundary: Any) -> None:
    x, kernel = draw(1, shape, "f8"), draw(2, kernel_shape, "f8")
    wanted = ndimage.correlate(x, kernel, mode=SCIPY[boundary])
    assert np.allclose(convolution.correlate(x, kernel, boundary), wanted)


@pytest.mark.parametrize(
    "kernel", [stencils.gaussian(1.3), stencils.box(5), stencils.sobel(), stencils.gaussian(0.8, 3)]
)
def test_axis_by_axis_is_the_same_kernel(kernel: Any) -> None:
    x = draw(3, (14,) * kernel.ndim, "f8")
    wanted = convolution.convolve(x, kernel, "reflect", "direct")
    assert np.allclose(convolution.convolve(x, kernel, "reflect", "separable"), wanted)
    single = convolution.convolve(x.astype("f4"), kernel, "reflect", "separable")
    assert single.dtype == np.float32
    assert np.allclose(single, wanted, atol=1e-5)


def test_auto_takes_a_way_that_agrees() -> None:
    x = draw(4, (40, 41), "f8")
    for kernel in (draw(5, (3, 3), "f8"), draw(6, (31, 31), "f8"), stencils.gaussian(4.0)):
        found = convolution.convolve(x, kernel, "wrap")
        assert np.allclose(found, convolution.convolve(x, kernel, "wrap", "direct"))
