"""Thick specimens: both closed forms are sums over layers, and the printed numbers hold."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.physics import ctf, thickness

OPTICS = Optics(defocus=12_000.0, amplitude_contrast=0.07)
S = np.linspace(0.0, 0.4, 301)


def layers(t: float, count: int = 4_000) -> Optics:
    heights = (np.arange(count) + 0.5) / count * t - t / 2
    return Optics(defocus=12_000.0 - heights, amplitude_contrast=0.07)


@pytest.mark.parametrize("t", [150.0, 500.0, 2_000.0])
def test_equal_layers_damp_by_a_sinc(t: float) -> None:
    summed = ctf.ctf1(S, layers(t)).mean(0)
    closed = ctf.ctf1(S, OPTICS) * thickness.damping(S, t, 300.0)
    np.testing.assert_allclose(closed, summed, atol=2e-5)


@pytest.mark.parametrize("t", [150.0, 500.0, 2_000.0])
def test_independent_layers_add_their_powers(t: float) -> None:
    summed = (ctf.ctf1(S, layers(t)) ** 2).mean(0)
    np.testing.assert_allclose(thickness.power1(S, OPTICS, t), summed, atol=2e-5)


def test_printed_numbers() -> None:
    """300 Å and 500 Å at 3 Å, 300 kV."""
    assert thickness.damping(1 / 3, 300.0, 300.0) == pytest.approx(0.832, abs=5e-4)
    assert thickness.damping(1 / 3, 500.0, 300.0) == pytest.approx(0.576, abs=5e-4)


def test_rings_vanish_at_the_nodes_and_change_sides() -> None:
    nodes = thickness.nodes(500.0, 300.0, 3)
    np.testing.assert_allclose(thickness.power1(nodes, OPTICS, 500.0), 0.5, atol=1e-12)
    assert thickness.modulation(nodes[0] * 1.1, 500.0, 300.0) < 0
    assert thickness.thickness_of_node(nodes[1], 300.0, 2) == pytest.approx(500.0)
    assert nodes[0] == pytest.approx(1 / np.sqrt(units.wavelength(300.0) * 500.0))


def test_no_thickness_is_the_ctf_and_the_plane_is_the_curve() -> None:
    optics = Optics(defocus=9_000.0, astigmatism=600.0, astigmatism_angle=20.0, bfactor=50.0)
    np.testing.assert_allclose(thickness.power1(S, optics, 0.0), ctf.ctf1(S, optics) ** 2, atol=1e-12)
    plane = thickness.power2(64, 1.5, optics, 400.0)
    along_x = thickness.power1(np.fft.rfftfreq(64, 1.5), optics, 400.0, azimuth=0.0, envelope=False)
    np.testing.assert_allclose(plane[0], along_x, atol=1e-9)


def test_gradients_flow_through_the_thickness() -> None:
    torch = pytest.importorskip("torch")
    t = torch.tensor(400.0, dtype=torch.float64, requires_grad=True)
    s = torch.linspace(0.0, 0.3, 50, dtype=torch.float64)
    thickness.damping(s, t, 300.0).sum().backward()
    numeric = thickness.damping(s.numpy(), 400.5, 300.0).sum() - thickness.damping(s.numpy(), 399.5, 300.0).sum()
    assert float(t.grad) == pytest.approx(numeric, rel=1e-5)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="0 Å or more"):
        thickness.damping(S, -1.0, 300.0)
    with pytest.raises(InputError, match="has nodes"):
        thickness.nodes(0.0, 300.0, 1)
    with pytest.raises(InputError, match="above 0"):
        thickness.thickness_of_node(0.0, 300.0)
