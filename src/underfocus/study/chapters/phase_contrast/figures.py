"""The figures of the chapter on phase contrast: pure functions from knobs to panels."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

import numpy as np

from ....base.knobs import knob, option
from ....data.dials import Pixel
from ....data.optics import AmplitudeContrast, BFactor, Defocus, Optics, PhaseShift
from ....maths import fourier, sampling, shells
from ....physics import ctf
from ....samples import micrograph
from ....show import Line, Mark, Panels, beside, curve, image, readout
from ....show.figure import figure
from . import contrast

BENCH = Optics(bfactor=50.0)
STAR = Optics(defocus=10_000.0, bfactor=20.0)
RINGS = Optics(astigmatism=800.0)
HIDDEN = Optics(defocus=17_400.0, amplitude_contrast=0.1, astigmatism=0.0, bfactor=0.0)
Convention = Annotated[
    Literal["exp(−B s²/4)", "exp(−B s²)"], option("which of the two B conventions damps", label="B means")
]
Axis = Annotated[Literal["1/Å", "Å"], option("whether frequency or its inverse is drawn along the axis", label="axis")]
Specimen = Annotated[Literal["Siemens star", "protein", "micrograph", "mine"], option("what lies in the microscope")]
Operation = Annotated[
    Literal["image", "phases flipped", "Wiener", "object"], option("what is done after imaging", label="show")
]
Padding = Annotated[
    float, knob("×", 1.0, 2.0, "box over the width of the particle's own box", valid=(1.0, 4.0), step=0.1)
]
Ratio = Annotated[float, knob("×", 1.0, 4.0, "how much larger the second magnification is", valid=(1.0, 8.0), step=0.1)]
Signed = Annotated[
    float, knob("Å", 2_000, 30_000, "distance from focus, on either side", valid=(0.0, 100_000.0), step=100)
]
Displacement = Annotated[
    float, knob("Å", 0.0, 2.0, "rms movement of an atom along one axis", valid=(0.0, 10.0), step=0.05)
]
Dose = Annotated[float, knob("e/Å²", 0.0, 80.0, "electrons that the specimen has taken", valid=(0.0, 500.0), step=1)]
Window = Annotated[int, knob("px", 32, 256, "the box cut from the micrograph", valid=(16, 512), step=2)]
Assumed = Annotated[
    float, knob("", 0.0, 0.5, "the amplitude contrast that the fit assumes", valid=(0.0, 1.0), step=0.01)
]


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
    "Before and after",
    caption="An object and what the microscope makes of it, 256² pixels. *mine* is your own MRC file: it stays on this machine.",
    look_for="in the star, rings where light and dark swap; around the protein, a halo that grows with the padding you give it.",
    code=(contrast.imaged, contrast.corrected, ctf.ctf2),
    hide=("astigmatism_angle", "voltage_kv", "cs_mm", "phase_shift"),
    play="defocus",
)
def before_after(
    specimen: Specimen = "Siemens star", show: Operation = "image", padding: Padding = 1.0,
    optics: Optics = STAR,
) -> Panels:  # fmt: skip
    """An object, its image, and what correction brings back."""
    n = 256
    field, pixel = contrast.specimen_image(specimen, n)
    n = field.shape[0]
    if padding > 1:
        inner = sampling.fourier_crop(field, int(n / padding) // 2 * 2)
        field, pixel = sampling.pad(inner - inner[0].mean(), n), pixel
    after = contrast.seen(field, pixel, optics, show)
    transfer = fourier.display(ctf.ctf2(n, pixel, optics), n)
    agreement = float(np.corrcoef(field.ravel(), after.ravel())[0, 1])
    return beside(
        image(field, pixel, title="Object"),
        image(after, pixel, title=show.capitalize()),
        image(transfer, 1 / (n * pixel), title="CTF", colour="diverging", limits=(-1, 1), space="fourier"),
        readout("correlation with the object", agreement),
        readout("delocalised at 4 Å by", float(ctf.delocalisation(np.array([0.25]), optics)[0]), "Å"),
    )


@figure(
    "Thon rings at two magnifications",
    caption="CTF² as the camera's FFT shows it: the same optics, the same camera, two magnifications. The rim is Nyquist.",
    look_for="at the higher magnification more rings lie within Nyquist, each at a smaller part of it, where a camera still transfers. With astigmatism they are ellipses.",
    hide=("phase_shift", "cs_mm"),
    code=(ctf.ctf2,),
    play="defocus",
)
def thon_rings(optics: Optics = RINGS, pixel: Pixel = 6.0, ratio: Ratio = 3.0) -> Panels:
    """Power of the CTF on two pixel sizes."""
    n = 256
    pixels = (pixel, pixel / ratio)
    rings = [fourier.display(ctf.ctf2(n, p, optics) ** 2, n) for p in pixels]
    first = 1 / contrast.zero_length(replace(optics, astigmatism=0.0))
    return beside(
        *(
            image(r, 1 / (n * p), title=f"{p:.3g} Å a pixel", space="fourier", limits=(0, 1))
            for r, p in zip(rings, pixels, strict=True)
        ),
        *(readout(f"first dark ring, {p:.3g} Å", 200 * first * p, "% of Nyquist") for p in pixels),
    )


@figure(
    "Under- and overfocus",
    caption="The same protein as far below focus as above it, and both transfer functions.",
    look_for="underfocus: dark protein with a bright rim. Overfocus: bright protein with a dark rim. Far out both look alike but inverted.",
    code=(contrast.imaged,),
    play="distance",
)
def two_sides(distance: Signed = 12_000.0, amplitude_contrast: AmplitudeContrast = 0.1) -> Panels:
    """Images at +Δf and −Δf."""
    field, pixel = contrast.specimen_image("protein", 256)
    sides = [Optics(defocus=sign * distance, amplitude_contrast=amplitude_contrast, bfactor=20.0) for sign in (1, -1)]
    pictures = [contrast.imaged(field, pixel, o) for o in sides]
    s = np.linspace(1e-4, 0.15, 500)
    lines = (Line(ctf.ctf1(s, o), name) for o, name in zip(sides, ("underfocus", "overfocus"), strict=True))
    inner = [sampling.crop(p, 128) for p in pictures]
    return beside(
        image(inner[0], pixel, title="Underfocus"),
        image(inner[1], pixel, title="Overfocus"),
        curve(s, *lines, x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1, 1)),
    )


@figure(
    "A phase plate",
    caption="The transfer functions without and with a phase shift, at the same defocus.",
    look_for="at 90° the sine has become a cosine: contrast is full at s = 0, and the first zero moves out.",
    code=(ctf.ctf1,),
    play="phase_shift",
)
def phase_plate(phase_shift: PhaseShift = 90.0, defocus: Defocus = 5_000.0) -> Panels:
    """CTF with a phase plate."""
    s = np.linspace(1e-4, 0.25, 700)
    without, plate = (Optics(defocus=defocus, phase_shift=p) for p in (0.0, phase_shift))
    drawn = curve(
        s, Line(ctf.ctf1(s, plate), "with the plate"), Line(ctf.ctf1(s, without), "without", "faint"),
        x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1.05, 1.05),
    )  # fmt: skip
    start = float(ctf.ctf1(np.zeros(1), plate)[0])
    return beside(drawn, readout("first zero", contrast.zero_length(plate), "Å"), readout("CTF(0)", start))


@figure(
    "Which B is it?",
    caption="Amplitude left against frequency: from disorder of the atoms, from dose (critical exposure of Grant & Grigorieff 2015, 300 kV), and from everything else in one B.",
    look_for="they all fall like a Gaussian, more or less, and so one number serves for all. That is why they share a name.",
    code=(ctf.envelope,),
)
def envelopes(bfactor: BFactor = 60.0, displacement: Displacement = 0.6, dose: Dose = 20.0) -> Panels:
    """The several B-factors of cryo-EM on one axis."""
    s = np.linspace(1e-3, 0.5, 500)
    atoms = 8 * np.pi**2 * displacement**2
    critical = 0.24499 * s**-1.6649 + 2.8141
    damage = np.exp(-dose / (2 * critical))
    lines = (
        Line(ctf.envelope(s, bfactor), "the fitted B"),
        Line(ctf.envelope(s, atoms), "atoms that move"),
        Line(damage, "dose"),
        Line(ctf.envelope(s, bfactor + atoms) * damage, "all together", "dashed"),
    )
    drawn = curve(s, *lines, x="spatial frequency, 1/Å", y="amplitude left", y_limits=(0, 1.05))
    return beside(
        drawn,
        readout("1/e of the fitted B at", np.sqrt(bfactor) / 2, "Å"),
        readout("B of the atoms", atoms, "Å²", "8π²u²"),
        readout("left at 3 Å", float(np.interp(1 / 3, s, ctf.envelope(s, bfactor + atoms) * damage))),
    )


@figure(
    "A wrong amplitude contrast",
    caption="A power spectrum made with one amplitude contrast, and the best fit with another: the defocus takes up the difference.",
    look_for="the fit hardly gets worse, but the defocus is wrong. The data cannot tell the two apart: so w is not fitted.",
    code=(contrast.fitted_defocus,),
)
def amplitude_bench(true_w: AmplitudeContrast = 0.1, assumed: Assumed = 0.2, defocus: Defocus = 15_000.0) -> Panels:
    """Fit the defocus with a wrong w and see where it goes."""
    s = np.linspace(1 / 40, 1 / 6, 500)
    truth = Optics(defocus=defocus, amplitude_contrast=true_w, bfactor=60.0)
    data = contrast.power_curve(truth, s, noise=0.05, seed=3)
    found, residual = contrast.fitted_defocus(data, s, truth, assumed)
    best = replace(truth, defocus=found, amplitude_contrast=assumed)
    trials = np.linspace(0, 0.5, 11)
    bias = np.array([contrast.fitted_defocus(contrast.power_curve(truth, s), s, truth, w)[0] - defocus for w in trials])
    return beside(
        curve(
            s,
            Line(data, "spectrum", "points"),
            Line(ctf.ctf1(s, best) ** 2, "fit"),
            x="spatial frequency, 1/Å",
            y="power",
        ),
        curve(
            trials,
            Line(bias, "error of the fit"),
            x="assumed amplitude contrast",
            y="defocus error, Å",
            marks=(Mark(true_w, "true w"),),
        ),
        readout("defocus found", found, "Å"),
        readout("error", found - defocus, "Å"),
        readout("rms residual", residual),
        columns=2,
    )


@figure(
    "Correct before you cut, or after?",
    caption="A real micrograph (Falcon 3, 300 kV, 2.7 µm underfocus): phases flipped over the whole field and then cut out, and cut out first and then flipped.",
    look_for="the difference is largest at the edges: what belongs to this particle had been carried outside the box, and the neighbours' into it.",
    code=(contrast.corrected,),
    play="window",
)
def neighbours(window: Window = 128, defocus: Defocus = 27_000.0) -> Panels:
    """Delocalisation on a real micrograph: a small box does not hold its own particle."""
    whole = micrograph()
    optics = Optics(defocus=defocus, amplitude_contrast=0.07)
    flipped = contrast.corrected(whole.data[0], whole.pixel, optics, "phases flipped")
    first = sampling.crop(flipped, window)
    last = contrast.corrected(sampling.crop(whole.data[0], window), whole.pixel, optics, "phases flipped")
    limit = float(np.abs(first).max())
    ring = shells.radial_average((first - last) ** 2)
    return beside(
        image(first, whole.pixel, title="Flipped, then cut"),
        image(last, whole.pixel, title="Cut, then flipped"),
        image(first - last, whole.pixel, title="Difference", colour="diverging", limits=(-limit, limit)),
        readout("difference, middle of the box", float(np.sqrt(ring[1 : max(2, window // 8)].mean())), "sd"),
        readout("difference, at its edge", float(np.sqrt(ring[-max(2, window // 8) :].mean())), "sd"),
        readout("delocalised at 6 Å by", float(ctf.delocalisation(np.array([1 / 6]), optics)[0]), "Å"),
    )


@figure(
    "A hidden transfer function",
    caption="Dashed: a CTF with a hidden defocus and amplitude contrast. Solid: yours.",
    look_for="the first zero fixes the defocus; the value at s = 0 fixes the amplitude contrast.",
)
def hidden_ctf(defocus: Defocus = 10_000.0, amplitude_contrast: AmplitudeContrast = 0.3) -> Panels:
    """Match the dashed curve."""
    s = np.linspace(1e-4, 0.12, 500)
    yours = match_curve(defocus, amplitude_contrast)
    target = match_curve(HIDDEN.defocus, HIDDEN.amplitude_contrast)
    lines = (Line(yours, "yours"), Line(target, "hidden", "dashed"))
    return beside(curve(s, *lines, x="spatial frequency, 1/Å", y="contrast transfer", y_limits=(-1.05, 1.05)))


def match_curve(defocus: float, amplitude_contrast: float) -> contrast.Real:
    """The curve that the hidden target is compared on."""
    s = np.linspace(1e-4, 0.12, 500)
    return np.asarray(ctf.ctf1(s, Optics(defocus=defocus, amplitude_contrast=amplitude_contrast)))


SERVES = {
    "ctf_bench": ("M6.r1", "M6.r2", "M6.q6"),
    "before_after": ("M6.q1", "M6.q8", "M6.r2"),
    "thon_rings": ("M6.q3",),
    "two_sides": ("M6.q4",),
    "envelopes": ("M6.q5", "M6.q2"),
    "amplitude_bench": ("M6.q7",),
    "neighbours": ("M6.q8",),
}
