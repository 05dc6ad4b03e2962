"""cFAR beside chance: even half maps are called even about 19 times in 20, with a missing cone they are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import fourier, masks, shells
from underfocus.validation import directional, evenness

Real = np.ndarray[Any, Any]
N, SEEDS = 20, 60
RHO = np.clip(1.05 - 1.2 * np.arange(N // 2 + 1) / (N // 2), 0, 0.99)
BALL = masks.sphere(N, 5, 2)


def turned(values: Real) -> Real:
    """The mean over four turns about z; the plane that the grid has on one side only is left out."""
    kept = np.zeros_like(values)
    kept[1:, 1:, 1:] = sum(np.rot90(values[1:, 1:, 1:], k, axes=(1, 2)) for k in range(4)) / 4
    return kept


def pair(rng: np.random.Generator, support: Any = 1.0, *, fourfold: bool = False, cone: float = 0.0) -> Any:
    """Half maps of a new signal with the FSC of RHO, alike in all directions but for ``cone`` degrees about z."""
    drawn = [rng.standard_normal((N,) * 3, np.float32) for _ in range(3)]
    signal, *noises = [turned(d) for d in drawn] if fourfold else drawn
    half, noise = fourier.fft3(signal * support), [fourier.fft3(v) for v in noises]
    index = np.minimum(shells.shell_index(N, 3), N // 2)
    power = [shells.shell_mean(np.abs(f) ** 2, N, 3) for f in (half, noise[0])]
    half = half * np.sqrt(RHO / (1 - RHO) * power[1] / power[0])[index]
    z, y, x = fourier.frequencies3(N, 1 / N)
    if cone:
        half = np.where(np.abs(z) >= np.cos(np.radians(cone)) * np.sqrt(x**2 + y**2 + z**2), 0, half)
    return tuple(fourier.ifft3(half + f, N) for f in noise)


def drawn_cfar(support: Any = 1.0, *, fourfold: bool = False) -> Real:
    rng = np.random.default_rng(8)
    pairs = [pair(rng, support, fourfold=fourfold) for _ in range(SEEDS)]
    return np.array([directional.conical(*halves).cfar for halves in pairs])


@pytest.mark.parametrize("support", [1.0, BALL], ids=["box", "ball"])
def test_even_maps_are_called_even_in_95_of_100(support: Any) -> None:
    """With the envelope and the FSC known, the verdict has the rate that its words say."""
    found = drawn_cfar(support)
    signal = None if np.ndim(support) == 0 else support**2
    floor = evenness.cfar_floor(RHO, N, signal=signal, trials=60, seed=1)
    assert 0.88 <= (found >= floor.low).mean() < 1
    assert floor.mean == pytest.approx(found.mean(), abs=4 * found.std() / np.sqrt(SEEDS / 2))


def test_without_the_envelope_a_confined_signal_would_seem_uneven() -> None:
    found = drawn_cfar(masks.sphere(N, 3, 2))
    plain = evenness.cfar_floor(RHO, N, trials=40)
    assert (found >= plain.low).mean() < 0.75


def test_measured_envelopes_and_fsc_give_the_same_rate() -> None:
    rng = np.random.default_rng(3)
    found = [evenness.evenness(*pair(rng, BALL), directions=64, seed=i, trials=12) for i in range(24)]
    assert 0.8 <= np.mean([e.even for e in found]) <= 1


def test_a_missing_cone_is_called_uneven() -> None:
    rng = np.random.default_rng(4)
    for support in (1.0, BALL):
        found = evenness.evenness(*pair(rng, support, cone=40.0))
        assert not found.even
        assert found.cfar < found.floor.low < found.floor.mean < 1
        assert abs(found.conical.directions[found.conical.worst, 2]) > np.cos(np.radians(45))


def test_the_floor_knows_that_mates_are_no_further_directions() -> None:
    """Of four times fewer directions that differ, the worst is less low: symmetric maps have a floor of their own."""
    found = drawn_cfar(fourfold=True)
    with_group, without = (evenness.cfar_floor(RHO, N, group=g, trials=60, seed=2) for g in ("C4", "C1"))
    error = found.std() / np.sqrt(SEEDS / 2)
    assert with_group.mean == pytest.approx(found.mean(), abs=3 * error)
    assert without.mean != pytest.approx(found.mean(), abs=3 * error)
    assert 0.88 <= (found >= with_group.low).mean() <= 1


def test_the_noise_tells_a_molecule_that_is_uneven_from_views_that_were() -> None:
    """Little signal along an axis and noise alike; or signal alike and little noise where views were many."""
    rng = np.random.default_rng(6)
    z, y, x = fourier.frequencies3(N, 1 / N)
    gain = np.where(z**2 > x**2 + y**2, 0.3, 1.0)
    drawn, *noises = (fourier.fft3(rng.standard_normal((N,) * 3, np.float32)) for _ in range(3))
    own = evenness.evenness(*(fourier.ifft3(gain * drawn + f, N) for f in noises))
    views = evenness.evenness(*(fourier.ifft3(drawn + f / gain, N) for f in noises))
    assert not own.even
    assert not views.even
    assert own.noise_evenness >= own.floor.noise_low
    assert views.noise_evenness < 0.5 < views.floor.noise_low


def test_more_trials_and_seeds_repeat() -> None:
    a, b, c = (evenness.cfar_floor(RHO, N, trials=3, seed=s, directions=16).cfar for s in (1, 1, 2))
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)
    assert evenness.cfar_floor(np.ones(N // 2 + 1), N, trials=1, directions=16).mean == pytest.approx(1, abs=1e-4)


def test_refused_in_words() -> None:
    with pytest.raises(InputError, match="a floor needs"):
        evenness.cfar_floor(RHO[:-1], N)
    with pytest.raises(InputError, match="a floor needs"):
        evenness.cfar_floor(RHO, N, trials=0)
