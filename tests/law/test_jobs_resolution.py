"""The verb: what it prints, writes and reports of the band, the mask and the directions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import underfocus as uf
from underfocus import cli
from underfocus.data.files import star
from underfocus.maths import fourier, masks, shells
from underfocus.validation import confidence, directional

N, PIXEL = 24, 2.0


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two maps of one signal within a ball, whose FSC falls from 1 to 0."""
    folder, rng = tmp_path_factory.mktemp("halves"), np.random.default_rng(4)
    index = np.minimum(shells.shell_index(N, 3), N // 2)
    fall = np.linspace(6.0, 0.0, N // 2 + 1)[index]
    signal = masks.sphere(N, 7, 2) * fourier.ifft3(fall * fourier.fft3(rng.standard_normal((N,) * 3)), N)
    paths = [folder / f"half{i}.mrc" for i in (1, 2)]
    for path in paths:
        uf.Volume((signal + rng.standard_normal((N,) * 3)).astype(np.float32), PIXEL).save(path)
    return [str(p) for p in paths]


def run(words: list[str], folder: Path) -> dict[str, Any]:
    assert cli.main(["resolution", *words, "-o", str(folder)]) == 0
    record: dict[str, Any] = json.loads((folder / "job.json").read_text())
    return record["results"]  # type: ignore[no-any-return]


def test_the_interval_is_printed_recorded_and_drawn(
    halves: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(halves, tmp_path / "Res")
    fine, coarse = found["fsc_0143_interval_A"]
    assert 2 * PIXEL < fine < found["fsc_0143_A"] < coarse < N * PIXEL
    printed = f"Resolution {found['fsc_0143_A']:.2f} Å ({fine:.2f}–{coarse:.2f}, 95 %) at FSC = 0.143, unmasked"
    assert printed in capsys.readouterr().out
    table = star.read(tmp_path / "Res" / "fsc.star")["fsc"]
    low, curve, high = (
        table.numbers(f"{name}")
        for name in (
            "ufFourierShellCorrelationLow",
            "rlnFourierShellCorrelationUnmaskedMaps",
            "ufFourierShellCorrelationHigh",
        )
    )
    assert np.all(low <= curve)
    assert np.all(curve[3:] <= high[3:])
    assert table.numbers("ufDegreesOfFreedom")[1:] == pytest.approx(confidence.freedom(N)[1:], rel=0.1)
    report = (tmp_path / "Res" / "report.html").read_text()
    assert 'fill-opacity="0.22"' in report
    assert "95 % band" in report


def test_symmetry_widens_the_band(halves: list[str], tmp_path: Path) -> None:
    plain, folded = (run([*halves, "--symmetry", g], tmp_path / g) for g in ("C1", "D4"))
    widths = [np.diff(found["fsc_0143_interval_A"])[0] for found in (plain, folded)]
    assert widths[1] > 1.5 * widths[0]


def test_the_masks_part_is_said_and_a_tight_one_is_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Signal to shell 8 alone: a hard, tight mask smears it over all shells, a wide, soft one does not."""
    box, rng = 48, np.random.default_rng(1)
    coarse = masks.falloff(fourier.radius3(box, 1 / box) - 8, 0.0)
    signal = 30 * fourier.ifft3(coarse * fourier.fft3(rng.standard_normal((box,) * 3)), box)
    paths = [tmp_path / f"half{i}.mrc" for i in (1, 2)]
    for path in paths:
        uf.Volume((signal + rng.standard_normal((box,) * 3)).astype(np.float32), PIXEL).save(path)
    for name, mask in (("soft", masks.sphere(box, 14, 8)), ("hard", masks.sphere(box, 9))):
        uf.Volume(mask.astype(np.float32), PIXEL).save(tmp_path / f"{name}.mrc")
    soft, hard = (run([*map(str, paths), "--mask", str(tmp_path / f"{m}.mrc")], tmp_path / m) for m in ("soft", "hard"))
    printed = capsys.readouterr().out
    assert f"The mask keeps {soft['mask_part_of_box']:.1%} of the box" in printed
    assert soft["randomised_mean"] < hard["randomised_mean"]
    assert not soft["mask_too_tight"]
    assert hard["mask_too_tight"]
    assert printed.count("too tight or too sharp") == 1


def test_directions_are_written(halves: list[str], tmp_path: Path) -> None:
    found = run([*halves, "--directional"], tmp_path / "Res")
    table = star.read(tmp_path / "Res" / "directional.star")["directional_fsc"]
    lengths = table.numbers("ufResolution")
    assert len(lengths) == directional.DIRECTIONS
    assert found["directions_A"] == pytest.approx([lengths.min(), lengths.max()], abs=1e-5)
    areas = table.numbers("ufFscArea")
    assert found["cfar"] == pytest.approx(areas.min() / areas.max(), abs=1e-4)
    cube = uf.open(tmp_path / "Res" / "fsc3d.mrc")
    assert isinstance(cube, uf.Volume)
    assert cube.data[N // 2, N // 2, N // 2] == 1.0
    inner = cube.data[1:, 1:, 1:]
    np.testing.assert_array_equal(inner, inner[::-1, ::-1, ::-1])
    report = (tmp_path / "Res" / "report.html").read_text()
    for words in ("chance alone gives", "Mollweide", "Section across kz", "FSC within cones"):
        assert words in report
