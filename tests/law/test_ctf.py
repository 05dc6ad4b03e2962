"""Laws and printed reference values of the contrast transfer function."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.physics import ctf

WAVELENGTHS = [
    (80, 0.041757161, 1.008706600e-3),
    (100, 0.037014366, 9.243958175e-4),
    (120, 0.033492153, 8.638113196e-4),
    (200, 0.025079340, 7.288401044e-4),
    (300, 0.019687489, 6.526161424e-4),
]

ZEROS = [
    (2.7, 15_000, 0.10, 0, (17.4553, 12.2351, 9.9571, 8.6064, 7.6870), 0.0572890),
    (2.7, 15_000, 0.07, 0, (17.3695, 12.2054, 9.9411, 8.5960, 7.6796), 0.0575723),
    (2.7, 10_000, 0.10, 0, (14.2420, 9.9753, 8.1119, 7.0061, 6.2528), 0.0702149),
    (0.01, 15_000, 0.10, 0, (17.4653, 12.2494, 9.9746, 8.6267, 7.7097), 0.0572564),
    (2.7, 5_000, 0.10, 90, (14.4649, 8.1232, 6.2296, 5.2245, 4.5749), 0.0691330),
]


@pytest.mark.parametrize(("kilovolt", "wavelength", "interaction"), WAVELENGTHS)
def test_wavelength_and_interaction_to_printed_digits(kilovolt: int, wavelength: float, interaction: float) -> None:
    assert round(units.wavelength(kilovolt), 9) == wavelength
    assert units.interaction(kilovolt) == pytest.approx(interaction, rel=5.1e-10)


@pytest.mark.parametrize(("cs", "defocus", "w", "shift", "zeros", "first"), ZEROS)
def test_zeros_to_printed_digits(
    cs: float, defocus: float, w: float, shift: float, zeros: tuple[float, ...], first: float
) -> None:
    optics = Optics(defocus=defocus, cs_mm=cs, amplitude_contrast=w, phase_shift=shift)
    s = ctf.zeros(optics, 5)
    assert tuple(np.round(1 / s, 4)) == zeros
    assert round(float(s[0]), 7) == first
    assert np.abs(ctf.ctf1(s, optics)).max() < 1e-10


def test_zeros_are_all_of_the_sign_changes() -> None:
    optics = Optics(defocus=-3_000)
    s = np.linspace(1e-6, 0.6, 600_001)
    crossings = s[:-1][np.diff(np.sign(ctf.ctf1(s, optics))) != 0]
    assert ctf.zeros(optics, len(crossings)) == pytest.approx(crossings, abs=2e-6)


def test_zeros_past_the_turning_point_of_the_phase() -> None:
    optics = Optics(defocus=900)
    s = np.linspace(1e-6, 0.7, 700_001)
    crossings = s[:-1][np.diff(np.sign(ctf.ctf1(s, optics))) != 0]
    assert ctf.zeros(optics, len(crossings)) == pytest.approx(crossings, abs=2e-6)


def test_counts_of_zeros_to_three_angstrom() -> None:
    s = np.linspace(0, 1 / 3, 200_001)
    for defocus, count in ((10_000, 20), (20_000, 42)):
        assert np.sum(np.diff(np.sign(ctf.ctf1(s, Optics(defocus=defocus)))) != 0) == count


def test_first_zeros_of_the_chapter() -> None:
    for defocus, plain, printed in ((5_000, 9.92, 10.03), (10_000, 14.03, 14.24), (20_000, 19.84, 20.16)):
        pure = Optics(defocus=defocus, cs_mm=0, amplitude_contrast=0)
        assert round(float(1 / ctf.zeros(pure, 1)[0]), 2) == plain
        assert round(float(1 / ctf.zeros(Optics(defocus=defocus), 1)[0]), 2) == printed
    plate = Optics(defocus=5_000, cs_mm=0, amplitude_contrast=0, phase_shift=90)
    assert round(float(1 / ctf.zeros(plate, 1)[0]), 2) == 14.03


def test_phase_turns_where_the_table_says() -> None:
    s = np.linspace(1, 1.4, 400_001)
    gamma = ctf.phase(np.zeros_like(s), s, Optics(defocus=15_000))
    assert round(1 / s[np.argmax(gamma)], 4) == 0.8353


def test_delocalisation_to_printed_digits() -> None:
    for defocus, printed in ((5_000, 25), (10_000, 58), (20_000, 124), (30_000, 189)):
        assert round(float(ctf.delocalisation(1 / 3, Optics(defocus=defocus)))) == printed
    assert round(float(ctf.delocalisation(0.5, Optics(defocus=10_000))), 1) == 72.7
    for defocus, d, box in ((10_000, 3, 116), (20_000, 3, 247), (20_000, 2, 342)):
        assert round(2 * float(ctf.delocalisation(1 / d, Optics(defocus=defocus)))) == box


def test_delocalisation_is_the_slope_of_the_phase() -> None:
    optics, step = Optics(defocus=12_000), 1e-6
    s = np.array([0.05, 0.2, 0.4])
    slope = (ctf.phase(0 * s, s + step, optics) - ctf.phase(0 * s, s - step, optics)) / (2 * step)
    assert ctf.delocalisation(s, optics) == pytest.approx(slope / (2 * np.pi), rel=1e-6)


def test_envelope_of_the_chapter() -> None:
    assert round(float(ctf.envelope(0.2, 100)), 4) == 0.3679
    assert round(float(ctf.envelope(0.2, 50)), 4) == 0.6065
    assert float(ctf.envelope(2 / np.sqrt(80), 80)) == pytest.approx(np.exp(-1))
    assert float(ctf.envelope(0.2, -100)) > 1


def test_origin_is_minus_the_amplitude_contrast() -> None:
    for w in (0.0, 0.07, 0.1, 1.0):
        assert ctf.ctf2(8, 1.0, Optics(amplitude_contrast=w))[0, 0] == pytest.approx(-w, abs=1e-7)


def test_astigmatism_is_the_full_difference_from_x_to_y() -> None:
    optics = Optics(defocus=10_000, astigmatism=2_000, astigmatism_angle=30)
    s = np.linspace(0, 0.3, 50)
    for azimuth, defocus in ((30, 11_000), (120, 9_000), (75, 10_000)):
        assert ctf.ctf1(s, optics, azimuth=azimuth) == pytest.approx(ctf.ctf1(s, Optics(defocus=defocus)), abs=1e-9)
    plane = ctf.ctf2_plain(32, 2.0, Optics(defocus=10_000, astigmatism=2_000, astigmatism_angle=90))
    kx = np.arange(17) / 64
    assert plane[0] == pytest.approx(ctf.ctf1(kx, Optics(defocus=9_000)), abs=1e-9)
    assert plane[:16, 0] == pytest.approx(ctf.ctf1(kx[:16], Optics(defocus=11_000)), abs=1e-9)


def test_negative_astigmatism_is_its_quarter_turn() -> None:
    one = ctf.ctf2_plain(16, 1.5, Optics(astigmatism=-800, astigmatism_angle=20))
    assert one == pytest.approx(ctf.ctf2_plain(16, 1.5, Optics(astigmatism=800, astigmatism_angle=110)), abs=1e-9)


def test_transfer_gives_the_sine_without_amplitude_contrast() -> None:
    k = np.linspace(0, 0.3, 20)
    optics = Optics(amplitude_contrast=0, phase_shift=12)
    assert -ctf.transfer(0 * k, k, optics).imag == pytest.approx(ctf.ctf1(k, optics), abs=1e-12)


def test_seams_change_the_fast_result(monkeypatch: pytest.MonkeyPatch) -> None:
    optics = Optics(defocus=np.linspace(8_000, 20_000, 40), bfactor=80.0)
    assert ctf.FAST_FROM < 40 * 164 * 83, "the compiled path is meant"
    before = ctf.ctf2(164, 1.5, optics)
    with monkeypatch.context() as patch:
        patch.setattr(ctf, "GAMMA_SIGN", 1.0)
        assert ctf.ctf2(164, 1.5, optics) == pytest.approx(-before)
    with monkeypatch.context() as patch:
        patch.setattr(ctf, "B_DIVISOR", 1.0)
        assert np.abs(ctf.ctf2(164, 1.5, optics) - before).max() > 0.1
    true_wavelength = units.wavelength
    with monkeypatch.context() as patch:
        patch.setattr(units, "wavelength", lambda kilovolt: 1.01 * true_wavelength(kilovolt))
        assert np.abs(ctf.ctf2(164, 1.5, optics) - before).max() > 0.1


def test_gradients_are_those_of_differences() -> None:
    torch = pytest.importorskip("torch")

    def value(defocus: object, astigmatism: object, shift: object, bfactor: object) -> object:
        optics = Optics(defocus=defocus, astigmatism=astigmatism, phase_shift=shift, bfactor=bfactor)
        return ctf.ctf2(12, 2.0, optics)

    inputs = [torch.tensor([v, 1.1 * v], dtype=torch.float64, requires_grad=True) for v in (9e3, 400.0, 20.0, 50.0)]
    assert torch.autograd.gradcheck(value, inputs, eps=1e-3, atol=1e-5)
    optics = Optics(defocus=inputs[0].detach().numpy(), astigmatism=400.0)
    tensors = Optics(defocus=inputs[0], astigmatism=400.0)
    assert ctf.ctf2(12, 2.0, tensors).detach().numpy() == pytest.approx(ctf.ctf2_plain(12, 2.0, optics), abs=1e-12)
    single = ctf.ctf2(12, 2.0, Optics(defocus=torch.tensor(9e3)))
    assert single.dtype == torch.float32
    assert single.shape == (12, 7)


def test_errors_say_what_to_do() -> None:
    with pytest.raises(InputError, match="pixel above 0"):
        ctf.ctf2(16, 0.0, Optics())
    with pytest.raises(InputError, match="index them first"):
        ctf.zeros(Optics(defocus=[1e4, 2e4]), 3)
    with pytest.raises(InputError, match="give a defocus or a Cs"):
        ctf.zeros(Optics(defocus=0, cs_mm=0), 3)
