"""RELION's post-processing of two simulated half maps: one FSC, one Guinier plot, and why our B is nearer to the truth.

The numbers are those of relion_postprocess 3.1.3 (Debian 12) with --auto_bfac and the same mask, on the maps that
`maps` makes from seed 5; where the program is at hand it is asked again.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import underfocus as uf
from underfocus.data.files import star
from underfocus.inference.sharpen import guinier
from underfocus.maths import fourier, masks
from underfocus.validation.resolution import Fsc, fsc

N, PIXEL, B = 96, 1.6, 90.0
#: End of the fit in Å → B in Å² that RELION undoes.
FITTED = {3.45: 57.50, 4.2: 55.20, 5.0: 81.47}
SHELLS = range(5, 46, 5)
MASKED = (0.9982, 0.9928, 0.9828, 0.9479, 0.8727, 0.8379, 0.7187, 0.4125, 0.1338)
UNMASKED = (0.9629, 0.8555, 0.699, 0.4278, 0.2261, 0.1762, 0.0993, 0.0215, -0.0078)


@cache
def maps() -> tuple[uf.Volume, uf.Volume, uf.Volume, uf.Volume]:
    """A blurred structure, two noisy halves of it, and a mask."""
    still = uf.potential(uf.samples.protein("1ake"), N, PIXEL)
    blur = np.exp(-B * fourier.radius3(N, PIXEL) ** 2 / 4)
    truth = fourier.ifft3(fourier.fft3(still.data) * blur, N)
    rng = np.random.default_rng(5)
    noisy = [truth + 1.5 * truth.std() * rng.standard_normal(truth.shape) for _ in range(2)]
    mask = np.float32(masks.from_density(truth))
    first, second, blurred = (uf.Volume(np.float32(v), PIXEL) for v in (*noisy, truth))
    return blurred, first, second, uf.Volume(mask, PIXEL)


@cache
def curve() -> Fsc:
    _, first, second, mask = maps()
    return fsc(first, second, mask)


def mean() -> uf.Volume:
    _, first, second, _ = maps()
    return replace(first, data=(first.data + second.data) / 2)


def test_the_masked_and_unmasked_fsc_are_relions() -> None:
    found = curve()
    assert found.masked is not None
    np.testing.assert_allclose(found.masked[SHELLS], MASKED, atol=0.006)
    np.testing.assert_allclose(found.unmasked[SHELLS], UNMASKED, atol=0.006)


@pytest.mark.parametrize("end", FITTED)
def test_relions_b_is_that_of_the_unmasked_map_weighted_by_the_masked_fsc(end: float) -> None:
    assert guinier(mean(), end, fsc=curve().best).bfactor == pytest.approx(FITTED[end], rel=0.03)


@pytest.mark.parametrize("end", FITTED)
def test_within_the_mask_b_is_that_of_the_truth(end: float) -> None:
    """The noise of the solvent, which the masked FSC knows nothing of, halves RELION's B."""
    truth, _, _, mask = maps()
    right = guinier(truth, end).bfactor
    whole = mean()
    ours = guinier(replace(whole, data=whole.data * mask.data), end, fsc=curve().best)
    assert ours.bfactor == pytest.approx(right, rel=0.04)
    assert abs(ours.bfactor - right) < 3 * ours.error
    assert FITTED[end] < 0.6 * right


def test_relion_itself_says_so(tmp_path: Path) -> None:
    program = shutil.which("relion_postprocess")
    if program is None:
        pytest.skip("relion_postprocess is not on PATH")
    _, first, second, mask = maps()
    for name, volume in (("half1_class001_unfil", first), ("half2_class001_unfil", second), ("mask", mask)):
        volume.save(tmp_path / f"{name}.mrc")
    (tmp_path / "out").mkdir()  # its last step, a plot in PDF, may fail for want of a folder of its name
    words = f"--i half1_class001_unfil.mrc --i2 half2_class001_unfil.mrc --o out --mask mask.mrc --angpix {PIXEL}"
    done = subprocess.run(
        [program, *words.split(), "--auto_bfac", "--autob_highres", "4.2"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    applied = next(line for line in done.stdout.splitlines() if "apply b-factor of" in line)
    assert -float(applied.split(":")[1]) == pytest.approx(FITTED[4.2], rel=1e-3)
    theirs = star.read(tmp_path / "out.star")["fsc"].numbers("rlnFourierShellCorrelationMaskedMaps")
    np.testing.assert_allclose(theirs[SHELLS], MASKED, atol=1e-3)
