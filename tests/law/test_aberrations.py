"""Aberrations: Zernike polynomials, RELION's signs and order, and what a tilted beam does, worked out whole."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError, KnobError
from underfocus.data.aberrations import Aberrations, Coherence
from underfocus.data.optics import Optics
from underfocus.maths import fourier
from underfocus.physics import aberrations as module
from underfocus.physics import ctf

KY, KX = (np.array(v) for v in np.random.default_rng(5).uniform(-0.4, 0.4, (2, 40)))


def test_order_of_indices() -> None:
    assert [module.even_index(i) for i in range(5)] == [(0, 0), (-2, 2), (0, 2), (2, 2), (-4, 4)]
    assert [module.odd_index(i) for i in range(7)] == [(-1, 1), (1, 1), (-3, 3), (-1, 3), (1, 3), (3, 3), (-5, 5)]


def test_polynomials_are_the_printed_ones() -> None:
    """Z(0,4) = 6ρ⁴ − 6ρ² + 1, Z(1,3) = (3ρ³ − 2ρ) cos α, Z(−2,2) = ρ² sin 2α."""
    rho, alpha = np.hypot(KX, KY), np.arctan2(KY, KX)
    assert np.allclose(module.zernike(0, 4, KY, KX), 6 * rho**4 - 6 * rho**2 + 1)
    assert np.allclose(module.zernike(1, 3, KY, KX), (3 * rho**3 - 2 * rho) * np.cos(alpha))
    assert np.allclose(module.zernike(-2, 2, KY, KX), rho**2 * np.sin(2 * alpha))
    assert np.allclose(module.zernike(-3, 3, KY, KX), rho**3 * np.sin(3 * alpha))


def test_polynomials_are_orthogonal_on_the_disc() -> None:
    edge = np.linspace(-1, 1, 401)
    y, x = np.meshgrid(edge, edge, indexing="ij")
    inside = np.hypot(x, y) <= 1
    found = [module.zernike(m, n, y[inside], x[inside]) for m, n in ((0, 0), (-1, 1), (1, 3), (0, 4), (2, 4), (-3, 3))]
    gram = np.array([[np.mean(a * b) for b in found] for a in found])
    assert np.abs(gram - np.diag(np.diag(gram))).max() < 5e-3


def test_relions_beam_tilt_is_two_zernike_coefficients() -> None:
    """Its TiltHelper puts a tilt into Z(±1,1) and Z(±1,3): −2πCsλ²·t/3 and twice that."""
    optics, tilt = Optics(), (0.4, -0.25)
    scale = -2e-3 * np.pi * 2.7e7 * units.wavelength(300.0) ** 2 / 3
    zernikes = (2 * scale * tilt[1], 2 * scale * tilt[0], 0.0, scale * tilt[1], scale * tilt[0])
    one = module.odd(KY, KX, Aberrations(beam_tilt_x=tilt[0], beam_tilt_y=tilt[1]), optics)
    assert np.allclose(one, module.odd(KY, KX, Aberrations(odd_zernike=zernikes), optics), atol=1e-12)


def test_coma_is_the_cubic_part_of_a_lens_seen_from_the_side() -> None:
    """e^{i[γ(k + k₀) − γ(k₀)]}: its odd part, less what is linear in k, is the coma of the tilt k₀λ."""
    optics = Optics(defocus=0.0)
    tilt = np.array([0.3, 0.7])  # mrad, (y, x)
    k0 = tilt * 1e-3 / units.wavelength(300.0)

    def seen(ky: np.ndarray, kx: np.ndarray) -> np.ndarray:
        return ctf.phase(ky + k0[0], kx + k0[1], optics)

    odd = (seen(KY, KX) - seen(-KY, -KX)) / 2
    small = 1e-4
    steps = ((np.array(small), np.array(0.0)), (np.array(0.0), np.array(small)))
    linear = [(seen(y, x) - seen(-y, -x)) / (2 * small) for y, x in steps]
    cubic = odd - linear[0] * KY - linear[1] * KX
    coma = module.odd(KY, KX, Aberrations(beam_tilt_x=tilt[1], beam_tilt_y=tilt[0]), optics)
    assert np.allclose(cubic, coma, atol=1e-6 * np.abs(coma).max())


def test_even_zernikes_can_be_defocus() -> None:
    """Z(0,2) = 2ρ² − 1: with Z(0,0) it is a pure defocus, of RELION's sign."""
    extra = 700.0
    c = -np.pi * units.wavelength(300.0) * extra / 2
    by_zernike = Optics(defocus=15_000.0, aberrations=Aberrations(even_zernike=(c, 0.0, c)))
    assert np.allclose(ctf.ctf2(64, 1.5, by_zernike), ctf.ctf2(64, 1.5, Optics(defocus=15_700.0)), atol=2e-6)


def test_odd_aberrations_leave_the_amplitude_and_keep_images_real() -> None:
    optics = Optics(aberrations=Aberrations(beam_tilt_x=0.6, trefoil_y=40.0))
    transfer = ctf.ctf2(64, 1.5, optics)
    assert np.iscomplexobj(transfer)
    assert np.allclose(np.abs(transfer), np.abs(ctf.ctf2(64, 1.5, Optics())), atol=1e-6)
    full = ctf.image_transfer(*(k for k in np.meshgrid(np.linspace(-0.3, 0.3, 9), np.linspace(-0.3, 0.3, 9))), optics)
    assert np.allclose(full, np.conj(full[::-1, ::-1]))


def test_a_beam_tilt_moves_fine_detail_against_coarse() -> None:
    """A wave of frequency s moves by −(1/2π) dφ/ds, which is 3Csλ²s²t where the tilt lies along it."""
    n, pixel, tilt = 256, 1.0, 1.0
    optics = Optics(aberrations=Aberrations(beam_tilt_x=tilt))
    s = fourier.frequencies1(n, pixel)
    phase = module.odd(np.zeros(1), s[30:32], Aberrations(beam_tilt_x=tilt), optics)
    moved = -(phase[1] - phase[0]) / (2 * np.pi * (s[31] - s[30]))
    expected = 3e-3 * 2.7e7 * units.wavelength(300.0) ** 2 * ((s[30] + s[31]) / 2) ** 2
    assert moved == pytest.approx(expected, rel=1e-3)


def test_an_uneven_magnification_stretches_the_rings() -> None:
    matrix = ((1.02, 0.01), (-0.005, 0.97))
    optics = Optics(aberrations=Aberrations(magnification=matrix))
    m = np.array(matrix)
    ky, kx = m[1, 0] * KX + m[1, 1] * KY, m[0, 0] * KX + m[0, 1] * KY
    assert np.allclose(ctf.image_transfer(KY, KX, optics), ctf.image_transfer(ky, kx, Optics()))


def test_gradients_reach_tilt_and_energy_spread() -> None:
    torch = pytest.importorskip("torch")
    tilt = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    spread = torch.tensor(0.8, dtype=torch.float64, requires_grad=True)

    def total(t: object, e: object) -> object:
        optics = Optics(aberrations=Aberrations(beam_tilt_x=t), coherence=Coherence(energy_spread_fwhm=e))
        values = ctf.ctf2(16, 2.0, optics)
        return (values.real * torch.arange(values.numel()).reshape(values.shape) ** 0.5).sum() + (values.imag**2).sum()

    assert torch.autograd.gradcheck(total, (tilt, spread), eps=1e-6, atol=1e-6)


@pytest.mark.parametrize("wrong", [{"magnification": ((1.0, 1.0), (1.0, 1.0))}, {"odd_zernike": (np.nan,)}])
def test_bad_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Aberrations(**wrong)
    with pytest.raises(KnobError):
        Aberrations(beam_tilt_x=np.inf)
    with pytest.raises(InputError):
        module.zernike(1, 2, KY, KX)
