"""RELION's own dose-weighted sum of a movie (its implementation of MotionCor2) and ours: one filter, another scale."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import mrcfile
import numpy as np
import pytest

from underfocus.maths import fourier, shells
from underfocus.physics import dose

N, FRAMES, PIXEL, A_FRAME, BEFORE = 128, 8, 1.2, 4.0, 3.0
MOVIES = """
data_optics
loop_
_rlnOpticsGroupName
_rlnOpticsGroup
_rlnMicrographOriginalPixelSize
_rlnVoltage
_rlnSphericalAberration
_rlnAmplitudeContrast
one 1 {pixel} {voltage} 2.7 0.1

data_movies
loop_
_rlnMicrographMovieName
_rlnOpticsGroup
movie.mrcs 1
"""


def movie() -> np.ndarray:
    """Frames that stand still, with a strong coarse pattern so that no one finds them moving, and noise."""
    rng = np.random.default_rng(1)
    coarse = np.exp(-((8 * fourier.radius2(N)) ** 2))
    pattern = fourier.ifft2(fourier.fft2(rng.standard_normal((N, N))) * coarse, N)
    noise = rng.standard_normal((FRAMES, N, N))
    return (100 + 20 * pattern / pattern.std() + noise).astype(np.float32)


@pytest.mark.parametrize("voltage", [300, 200])
def test_the_dose_weighted_sum_is_relions(voltage: int, tmp_path: Path) -> None:
    program = shutil.which("relion_run_motioncorr")
    if program is None:
        pytest.skip("relion_run_motioncorr is not on PATH")
    frames = movie()
    with mrcfile.new(tmp_path / "movie.mrcs") as file:
        file.set_data(frames)
        file.voxel_size = PIXEL
    (tmp_path / "movies.star").write_text(MOVIES.format(pixel=PIXEL, voltage=voltage))
    options = (
        f"--use_own --dose_weighting --dose_per_frame {A_FRAME} --preexposure {BEFORE} --patch_x 1 --patch_y 1 --j 1"
    )
    subprocess.run(
        [program, "--i", "movies.star", "--o", "out/", *options.split()],
        cwd=tmp_path, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    theirs = np.asarray(mrcfile.read(tmp_path / "out" / "movie.mrc"), float)
    ours = dose.filtered_sum(frames.astype(float), PIXEL, dose.edges(A_FRAME * FRAMES, FRAMES, BEFORE), voltage)
    a, b = fourier.fft2(theirs), fourier.fft2(ours)
    # RELION keeps the noise of one frame, we that of the plain sum
    scale = shells.shell_mean((a * b.conj()).real, N, 2) / shells.shell_mean(np.abs(b) ** 2, N, 2)
    assert scale * np.sqrt(FRAMES) == pytest.approx(1.0, abs=2e-3)
    assert shells.correlation(a, b, N, 2) == pytest.approx(1.0, abs=1e-4)
