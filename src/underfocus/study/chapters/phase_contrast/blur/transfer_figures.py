"""Figures of curves: the transfer function, a hidden one, a phase plate, what fades, and a wrong amplitude contrast."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from underfocus.base.knobs import knob, option
from underfocus.data.dials import Pixel
from underfocus.data.optics import AmplitudeContrast, Astigmatism, BFactor, Defocus, Optics, PhaseShift
from underfocus.maths import fourier
from underfocus.physics import ctf
from underfocus.physics import dose as exposure
from underfocus.physics import envelopes as coherence
from underfocus.physics.phase_plate import LaserPlate
from underfocus.show import Line, Mark, Panels, beside, curve, image, readout
from underfocus.show.figure import figure

from .. import contrast, damping, measured

BENCH = Optics(bfactor=50.0)
HIDDEN = Optics(defocus=17_400.0, astigmatism=1_200.0, amplitude_contrast=0.2)
Convention = Annotated[
    Literal["exp(−B s²/4)", "exp(−B s²)"], option("which of the two B conventions damps", label="B means")
]
Axis = Annotated[Literal["1/Å", "Å"], option("whether frequency or its inverse is drawn along the axis", label="axis")]
Displacement = Annotated[
    float, knob("Å", 0.0, 2.0, "rms movement of an atom along one axis", valid=(0.0, 10.0), step=0.05)
]
Dose = Annotated[float, knob("e/Å²", 0.0, 80.0, "electrons that the specimen has taken", valid=(0.0, 500.0), step=1)]
FocalSpread = Annotated[
    float, knob("Å", 0.0, 150.0, "rms spread of focus from the beam's energies", valid=(0.0, 2_000.0), step=1)
]
Convergence = Annotated[
    float, knob("mrad", 0.0, 0.2, "half angle under which the beam converges", valid=(0.0, 5.0), step=0.005)
]
Assumed = Annotated[
    float, knob("", 0.0, 0.5, "the amplitude contrast that the fit assumes", valid=(0.0, 1.0), step=0.01)
]
Reach = Annotated[float, knob("Å", 3.0, 10.0, "the finest length that the fit looks at", valid=(2.0, 30.0), step=0.1)]
Fitted = Annotated[Literal["the defocus", "defocus and phase shift"], option("what the fit may turn", label="fit")]


@figure(
    "The contrast transfer function",
    caption="$-\\sin(\\gamma + \\arcsin w)$ times the envelope, protein dark. Dashed: the envelope. Zeros are where nothing is transferred.",
    look_for="more defocus moves the first zero to *longer* lengths and packs the oscillations; voltage and Cs matter at the right.",
    hide=("astigmatism", "astigmatism_angle"),
    code=(ctf.ctf1, ctf.phase, ctf.envelope),
    play="defocus",
)
def ctf_bench(
    optics: Optics = BENCH,
    pixel: Pixel = 1.0,
    b_means: Convention = "exp(−B s²/4)",
    axis: Axis = "1/Å",
) -> Panels:
    """The CTF along one direction, with its zeros and what they cost."""
    s = np.linspace(1e-4, 0.5 / pixel, 900)
    share = 1.0 if b_means == "exp(−B s²/4)" else 4.0
    damping = ctf.envelope(s, float(optics.bfactor) * share)
    values = ctf.ctf1(s, optics, envelope=False) * damping
    found = [z for z in ctf.zeros(optics, 3) if 1e-3 < z < 0.5 / pixel]
    marks = tuple(Mark(z, f"{1 / z:.1f} Å") for z in found)
    if axis == "Å":
        lengths = 1 / s[s > 1 / 60]
        keep = s > 1 / 60
        drawn = curve(
            lengths, Line(values[keep], "CTF"), Line(damping[keep], "envelope", "dashed"), x="length, Å", y="contrast transfer",
            y_limits=(-1.05, 1.05), marks=tuple(Mark(1 / z, f"{1 / z:.1f} Å") for z in found),
        )  # fmt: skip
    else:
        drawn = curve(
            s, Line(values, "CTF"), Line(damping, "envelope", "dashed"), x="spatial frequency, 1/Å", y="contrast transfer",
            y_limits=(-1.05, 1.05), marks=marks,
        )  # fmt: skip
    first = contrast.zero_length(optics) if found else float("nan")
    spread = float(ctf.delocalisation(np.array([0.5 / pixel]), optics)[0])
    return beside(
        drawn,
        readout("first zero", first, "Å"),
        readout("CTF(0)", float(ctf.ctf1(np.zeros(1), optics)[0]), "", "−w without a phase plate"),
        readout("delocalised at Nyquist by", spread, "Å"),
        readout("envelope at Nyquist", float(damping[-1])),
    )


@figure(
    "A hidden transfer function",
    caption="Left half of the rings: hidden. Right half: yours. Beside them both along x and along y (hidden dashed); the larger "
    "defocus of an astigmatic lens lies along x here.",
    look_for="zeros fix the defocus along each axis, so their difference is the astigmatism; what is left at s = 0 is the "
    "amplitude contrast.",
    code=(ctf.ctf2, ctf.ctf1),
)
def hidden_ctf(
    defocus: Defocus = 10_000.0, astigmatism: Astigmatism = 0.0, amplitude_contrast: AmplitudeContrast = 0.1
) -> Panels:
    """Match the hidden half."""
    yours = Optics(defocus=defocus, astigmatism=astigmatism, amplitude_contrast=amplitude_contrast)
    left, right = (fourier.display(ctf.ctf2(192, 4.0, o) ** 2, 192) for o in (HIDDEN, yours))
    s = _match_axis()
    curves = (
        curve(
            s, Line(ctf.ctf1(s, yours, azimuth=azimuth), "yours"), Line(ctf.ctf1(s, HIDDEN, azimuth=azimuth), "hidden", "dashed"),
            x="spatial frequency, 1/Å", y="contrast transfer", title=name, y_limits=(-1.05, 1.05),
        )
        for azimuth, name in ((0.0, "Along x"), (90.0, "Along y"))
    )  # fmt: skip
    both = image(measured.halves(left, right), 1 / (192 * 4.0), title="Hidden | yours", space="fourier", limits=(0, 1))
    return beside(both, *curves)


def _match_axis() -> contrast.Real:
    return np.linspace(1e-4, 0.12, 500)


def match_curve(defocus: float, astigmatism: float, amplitude_contrast: float) -> contrast.Real:
    """The CTF along x and along y, end to end: what a hidden target is compared on."""
    optics = Optics(defocus=defocus, astigmatism=astigmatism, amplitude_contrast=amplitude_contrast)
    return np.concatenate([ctf.ctf1(_match_axis(), optics, azimuth=azimuth) for azimuth in (0.0, 90.0)])


@figure(
    "A phase plate",
    caption="The transfer functions without and with a phase shift, at the same defocus; dashed, that of a laser plate with this peak, across its light.",
    look_for="at 90° the sine has become a cosine: contrast is full at s = 0, and the first zero moves out. Light cannot be focused to a point: the laser begins as if there were none, and is a plate from some 100 Å on.",
    code=(ctf.ctf1,),
    play="phase_shift",
)
def phase_plate(phase_shift: PhaseShift = 90.0, defocus: Defocus = 5_000.0) -> Panels:
    """CTF with a phase plate."""
    s = np.linspace(1e-4, 0.25, 700)
    without, plate = (Optics(defocus=defocus, phase_shift=p) for p in (0.0, phase_shift))
    laser = ctf.image_transfer(s, 0 * s, without, plate=LaserPlate(phase_shift))
    drawn = curve(
        s, Line(ctf.ctf1(s, plate), "with the plate"), Line(laser, "laser", "dashed"), Line(ctf.ctf1(s, without), "without", "faint"),
        x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1.05, 1.05),
    )  # fmt: skip
    start = float(ctf.ctf1(np.zeros(1), plate)[0])
    light = LaserPlate(phase_shift).cut_on(300.0)
    return beside(
        drawn,
        readout("first zero", contrast.zero_length(plate), "Å"),
        readout("CTF(0)", start),
        readout("the laser helps from", light, "Å", "half of its phase; focal length 20 mm, NA 0.05"),
    )


@figure(
    "Which B is it?",
    caption="Amplitude left against frequency, one cause at a time (300 kV, Cs 2.7 mm). Dose follows the critical exposures of "
    "Grant & Grigorieff 2015; the coherences follow Wade 1992.",
    look_for="the shapes differ: s² in the exponent for motion, s⁴ for a spread of energies, Δf² s² for a source that is no point. "
    "In the range where there is signal one Gaussian mimics them all, and so they share a letter.",
    code=(ctf.envelope, exposure.weight, coherence.temporal, coherence.spatial),
)
def envelopes(
    bfactor: BFactor = 60.0, displacement: Displacement = 0.6, dose: Dose = 20.0, focal_spread: FocalSpread = 63.0,
    convergence: Convergence = 0.03, defocus: Defocus = 15_000.0,
) -> Panels:  # fmt: skip
    """The envelopes of cryo-EM on one axis."""
    s = np.linspace(1e-3, 0.5, 500)
    atoms = damping.atomic_b(displacement)
    each = {
        "a fitted B": ctf.envelope(s, bfactor),
        "atoms that move": ctf.envelope(s, atoms),
        "dose": exposure.weight(s, dose),
        "energies (temporal)": coherence.temporal(s, focal_spread, 300.0),
        "source (spatial)": coherence.spatial(s, convergence, Optics(defocus=defocus)),
    }
    together = np.prod(list(each.values()), axis=0)
    lines = (*(Line(y, name) for name, y in each.items()), Line(together, "all together", "dashed"))
    return beside(
        curve(s, *lines, x="spatial frequency, 1/Å", y="amplitude left", y_limits=(0, 1.05)),
        readout("1/e of the fitted B at", float(np.sqrt(bfactor / ctf.B_DIVISOR)), "Å"),
        readout("B of the atoms", atoms, "Å²", "8π²u²"),
        readout("left at 3 Å, all together", float(np.interp(1 / 3, s, together))),
    )


@figure(
    "A wrong amplitude contrast",
    caption="A noisy power spectrum made with one amplitude contrast (B 60 Å²), and the best fit with another. Right: the error of the "
    "defocus for every assumption.",
    look_for="with the wrong w the defocus pays. Let the phase shift turn as well, and the fit is perfect again with any w at all: "
    "in this curve the two are one number.",
    code=(contrast.fitted, contrast.power_curve),
)
def amplitude_bench(
    true_w: AmplitudeContrast = 0.1, assumed: Assumed = 0.2, defocus: Defocus = 15_000.0, finest: Reach = 6.0,
    fit: Fitted = "the defocus",
) -> Panels:  # fmt: skip
    """Fit the defocus with a wrong w and see where it goes."""
    s = np.linspace(1 / 40, 1 / finest, 500)
    truth = Optics(defocus=defocus, amplitude_contrast=true_w, bfactor=60.0)
    free = fit != "the defocus"
    data = contrast.power_curve(truth, s, noise=0.05, seed=3)
    best, residual = contrast.fitted(data, s, replace(truth, amplitude_contrast=assumed), free)
    trials, clean = np.linspace(0, 0.5, 11), contrast.power_curve(truth, s)
    bias = np.array(
        [contrast.fitted(clean, s, replace(truth, amplitude_contrast=w), free)[0].defocus - defocus for w in trials]
    )
    spectrum = curve(
        s, Line(data, "spectrum", "points"), Line(ctf.ctf1(s, best) ** 2, "fit"), x="spatial frequency, 1/Å", y="power"
    )
    errors = curve(
        trials, Line(bias, "error of the fit"), x="assumed amplitude contrast", y="defocus error, Å",
        y_limits=(min(-50.0, bias.min()), max(50.0, bias.max())), marks=(Mark(true_w, "true w"),),
    )  # fmt: skip
    return beside(
        spectrum,
        errors,
        readout("defocus found", float(best.defocus), "Å"),
        readout("error", float(best.defocus) - defocus, "Å"),
        readout("phase shift found", float(best.phase_shift), "°", "0 where it is not fitted"),
        readout("rms residual", residual, "", "the noise has 0.05"),
        columns=2,
    )
