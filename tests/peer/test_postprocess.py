"""RELION's own postprocess table: our correction of its masked and randomised curves is its corrected curve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from underfocus.data.files import star
from underfocus.inference.sharpen import figure_of_merit
from underfocus.validation.resolution import KEPT_BEYOND, corrected, crossing, randomisation_shell

pytestmark = pytest.mark.shared


def table(shared: Path) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """The columns of the FSC, and of the summary what is a number."""
    blocks = star.read(shared / "data/metadata/relion/postprocess.star")
    curves, general = blocks["fsc"], blocks["general"].pairs
    named = ("rlnFinalResolution", "rlnRandomiseFrom")
    return {name: curves.numbers(name) for name in curves.columns}, {name: float(general[name]) for name in named}


def test_corrected_column(shared: Path) -> None:
    columns, general = table(shared)
    size = columns["rlnAngstromResolution"][1]
    start = round(size / general["rlnRandomiseFrom"])
    assert start == randomisation_shell(columns["rlnFourierShellCorrelationUnmaskedMaps"])
    masked = columns["rlnFourierShellCorrelationMaskedMaps"]
    randomised = columns["rlnCorrectedFourierShellCorrelationPhaseRandomizedMaskedMaps"]
    theirs = columns["rlnFourierShellCorrelationCorrected"]
    assert len(theirs) == len(masked) == len(randomised) == 49, "every shell from the origin to Nyquist"
    np.testing.assert_allclose(corrected(masked, randomised, start), theirs, atol=2e-6)
    for wrong in (start - 1, start + 1):
        assert np.abs(corrected(masked, randomised, wrong) - theirs).max() > 2e-6, f"{KEPT_BEYOND} shells are kept"


def test_final_resolution(shared: Path) -> None:
    """RELION names the last shell above 0.143; between the shells we are less than one shell beyond it."""
    columns, general = table(shared)
    n, size = 2 * (len(columns["rlnResolution"]) - 1), columns["rlnAngstromResolution"][1]
    found = size / crossing(columns["rlnFourierShellCorrelationCorrected"], 0.143, n, size / n)
    assert 0 <= found - size / general["rlnFinalResolution"] < 1


def test_guinier_weights(shared: Path) -> None:
    """Their two columns of ln F differ by ln C_ref of the corrected curve, shell by shell: the weights of sharpening.

    The file's own B is 0: its maps end at 15 Å, and no line was asked for beyond 10 Å.
    """
    columns, _ = table(shared)
    guinier = star.read(shared / "data/metadata/relion/postprocess.star")["guinier"]
    plain, weighted = (guinier.numbers(f"rlnLogAmplitudes{name}") for name in ("Original", "Weighted"))
    size = columns["rlnAngstromResolution"][1]
    at = np.rint(np.sqrt(guinier.numbers("rlnResolutionSquared")) * size).astype(int)
    np.testing.assert_array_equal(at, np.arange(len(at)))
    ours = np.log(figure_of_merit(columns["rlnFourierShellCorrelationCorrected"][at]))
    np.testing.assert_allclose(weighted - plain, ours, atol=2e-5)
    assert np.abs(0.5 * ours - (weighted - plain)).max() > 0.1
