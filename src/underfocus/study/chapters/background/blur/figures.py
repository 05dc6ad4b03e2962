"""The figures of the chapter on complex numbers and defocus."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np

from underfocus.base import units
from underfocus.base.knobs import knob, option
from underfocus.data.optics import SphericalAberration, Voltage
from underfocus.physics import scattering
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout, scene
from underfocus.show.figure import figure

from .. import electron

Real = np.ndarray[Any, Any]
Theta = Annotated[float, knob("°", 0.0, 720.0, "how far the phasor has turned", valid=(-3600.0, 3600.0), step=1)]
Amplitude = Annotated[float, knob("", 0.0, 1.5, "the length of the phasor", valid=(0.0, 10.0), step=0.05)]
Count = Annotated[int, knob("", 1, 24, "how many phasors are laid end to end", valid=(1, 200))]
Turn = Annotated[
    float, knob("°", -180.0, 180.0, "by how much each is turned against the one before", valid=(-720.0, 720.0), step=1)
]
Eps = Annotated[float, knob("", 0.0, 1.0, "how strong the scattered wave is: ε", valid=(0.0, 3.0), step=0.01)]
Defocus = Annotated[
    float, knob("Å", -10_000, 10_000, "defocus, underfocus positive", valid=(-100_000.0, 100_000.0), step=20)
]
Length = Annotated[float, knob("Å", 3.0, 40.0, "the size of the detail d", valid=(1.0, 1000.0), step=0.5)]
Element = Annotated[Literal["H", "C", "N", "O", "P", "S"], option("the atom that scatters")]
Loss = Annotated[
    float, knob("eV", 5.0, 100.0, "the mean energy that an inelastic event takes", valid=(0.1, 10_000.0), step=1)
]
Aperture = Annotated[
    float, knob("mrad", 1.0, 40.0, "the largest angle that the aperture lets through", valid=(0.1, 200.0), step=0.5)
]


@figure(
    "A turning arrow, and its track",
    caption="$e^{i\\theta}$ as a point on a circle, and the same point while $\\theta$ runs on: a helix. Its shadow on one wall is the cosine, on the other the sine.",
    look_for="one complex number holds both shadows. To turn the arrow is to multiply by another $e^{i\\alpha}$; nothing else happens to it.",
    play="theta",
)
def helix(theta: Theta = 60.0, amplitude: Amplitude = 1.0) -> Panels:
    """The helix of e^{iθ}, and the phasor now."""
    angle = np.deg2rad(theta)
    run = np.linspace(0, 4 * np.pi, 400)
    along = run / (2 * np.pi) - 1
    track = np.stack([along, amplitude * np.cos(run), amplitude * np.sin(run)], 1)
    here = np.array([angle / (2 * np.pi) - 1, amplitude * np.cos(angle), amplitude * np.sin(angle)])
    items = (
        scene.Path(track, label="e^{iθ}", tint="ink"),
        scene.Path(np.stack([along, track[:, 1], 0 * along - 1.5], 1), label="cosine", tint="x", style="dashed"),
        scene.Path(np.stack([along, 0 * along - 1.5, track[:, 2]], 1), label="sine", tint="z", style="dashed"),
        scene.Arrow((here[0], 0, 0), here, tint="accent"),
        scene.Segments(np.array([[[-1.0, 0, 0], [1.0, 0, 0]]]), tint="faint"),
        scene.Points([[here[0], here[1], -1.5], [here[0], -1.5, here[2]]], tint="accent"),
    )
    words = f"A helix of radius {amplitude:g}; at {theta:g}° its real part is {here[1]:.3f} and its imaginary part {here[2]:.3f}."
    circle = np.linspace(0, 2 * np.pi, 181)
    plane = curve(
        amplitude * np.cos(circle), Line(amplitude * np.sin(circle), "", "faint"), Line([0, here[2]], "phasor", x=[0, here[1]]),
        Line([0, 0], "real part", "dashed", x=[0, here[1]]), x="real", y="imaginary", equal=True, x_limits=(-1.6, 1.6), y_limits=(-1.6, 1.6),
    )  # fmt: skip
    return beside(
        scene.Scene(
            items, title="θ runs along x", description=words, extent=1.6, axes=("θ", "Re", "Im"), azimuth=-60.0
        ),
        plane,
        readout("real part", float(here[1])),
        readout("imaginary part", float(here[2])),
        readout("θ", float(angle), "rad"),
        columns=2,
    )


@figure(
    "Laid end to end",
    caption="Phasors of length 1, each turned against the one before, added: the arrow from the origin to their end is the sum.",
    look_for="at 0° they add up, at 360°/N they close to a ring and nothing is left. Every spot of a transform, and every dark fringe, is one of these two.",
    play="turn",
)
def end_to_end(count: Count = 8, turn: Turn = 20.0) -> Panels:
    """The sum of turning phasors."""
    each = np.exp(1j * np.deg2rad(turn) * np.arange(count))
    path = np.concatenate([[0], np.cumsum(each)])
    total = path[-1]
    reach = max(2.0, float(np.abs(path).max()) * 1.1)
    drawn = curve(
        path.real, Line(path.imag, "phasors"), Line(path.imag, "", "points"), Line([0, total.imag], "their sum", "dashed", x=[0, total.real]),
        x="real", y="imaginary", equal=True, x_limits=(-reach, reach), y_limits=(-reach, reach),
    )  # fmt: skip
    angles = np.linspace(-180, 180, 721)
    lengths = np.abs(np.exp(1j * np.deg2rad(angles)[:, None] * np.arange(count)).sum(1))
    all_turns = curve(angles, Line(lengths, "length of the sum"), x="turn, °", y="length", marks=(Mark(turn, "yours"),))
    return beside(
        drawn,
        all_turns,
        readout("length of the sum", float(abs(total))),
        readout("if all pointed alike", count),
        columns=2,
    )


@figure(
    "The wave behind the specimen",
    caption="$\\Psi = 1 + i\\varepsilon e^{i\\chi}$ in the complex plane: the unscattered wave, the scattered one, and their sum, whose length the camera sees. Right: "
    "$|\\Psi|^2$ against $\\chi$, exactly and without $\\varepsilon^2$.",
    look_for="in focus the short arrow stands at a right angle, and the sum is as long as before. Turn it by a quarter and it lies along the long one: contrast.",
    code=(electron.wave, electron.exact, electron.linear),
    play="defocus",
)
def weak_phasor(eps: Eps = 0.1, defocus: Defocus = 0.0, length: Length = 10.0) -> Panels:
    """Phasors of a weak phase object, and what is counted."""
    chi = electron.phase_shift(defocus, length)
    psi = complex(electron.wave(eps, chi))
    circle = np.linspace(0, 2 * np.pi, 181)
    left = curve(
        np.array([0.0, 1.0]), Line([0, 0], "unscattered"), Line([0, psi.imag], "scattered", x=[1, psi.real]),
        Line([0, psi.imag], "their sum", "dashed", x=[0, psi.real]), Line(eps * np.sin(circle), "", "faint", x=1 + eps * np.cos(circle)),
        Line(np.sin(circle), "", "faint", x=np.cos(circle)),
        x="real", y="imaginary", equal=True, x_limits=(-0.4, 2.1), y_limits=(-1.1, 1.1),
    )  # fmt: skip
    turns = np.linspace(-2 * np.pi, 2 * np.pi, 400)
    here = float(np.clip(chi, -2 * np.pi, 2 * np.pi))
    right = curve(
        turns / np.pi, Line(electron.exact(eps, turns), "|Ψ|²"), Line(electron.linear(eps, turns), "1 − 2ε sin χ", "dashed"),
        Line([float(electron.exact(eps, here))], "now", "points", x=[here / np.pi]), x="χ, π", y="intensity",
    )  # fmt: skip
    counted, near = float(electron.exact(eps, chi)), float(electron.linear(eps, chi))
    return beside(
        left,
        right,
        readout("χ", chi / np.pi, "π"),
        readout("|Ψ|² exactly", counted),
        readout("without ε²", near),
        readout("the difference", counted - near, "", "ε²"),
        columns=2,
    )


@figure(
    "Through focus",
    caption="A wavy specimen of one period, imaged at every defocus from far over to far under focus (downwards). Exact: no term is dropped. Right: the contrast along the strip.",
    look_for="in focus there is nothing at first order. Contrast comes, goes, and comes back turned over; a strong object has twice the period in focus, which is $\\varepsilon^2$.",
    code=(electron.strip,),
    play="length",
)
def through_focus(
    eps: Eps = 0.1, length: Length = 10.0, voltage_kv: Voltage = 300.0, cs_mm: SphericalAberration = 0.0
) -> Panels:
    """A strip of images through focus."""
    most = 10_000.0
    drawn, rows = electron.strip(eps, length, most, voltage_kv, cs_mm)
    first = 2 * (drawn * np.cos(2 * np.pi * np.arange(240) / 60)).mean(1)
    second = 2 * (drawn * np.cos(4 * np.pi * np.arange(240) / 60)).mean(1)
    focus = int(np.argmin(np.abs(rows)))
    return beside(
        image(drawn, 1.0, title="Overfocus above, underfocus below"),
        curve(
            rows,
            Line(first, "contrast at d"),
            Line(second, "at d/2", "dashed"),
            x="defocus, Å",
            y="contrast",
            marks=(Mark(0.0, "focus"),),
        ),
        readout("quarter wave at", electron.quarter_wave_defocus(length, voltage_kv), "Å", "without Cs"),
        readout("contrast in focus, at d", float(first[focus])),
        readout("contrast in focus, at d/2", float(second[focus])),
        columns=2,
    )


@figure(
    "Into which angles?",
    caption="How often an atom scatters the electron to an angle, elastically and with a loss of energy; right, the part of each that lies within an angle.",
    look_for="inelastic scattering is mostly forward, within a milliradian: it goes through every aperture and brings its wrong wavelength along. Light atoms do it more often than they scatter "
    "elastically.",
    code=(scattering.elastic, scattering.inelastic),
)
def angles(element: Element = "C", voltage_kv: Voltage = 300.0, loss: Loss = 20.0, aperture: Aperture = 10.0) -> Panels:
    """Elastic and inelastic angular distributions."""
    theta = scattering.angles()
    both = scattering.elastic(element, theta, voltage_kv), scattering.inelastic(element, theta, voltage_kv, loss)
    mrad = 1000 * theta
    seen = (mrad > 0.01) & (mrad < 200)
    left = curve(
        mrad[seen], Line(both[0][seen], "elastic"), Line(both[1][seen], "inelastic", "dashed"), x="angle, mrad", y="Å² per steradian",
        x_scale="log", y_scale="log", marks=(Mark(aperture, "aperture"),),
    )  # fmt: skip
    sums = [scattering.within(section) for section in both]
    parts = [total / total[-1] for total in sums]
    right = curve(
        mrad[seen], Line(parts[0][seen], "elastic"), Line(parts[1][seen], "inelastic", "dashed"), x="angle, mrad", y="part within it", x_scale="log",
        marks=(Mark(aperture, "aperture"),),
    )  # fmt: skip
    kept = [float(np.interp(aperture, mrad, p)) for p in parts]
    return beside(
        left,
        right,
        readout("inelastic over elastic", float(sums[1][-1] / sums[0][-1])),
        readout("elastic, within the aperture", 100 * kept[0], "%"),
        readout("inelastic, within the aperture", 100 * kept[1], "%"),
        readout("the aperture is the scattering angle of", float(1000 * units.wavelength(voltage_kv) / aperture), "Å"),
        columns=2,
    )


SERVES = {
    "helix": ("M1.blur.r1", "M1.blur.r2"),
    "end_to_end": ("M1.blur.r1", "M1.blur.r2"),
    "weak_phasor": ("M1.blur.r3",),
    "through_focus": ("M1.blur.r3",),
    "angles": ("M1.blur.q1",),
}
