"""FSC within cones: against a textbook loop, whole cones against shells, missing directions, symmetry of the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.data.volume import Volume
from underfocus.maths import fourier, sphere
from underfocus.validation import cones, directional, resolution

N = 24


def pair(noise: float = 1.0) -> tuple[Any, Any]:
    rng = np.random.default_rng(4)
    signal = fourier.ifft3(fourier.fft3(rng.standard_normal((N, N, N))) / (1 + fourier.radius3(N, 1 / N) ** 2 / 20), N)
    one, other = (signal + noise * signal.std() * rng.standard_normal(signal.shape) for _ in range(2))
    return one, other


def textbook(one: Any, other: Any, direction: Any, half_angle: float, shell: int) -> float:
    """One value of one curve, voxel by voxel over the whole transform."""
    a, b = (np.fft.fftn(v) for v in (one, other))
    k = np.rint(np.fft.fftfreq(N) * N).astype(int)
    cross = first = second = 0.0
    for iz, kz in enumerate(k):
        for iy, ky in enumerate(k):
            for ix, kx in enumerate(k):
                length = np.sqrt(kx**2 + ky**2 + kz**2)
                if round(length) != shell or abs(np.dot((kx, ky, kz), direction)) < length * np.cos(
                    np.radians(half_angle)
                ):
                    continue
                cross += (a[iz, iy, ix] * np.conj(b[iz, iy, ix])).real
                first += abs(a[iz, iy, ix]) ** 2
                second += abs(b[iz, iy, ix]) ** 2
    return cross / np.sqrt(first * second)


def test_curves_are_those_of_a_loop_over_voxels() -> None:
    one, other = pair()
    axes = sphere.half_spiral(7)
    found = directional.conical(one, other, directions=axes, half_angle=25.0)
    for place, shell in ((0, 5), (3, 8), (6, 11)):
        assert found.curves[place, shell] == pytest.approx(textbook(one, other, axes[place], 25.0, shell), abs=2e-5)


def test_a_cone_of_ninety_degrees_is_the_whole_shell() -> None:
    one, other = pair()
    found = directional.conical(one, other, directions=3, half_angle=90.0, pixel=2.0)
    whole = resolution.fsc(one, other, pixel=2.0)
    assert found.curves[:, 1:] == pytest.approx(np.tile(whole.unmasked[1:], (3, 1)), abs=1e-5)
    assert found.frequency == pytest.approx(whole.frequency)
    assert found.cfar == pytest.approx(1.0, abs=1e-4)


def test_maps_without_a_cone_are_worst_along_it() -> None:
    one, other = pair(0.5)
    z, y, x = fourier.frequencies3(N, 1 / N)
    gone = np.abs(z) >= np.cos(np.radians(45.0)) * np.sqrt(x**2 + y**2 + z**2)
    rng = np.random.default_rng(6)
    noise = [fourier.fft3(rng.standard_normal((N, N, N))) for _ in range(2)]
    cut = [fourier.ifft3(np.where(gone, n, fourier.fft3(v)), N) for n, v in zip(noise, (one, other), strict=True)]
    found = directional.conical(*cut, directions=64)
    assert abs(found.directions[found.worst, 2]) > np.cos(np.radians(40.0))
    assert abs(found.directions[found.best, 2]) < np.cos(np.radians(40.0))
    whole = directional.conical(one, other, directions=64)
    assert found.cfar < 0.3 < whole.cfar
    assert found.resolutions()[found.worst] > found.resolutions()[found.best]


def test_the_volume_has_the_curves_along_their_directions() -> None:
    one, other = pair()
    found = directional.conical(one, other, directions=64)
    volume = found.volume()
    assert volume.shape == (N, N, N // 2 + 1)
    assert volume[0, 0, 0] == 1.0
    assert volume[N // 2, N // 2, N // 2] == 0.0
    near_x = int(np.argmax(np.abs(found.directions[:, 0])))
    assert volume[0, 0, 8] == found.curves[near_x, 8]


def test_directions_are_even_and_unit() -> None:
    axes = sphere.half_spiral(256)
    assert np.linalg.norm(axes, axis=1) == pytest.approx(np.ones(256))
    assert np.einsum("di,dj->ij", axes, axes) / 256 == pytest.approx(np.eye(3) / 3, abs=5e-3)
    share = (np.abs(sphere.half_spiral(50_000)[:, 2]) >= np.cos(np.radians(20.0))).mean()
    assert share == pytest.approx(1 - np.cos(np.radians(20.0)), abs=1e-4)


def test_equal_maps_agree_everywhere_and_scale_does_not_matter() -> None:
    one, other = pair()
    assert directional.conical(one, 3 * one, directions=16).curves == pytest.approx(np.ones((16, N // 2 + 1)), abs=1e-5)
    a, b = (directional.conical(one, f * other, directions=16).curves for f in (1.0, 1e-6))
    assert a == pytest.approx(b, abs=1e-5)


def test_a_mask_multiplies_both_maps_and_volumes_bring_their_pixel() -> None:
    one, other = pair()
    mask = np.zeros((N, N, N), np.float32)
    mask[6:18, 6:18, 6:18] = 1
    masked = directional.conical(Volume(one, 1.5), Volume(other, 1.5), mask, directions=16)
    assert masked.curves == pytest.approx(directional.conical(one * mask, other * mask, directions=16).curves, abs=1e-5)
    assert masked.pixel == 1.5


def test_what_makes_no_sense_is_refused() -> None:
    one, other = pair()
    for angle in (0.0, 91.0):
        with pytest.raises(InputError, match="half angle"):
            directional.conical(one, other, half_angle=angle)
    with pytest.raises(InputError, match="one size"):
        directional.conical(one, other[:-1, :-1, :-1])
    with pytest.raises(InputError, match="constant"):
        directional.conical(one, np.zeros_like(other))
    with pytest.raises(InputError, match="pixels of"):
        directional.conical(Volume(one, 1.0), Volume(other, 1.1))
    with pytest.raises(InputError, match="mask"):
        directional.conical(one, other, np.ones((4, 4, 4)))
    with pytest.raises(InputError, match="at least one direction"):
        sphere.half_spiral(0)


def test_sums_in_pieces_are_those_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = pair()
    kept = directional.conical(one, other, directions=40).curves
    monkeypatch.setattr(cones, "SMALL", 0)
    monkeypatch.setattr(cones, "BLOCK", 4_000)
    pieces = directional.conical(one, other, directions=40).curves
    assert np.allclose(pieces, kept, atol=1e-5)
