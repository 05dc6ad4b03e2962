"""The sign conventions of other programs, each written as that program writes it, against the engine's CTF.

Every formula below is an independent statement of one row of the table of conventions: its sign at the origin, where
its astigmatism counts from, whether that is a full or a half difference, and how its B-factor enters.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics import ctf

DEFOCUS_U, DEFOCUS_V, ANGLE, KV, CS, W, SHIFT, B = 13_000.0, 11_800.0, 35.0, 300.0, 2.7, 0.1, 25.0, 60.0
N, PIXEL = 48, 1.7
KY, KX = fourier.frequencies2(N, PIXEL)
S2 = KX**2 + KY**2
AZIMUTH = np.arctan2(KY, KX)
LAMBDA, CS_A = units.wavelength(KV), CS * 1e7
MEAN, HALF_DIFFERENCE = (DEFOCUS_U + DEFOCUS_V) / 2, (DEFOCUS_U - DEFOCUS_V) / 2
PHI, AZ = np.deg2rad(SHIFT), np.deg2rad(ANGLE)


def relion() -> np.ndarray:
    """−sin(−πλΔf s² + ½πCsλ³s⁴ − φ − K3), K3 = atan(w/√(1−w²)); exp(−B s²/4); protein white."""
    local = MEAN + HALF_DIFFERENCE * np.cos(2 * (AZIMUTH - AZ))
    k1, k2, k3 = np.pi * LAMBDA, np.pi / 2 * CS_A * LAMBDA**3, np.arctan(W / np.sqrt(1 - W**2))
    return -np.sin(-k1 * local * S2 + k2 * S2**2 - PHI - k3) * np.exp(-B * S2 / 4)


def torch_ctf() -> np.ndarray:
    """As RELION, with half the difference as the astigmatism, in µm, and no envelope."""
    defocus, astigmatism = MEAN * 1e-4, HALF_DIFFERENCE * 1e-4
    local = 1e4 * (defocus + astigmatism * np.cos(2 * (AZIMUTH - AZ)))
    return -np.sin(-np.pi * LAMBDA * local * S2 + np.pi / 2 * CS_A * LAMBDA**3 * S2**2 - PHI - np.arcsin(W))


def eman2() -> np.ndarray:
    """cos(γ − (π/2 − φ)): the amplitude contrast in % becomes a phase; full difference, in µm; exp(−B s²/4)."""
    defocus, difference = MEAN * 1e-4, (DEFOCUS_U - DEFOCUS_V) * 1e-4
    local = 1e4 * (defocus + difference / 2 * np.cos(2 * AZIMUTH - 2 * AZ))
    gamma = np.pi * LAMBDA * local * S2 - np.pi / 2 * CS_A * LAMBDA**3 * S2**2
    return np.cos(gamma - (np.pi / 2 - PHI - np.arcsin(W))) * np.exp(-B * S2 / 4)


def cistem() -> np.ndarray:
    """−sin(πλΔf s² − ½πCsλ³s⁴ + φ + asin w), Δf = (d1 + d2 + cos 2(α − az)(d1 − d2))/2; protein dark."""
    local = (DEFOCUS_U + DEFOCUS_V + np.cos(2 * (AZIMUTH - AZ)) * (DEFOCUS_U - DEFOCUS_V)) / 2
    return -np.sin(np.pi * LAMBDA * local * S2 - np.pi / 2 * CS_A * LAMBDA**3 * S2**2 + PHI + np.arcsin(W))


def cryodrgn() -> np.ndarray:
    """√(1−w²) sin γ − w cos γ with γ = −πλΔf s² + ½πCsλ³s⁴ − φ; exp(−B s²/4); protein dark."""
    local = MEAN + HALF_DIFFERENCE * np.cos(2 * (AZIMUTH - AZ))
    gamma = 2 * np.pi * (-0.5 * local * LAMBDA * S2 + 0.25 * CS_A * LAMBDA**3 * S2**2) - PHI
    return (np.sqrt(1 - W**2) * np.sin(gamma) - W * np.cos(gamma)) * np.exp(-B / 4 * S2)


def aspire() -> np.ndarray:
    """As cryoDRGN without a phase shift; the angle in radians; exp(−B′ s²) with s in 1/nm, so B′ = B/400."""
    local = MEAN + HALF_DIFFERENCE * np.cos(2 * (AZIMUTH - AZ))
    gamma = -np.pi * LAMBDA * local * S2 + np.pi / 2 * CS_A * LAMBDA**3 * S2**2
    return (np.sqrt(1 - W**2) * np.sin(gamma) - W * np.cos(gamma)) * np.exp(-(B / 400) * (S2 * 100))


def cryojax() -> np.ndarray:
    """sin(χ − φ − asin w); the full difference d1 − d2 as the astigmatism."""
    local = MEAN + 0.5 * (DEFOCUS_U - DEFOCUS_V) * np.cos(2 * (AZIMUTH - AZ))
    chi = -np.pi * LAMBDA * local * S2 + np.pi / 2 * CS_A * LAMBDA**3 * S2**2
    return np.sin(chi - PHI - np.arcsin(W))


def bsoft() -> np.ndarray:
    """w cos χ − √(1−w²) sin χ with χ = −πλΔf s² + ½πCsλ³s⁴: protein white."""
    local = MEAN + HALF_DIFFERENCE * np.cos(2 * (AZIMUTH - AZ))
    chi = -np.pi * LAMBDA * local * S2 + np.pi / 2 * CS_A * LAMBDA**3 * S2**2
    return W * np.cos(chi) - np.sqrt(1 - W**2) * np.sin(chi)


def kirkland() -> np.ndarray:
    """The wave's H = exp(−iχ), χ = πλ(½Csλ²s⁴ − Δf s²), C12 the half difference: its imaginary part is sin γ."""
    local = MEAN + HALF_DIFFERENCE * np.cos(2 * (AZIMUTH - AZ))
    return np.exp(-1j * np.pi * LAMBDA * (0.5 * CS_A * LAMBDA**2 * S2**2 - local * S2)).imag


TABLE = [
    (relion, -1, {"phase_shift": SHIFT, "bfactor": B, "amplitude_contrast": W}),
    (torch_ctf, -1, {"phase_shift": SHIFT, "amplitude_contrast": W}),
    (eman2, -1, {"phase_shift": SHIFT, "bfactor": B, "amplitude_contrast": W}),
    (cistem, +1, {"phase_shift": SHIFT, "amplitude_contrast": W}),
    (cryodrgn, +1, {"phase_shift": SHIFT, "bfactor": B, "amplitude_contrast": W}),
    (aspire, +1, {"bfactor": B, "amplitude_contrast": W}),
    (cryojax, +1, {"phase_shift": SHIFT, "amplitude_contrast": W}),
    (bsoft, -1, {"amplitude_contrast": W}),
    (kirkland, -1, {"amplitude_contrast": 0.0}),
]


@pytest.mark.parametrize(("foreign", "sign", "fields"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_the_engine_equals_the_foreign_formula(
    foreign: Callable[[], np.ndarray], sign: int, fields: dict[str, float]
) -> None:
    optics = Optics(
        defocus=MEAN,
        astigmatism=DEFOCUS_U - DEFOCUS_V,
        astigmatism_angle=ANGLE,
        voltage_kv=KV,
        cs_mm=CS,
        **fields,
    )
    assert sign * ctf.ctf2_plain(N, PIXEL, optics) == pytest.approx(foreign(), abs=1e-9)


@pytest.mark.parametrize(("foreign", "sign", "fields"), TABLE, ids=[row[0].__name__ for row in TABLE])
def test_sign_at_the_origin(foreign: Callable[[], np.ndarray], sign: int, fields: dict[str, float]) -> None:
    """Protein white means a positive CTF(0): w where there is no phase plate."""
    expected = -sign * np.sin(np.deg2rad(fields.get("phase_shift", 0)) + np.arcsin(fields["amplitude_contrast"]))
    assert foreign()[0, 0] == pytest.approx(expected, abs=1e-12)


def test_foreign_wavelengths_move_the_ctf_by_the_printed_amount() -> None:
    """The constant 12.2639 of several programs: −2.6e-5 in the wavelength, 8.7e-3 in a CTF to 2 Å."""
    foreign = 12.2639 / np.sqrt(3e5 + 0.97845e-6 * 3e5**2)
    assert round(float(foreign), 9) == 0.019686970
    relion_constant = 12.2643247 / np.sqrt(3e5 * (1 + 3e5 * 0.978466e-6))
    assert round(float(relion_constant), 9) == 0.019687615
    s = np.hypot(*fourier.frequencies2(256, 1.0))
    worst = 0.0
    for defocus in (8_000, 16_500, 25_000):
        gammas = [
            np.pi * v * defocus * s**2 - np.pi / 2 * 2.7e7 * v**3 * s**4 + np.arcsin(0.1)
            for v in (LAMBDA, float(foreign))
        ]
        worst = max(worst, float(np.abs(np.sin(gammas[0]) - np.sin(gammas[1])).max()))
    assert 6e-3 < worst < 2.5e-2
