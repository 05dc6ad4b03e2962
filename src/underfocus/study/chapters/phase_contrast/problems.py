"""The problems of the chapter on phase contrast; every answer is computed."""

from __future__ import annotations

from functools import cache

import numpy as np

from ....base import units
from ....data.optics import Optics
from ....maths import sampling
from ....physics import ctf
from ....show import png
from ....show.specs import Image
from ...problems import Hint, Input, Problem
from . import contrast
from .figures import HIDDEN, match_curve

DEFOCI = (5_000.0, 10_000.0, 20_000.0)


def _fields(unit: str, *labels: str) -> tuple[Input, ...]:
    return tuple(Input(f"v{i}", label, unit) for i, label in enumerate(labels))


def _numbered(*values: float) -> dict[str, float]:
    return {f"v{i}": float(v) for i, v in enumerate(values)}


def _pure_zeros(factor: float = 1.0) -> dict[str, float]:
    return _numbered(*(contrast.zero_length(contrast.pure(d * factor)) for d in DEFOCI))


@cache
def _star_pictures() -> tuple[str, ...]:
    """A Siemens star imaged, blurred, sharpened and untouched, as pictures for a choice; the imaged one first."""
    star, pixel = contrast.specimen_image("Siemens star", 256)
    optics = Optics(defocus=15_000.0, bfactor=30.0)
    blurred = contrast.corrected(
        star, pixel, Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0, bfactor=1500.0), "phases flipped"
    )
    blur = Optics(defocus=0.0, cs_mm=0.0, amplitude_contrast=1.0, bfactor=1500.0)
    blurred = -contrast.imaged(star, pixel, blur)
    sharpened = star + 2 * (star - blurred)
    pictures = (contrast.imaged(star, pixel, optics), blurred, sharpened, star)
    words = ("rings of reversed contrast", "blurred towards the middle", "edges exaggerated", "unchanged")
    return tuple(
        f'<img src="{png.data_url(Image(sampling.bin(p, 2)))}" width="128" height="128" alt="star, {w}">'
        for p, w in zip(pictures, words, strict=True)
    )


def _non_relativistic(voltage_kv: float) -> float:
    """The wavelength that forgets relativity, Å: h/√(2 m e V)."""
    joule = voltage_kv * 1e3 * units.ELEMENTARY_CHARGE
    return float(units.PLANCK / np.sqrt(2 * units.ELECTRON_MASS * joule) / units.ANGSTROM)


PROBLEMS = (
    Problem(
        id="first-zero-pure",
        kind="number",
        title="Where is the first zero?",
        prompt="A pure phase object, no spherical aberration, 300 kV. At which length in Å does the CTF first vanish, for a defocus of "
        "0.5, 1 and 2 µm?",
        inputs=_fields("Å", "0.5 µm", "1 µm", "2 µm"),
        answer=_pure_zeros,
        hints=(
            Hint("That is where $\\gamma = \\pi/2$, the first maximum.", lambda: _pure_zeros(2.0)),
            Hint("The first zero has $\\gamma = \\pi$, so $\\lambda\\,\\Delta f\\,s^2 = 1$."),
        ),
        explanation="$d = \\sqrt{\\lambda\\,\\Delta f}$: 9.92, 14.03 and 19.84 Å. Four times the defocus is twice the length.",
        rests_on=("wavelength",),
        serves=("M6.r1",),
    ),
    Problem(
        id="first-zero-real",
        kind="number",
        title="And in a real microscope",
        prompt="The same at 300 kV with $C_s$ = 2.7 mm and amplitude contrast 0.1. Read it off the figure, or compute it.",
        inputs=_fields("Å", "0.5 µm", "1 µm", "2 µm"),
        answer=lambda: _numbered(*(contrast.zero_length(Optics(defocus=d)) for d in DEFOCI)),
        tolerance=0.005,
        hints=(
            Hint("These are the zeros without amplitude contrast: $\\arcsin w$ shifts them.", _pure_zeros),
            Hint("Now $\\gamma + \\arcsin w = \\pi$. Amplitude contrast moves the zero to longer lengths."),
        ),
        explanation="10.03, 14.24 and 20.16 Å. The first zero is a measure of defocus; $C_s$ hardly matters yet at these lengths.",
        rests_on=("wavelength",),
        serves=("M6.r1",),
    ),
    Problem(
        id="ctf-at-zero",
        kind="number",
        title="At no frequency at all",
        prompt="What is the CTF at $s = 0$, without a phase plate, with amplitude contrast 0.1? Protein is dark here.",
        answer=lambda: float(ctf.ctf1(np.zeros(1), Optics(amplitude_contrast=0.1))[0]),
        hints=(
            Hint("That is RELION's sign, with protein white. Here protein is dark.", lambda: 0.1),
            Hint("Only $\\arcsin w$ is left in the sine."),
        ),
        explanation="$-w = -0.1$: without defocus and plate only amplitude contrast is left, and it darkens.",
        rests_on=("gamma sign",),
        serves=("M6.r1", "M6.q7"),
    ),
    Problem(
        id="crossings",
        kind="number",
        title="How often does it cross zero?",
        prompt="300 kV, $C_s$ 2.7 mm, $w$ = 0.1: how many zero crossings lie between $s = 0$ and 3 Å, at 1 and at 2 µm?",
        inputs=_fields("", "1 µm", "2 µm"),
        answer=lambda: _numbered(
            contrast.crossings(Optics(defocus=10_000.0), 3.0), contrast.crossings(Optics(defocus=20_000.0), 3.0)
        ),
        tolerance=0.001,
        hints=(Hint("Count multiples of $\\pi$ that $\\gamma + \\arcsin w$ passes on its way to $s = 1/3$ 1/Å."),),
        explanation="20 and 42. At each crossing the contrast turns over: a map from uncorrected images would be nonsense beyond the first.",
        rests_on=("wavelength",),
        serves=("M6.r2",),
    ),
    Problem(
        id="delocalisation",
        kind="number",
        title="How far does it go?",
        prompt="Information at length $d$ is displaced by $\\lambda\\,\\Delta f\\,s - C_s \\lambda^3 s^3$. How far is it at 3 Å, for 0.5, 1, 2 and 3 µm?",
        inputs=_fields("Å", "0.5 µm", "1 µm", "2 µm", "3 µm"),
        answer=lambda: _numbered(
            *(ctf.delocalisation(np.array([1 / 3]), Optics(defocus=d))[0] for d in (5e3, 1e4, 2e4, 3e4))
        ),
        tolerance=0.02,
        hints=(
            Hint(
                "The $C_s$ term is missing: it brings some of it back.",
                lambda: _numbered(*(units.wavelength(300.0) * d / 3 for d in (5e3, 1e4, 2e4, 3e4))),
            ),
            Hint("$C_s$ = 2.7 mm is $2.7 \\times 10^7$ Å."),
        ),
        explanation="25, 58, 124 and 189 Å: to every side. A particle 150 Å wide at 2 µm fills 400 Å of image at 3 Å resolution.",
        rests_on=("wavelength",),
        serves=("M6.q8",),
    ),
    Problem(
        id="box",
        kind="number",
        title="A box large enough",
        prompt="To sample the CTF at least twice per oscillation, a box must be twice as wide as the displacement at its finest length. "
        "How wide, in Å, for 1 µm to 3 Å, 2 µm to 3 Å, and 2 µm to 2 Å?",
        inputs=_fields("Å", "1 µm, 3 Å", "2 µm, 3 Å", "2 µm, 2 Å"),
        answer=lambda: _numbered(
            *(contrast.smallest_box(Optics(defocus=d), length) for d, length in ((1e4, 3.0), (2e4, 3.0), (2e4, 2.0)))
        ),
        hints=(
            Hint(
                "Twice the displacement $\\lambda\\,\\Delta f\\,s - C_s\\lambda^3 s^3$; the particle's own width comes on top."
            ),
        ),
        explanation="116, 247 and 342 Å, and the particle's width besides. Boxes that are too small alias the CTF, and lose what "
        "was carried out of them.",
        rests_on=("wavelength",),
        serves=("M6.q8",),
    ),
    Problem(
        id="b-hundred",
        kind="number",
        title="B = 100 Å² at 5 Å",
        prompt="With amplitudes damped by $e^{-B s^2/4}$, which part of the amplitude is left at 5 Å for $B$ = 100 and for 50 Å²?",
        inputs=_fields("", "B = 100 Å²", "B = 50 Å²"),
        answer=lambda: _numbered(contrast.damped(5.0, 100.0), contrast.damped(5.0, 50.0)),
        hints=(
            Hint(
                "That is $e^{-B s^2}$, another convention; here it is $B/4$.",
                lambda: _numbered(contrast.damped(5.0, 100.0, 1.0), contrast.damped(5.0, 50.0, 1.0)),
            ),
            Hint("$s$ = 1/5 1/Å, so $s^2$ = 0.04 1/Å²."),
        ),
        explanation="$e^{-1}$ = 0.368, as the notes say, and 0.607. In the other convention, $e^{-B s^2}$, it would be 0.018: always ask "
        "which $B$ a program means.",
        rests_on=("bfactor",),
        serves=("M6.q6",),
    ),
    Problem(
        id="b-one-over-e",
        kind="number",
        title="Where is 1/e?",
        prompt="At which length in Å does $B$ = 100 Å² leave $1/e$ of the amplitude? Switch the figure's convention and see.",
        inputs=(Input("value", "length", "Å"),),
        answer=lambda: float(np.sqrt(100.0 / ctf.B_DIVISOR)),
        hints=(
            Hint("That is the answer for $e^{-B s^2}$.", lambda: 10.0),
            Hint("Put $B s^2/4 = 1$."),
        ),
        explanation="$d = \\sqrt{B}/2$ = 5 Å.",
        rests_on=("bfactor",),
        serves=("M6.q6",),
    ),
    Problem(
        id="b-typo",
        kind="choice",
        title="Find the slip in the sentence",
        prompt="The notes claim that $B$ = 100 Å² brings “5 Å$^{-1}$” down to $1/e$. What is meant?",
        options=(
            "the length 5 Å, that is $s$ = 0.2 1/Å: the unit lost its inverse",
            "$s$ = 5 1/Å, as it is printed",
            "5 nm, since $B$ may be in nm²",
            "$B$ = 1 Å² and $s$ = 5 1/Å",
        ),
        answer=lambda: int(
            np.argmin(
                [
                    abs(contrast.damped(d, b) - np.exp(-1))
                    for d, b in ((5.0, 100.0), (0.2, 100.0), (50.0, 100.0), (0.2, 1.0))
                ]
            )
        ),
        hints=(
            Hint("At $s$ = 5 1/Å, a fifth of an Å, $B$ = 100 Å² leaves $e^{-625}$.", lambda: 1),
            Hint("Put each into $e^{-B s^2/4}$."),
        ),
        explanation="At 5 Å, $e^{-100 \\cdot 0.04/4} = e^{-1}$. At $s$ = 5 1/Å nothing at all would be left.",
        serves=("M6.q6",),
    ),
    Problem(
        id="b-sign",
        kind="choice",
        title="A negative B",
        prompt="Equation 11 of the notes has $e^{-B s^2/4}$. What does $B = -80$ Å² do to a map?",
        options=(
            "it raises high frequencies: it sharpens, noise included",
            "it blurs",
            "it inverts the contrast",
            "nothing: only $B^2$ matters",
        ),
        answer=lambda: int(contrast.damped(4.0, -80.0) <= 1),
        hints=(
            Hint("A positive $B$ blurs. What does its negative do to the amplitude at 4 Å?", lambda: 1),
            Hint("Compute the factor at 4 Å: is it above one?"),
        ),
        explanation="The factor at 4 Å is $e^{+1.25}$ = 3.5. Microscope and motion give a positive $B$; sharpening a map gives it back "
        "with the other sign.",
        serves=("M6.q2",),
    ),
    Problem(
        id="b-names",
        kind="match",
        title="Which B is which?",
        prompt="Many things damp like a Gaussian. Match each with what happens.",
        items=(
            "atomic B of a model",
            "Debye–Waller factor",
            "the envelope of a micrograph",
            "B from a Rosenthal–Henderson plot",
            "sharpening B",
        ),
        options=(
            "each atom's mean square displacement, $8\\pi^2 u^2$",
            "thermal motion of a crystal's atoms, for which $B$ was named",
            "lens, beam and drift damp one image",
            "how particle number must grow with resolution",
            "a filter put onto a map, opposite in sign",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("Ask of each what moves, and what is averaged: atoms, images, or particles."),),
        explanation="All are convolutions with something nearly Gaussian, so all act as $e^{-B s^2/4}$ on amplitudes, and all inherited "
        "the letter of crystallography's factor. Their sum is what a map shows.",
        serves=("M6.q5",),
    ),
    Problem(
        id="signal-star",
        kind="choice",
        title="The signal star",
        prompt="Which picture is a Siemens star after the CTF has acted on it, at 1.5 µm underfocus?",
        options=_star_pictures(),
        answer=lambda: 0,
        hints=(
            Hint("That one only lost its fine detail: an envelope without a CTF.", lambda: 1),
            Hint("Near the middle the spokes are fine, further out coarse. Where does the CTF change sign?"),
        ),
        explanation="Along a circle the spokes have one period, and so one value of the CTF. Where it is negative the spokes swap, where it "
        "is zero they vanish: rings. The spoke's edge is not blurred but repeated.",
        serves=("M6.q1",),
    ),
    Problem(
        id="ring-fraction",
        kind="number",
        title="High magnification",
        prompt="The defocus is 1.5 µm (300 kV, $C_s$ 2.7 mm, $w$ 0.1). At which part of Nyquist, in per cent, lies the first zero "
        "with a pixel of 6 Å and with one of 1 Å? And how many FFT pixels from the middle, in a 512-pixel FFT?",
        inputs=(
            *(Input("coarse", "6 Å pixel", "% of Nyquist"), Input("fine", "1 Å pixel", "% of Nyquist")),
            *(Input("coarse_px", "6 Å pixel", "FFT pixels"), Input("fine_px", "1 Å pixel", "FFT pixels")),
        ),
        answer=lambda: {
            f"{name}{unit}": factor * pixel / contrast.zero_length(Optics(defocus=15_000.0))
            for name, pixel in (("coarse", 6.0), ("fine", 1.0))
            for unit, factor in (("", 200.0), ("_px", 512.0))
        },
        hints=(
            Hint(
                "Nyquist is $1/(2\\,\\mathrm{px})$; the zero stays where it is in 1/Å. One FFT pixel is $1/(512\\,\\mathrm{px})$."
            ),
        ),
        explanation="At 6 Å the first dark ring is at 69 % of Nyquist and hardly another fits; at 1 Å it is at 11 %, rings follow to the rim, "
        "and a camera transfers best where they are. In the phase, magnification stands in $s = k/(N\\,\\mathrm{px})$.",
        rests_on=("wavelength",),
        serves=("M6.q3",),
    ),
    Problem(
        id="under-over",
        kind="card",
        title="Below and above focus",
        prompt="Look at the two sides of focus in the figure. Say in words how you would tell them apart, and why they differ.",
        answer=lambda: (
            "Underfocused protein is dark with a bright fringe round it; overfocused protein is bright with a dark fringe. The phase "
            "$\\gamma$ changes sign with defocus, and so does $\\sin\\gamma$; only the amplitude contrast does not. So near focus the two are almost "
            "each other's negative, and $w$ is what breaks the symmetry: the zeros lie at other places. Over large boxes the fringe is "
            "the first sidelobe of the point spread. Underfocus is preferred since both contrasts then add. "
            "Source: the figure above; Wade 1992, Ultramicroscopy 46, 145."
        ),
        serves=("M6.q4",),
    ),
    Problem(
        id="wrong-w",
        kind="number",
        title="What a wrong w does to the defocus",
        prompt="A spectrum is made with $w$ = 0.1 at 1.5 µm and fitted, without noise, down to 4 Å with $w$ = 0.2 held fixed. By how "
        "many Å does the defocus come out wrong? (Fit it in the figure, or reason: which Δf moves the zeros as much?)",
        inputs=(Input("value", "error of the defocus", "Å"),),
        answer=lambda: contrast.defocus_bias(0.1, 0.2, Optics()),
        tolerance=0.15,
        hints=(
            Hint(
                "The size is right. Which way? More amplitude contrast adds phase, so less is left for the defocus.",
                lambda: -contrast.defocus_bias(0.1, 0.2, Optics()),
            ),
            Hint("The figure fits to 6 Å. A fit that reaches further has more rings to hold on to and misses by less."),
        ),
        explanation="About −44 Å. The fit is nearly as good as before: amplitude contrast and defocus, and a phase plate's shift even more, "
        "trade against each other. So $w$ is fixed, at 0.07 to 0.1 for protein in ice, and the same value used everywhere: an error in it is then mostly taken up.",
        rests_on=("wavelength",),
        serves=("M6.q7",),
    ),
    Problem(
        id="want-w",
        kind="card",
        title="Do you want more amplitude contrast?",
        prompt="Would you like a specimen with more amplitude contrast, or less? Why do so many programs not fit it, and what do you do if "
        "you do not know it?",
        answer=lambda: (
            "More of it would fill in the CTF near $s = 0$, where phase contrast is weakest, and make particles easier to see; but it "
            "comes from electrons lost to high angles or energies, that is from dose that damages without carrying fine detail. It is "
            "not fitted since it is nearly degenerate with defocus and phase shift (see the figure: the residual hardly moves). If it is "
            "unknown, take 0.07 (300 kV) to 0.1, keep it the same through the whole processing, and test another value once: if the "
            "map does not change, it did not matter. Source: the amplitude bench; Rohou & Grigorieff 2015, J. Struct. Biol. 192, 216."
        ),
        serves=("M6.q7",),
    ),
    Problem(
        id="plate-zero",
        kind="number",
        title="A 90° phase plate",
        prompt="At 0.5 µm (300 kV, $C_s$ = 0, no amplitude contrast) a phase plate adds 90°. Where is the first zero now?",
        inputs=(Input("value", "first zero", "Å"),),
        answer=lambda: contrast.zero_length(contrast.pure(5_000.0, phase_shift=90.0)),
        hints=(
            Hint("That is the zero without the plate.", lambda: contrast.zero_length(contrast.pure(5_000.0))),
            Hint(
                "Half of $\\pi$ is already there at $s = 0$: what remains is $\\pi\\lambda\\,\\Delta f\\,s^2 = \\pi/2$."
            ),
        ),
        explanation="$\\sqrt{2\\lambda\\,\\Delta f}$ = 14.03 Å, against 9.92 without. The plate starts the CTF at its maximum.",
        rests_on=("wavelength",),
        serves=("M6.r1",),
    ),
    Problem(
        id="other-voltage",
        kind="number",
        title="The same rings at 100 kV",
        prompt="Which defocus at 100 kV puts the zeros where 1 µm has them at 300 kV? ($C_s$ = 0)",
        inputs=(Input("value", "defocus", "µm"),),
        answer=lambda: contrast.matching_defocus(10_000.0, 300.0, 100.0) / 1e4,
        hints=(
            Hint(
                "The other way round: 100 kV has the longer wavelength.",
                lambda: contrast.matching_defocus(10_000.0, 100.0, 300.0) / 1e4,
            ),
            Hint("$\\lambda\\,\\Delta f$ must stay."),
        ),
        explanation="0.532 µm: the longer wave needs less defocus.",
        rests_on=("wavelength ratio",),
        serves=("M6.r1",),
    ),
    Problem(
        id="wavelength",
        kind="choice",
        title="A table with a mistake",
        prompt="A handout lists 0.0388, 0.0274 and 0.0224 Å for 100, 200 and 300 kV. What went wrong?",
        options=(
            "relativity was left out: it should be 0.0370, 0.0251 and 0.0197 Å",
            "the voltages are mislabelled",
            "nothing: they are right to the printed digits",
            "they are in nm",
        ),
        answer=lambda: (
            0 if abs(_non_relativistic(300.0) - 0.0224) < 5e-5 < abs(units.wavelength(300.0) - 0.0224) else 2
        ),
        hints=(
            Hint("At 300 kV an electron moves at 0.78 of the speed of light.", lambda: 2),
            Hint("Compute $h/\\sqrt{2 m e V}$ for 300 kV and compare."),
        ),
        explanation="$\\lambda = hc/\\sqrt{E(2mc^2 + E)}$. Without relativity the first zero at 1 µm and 300 kV would come out at 15.0 "
        "instead of 14.0 Å: a defocus wrong by 14 %.",
        rests_on=(),
        serves=("M6.r1",),
    ),
    Problem(
        id="pixel-bug",
        kind="choice",
        title="Spot the bug",
        prompt="A notebook draws a CTF and damps it. Which line makes its $B$ disagree with the text?\n\n"
        "```python\n"
        "n, pixel, B = 256, 1.4, 100.0          # 1: box, Å, Å²\n"
        "k = np.fft.fftfreq(n)                  # 2: frequency\n"
        "s2 = k[:, None]**2 + k[None, :]**2     # 3: squared\n"
        "damped = ctf * np.exp(-B * s2 / 4)     # 4: envelope\n"
        "```",
        options=(
            "line 2: without the pixel, the frequency is in cycles per pixel",
            "line 1: the box should be in Å",
            "line 3: the axes are added the wrong way",
            "line 4: $B$ should not be divided by 4",
        ),
        answer=lambda: int(not np.isclose(np.fft.fftfreq(256)[1] / 1.4, np.fft.fftfreq(256, 1.4)[1])),
        hints=(
            Hint("That is this study's convention, and the one of the notes.", lambda: 3),
            Hint("Which unit has `s2`? And which has `B`?"),
        ),
        explanation="`np.fft.fftfreq(n, pixel)` is meant. As it stands a pixel of 1 Å is assumed, and at 1.4 Å the envelope acts as if $B$ were "
        "$100/1.4^2$ = 51 Å². Always ask a plotted frequency for its unit.",
        serves=("M6.q6", "M6.r2"),
    ),
    Problem(
        id="match-ctf",
        kind="target",
        title="Find the hidden CTF",
        prompt="Turn defocus and amplitude contrast in the figure until your curve lies on the dashed one.",
        answer=lambda: {"defocus": HIDDEN.defocus, "amplitude_contrast": HIDDEN.amplitude_contrast},
        figure="hidden_ctf",
        draw=match_curve,
        hints=(
            Hint(
                "First the zeros, with the defocus; then the start, with the amplitude contrast; then the zeros again."
            ),
        ),
        explanation="This is what a CTF estimator does, with noise on the curve and a background under it.",
        serves=("M6.r2",),
    ),
    Problem(
        id="real-micrograph",
        kind="card",
        title="From a synthetic picture to a micrograph",
        prompt="The notebook puts a CTF onto a picture no larger than a particle. Which troubles would you have on a real micrograph? Use the "
        "figure on the real one.",
        answer=lambda: (
            "Information from a particle lies up to $\\lambda\\,\\Delta f\\,s$ around it: a tight box has lost part of it, and holds what its "
            "neighbours lost. A transform makes the picture periodic, so in a small box what leaves on one side comes back on the "
            "other; at the edge of the field it is simply not there. Besides, defocus varies over the field (tilt, height), there is "
            "noise, ice and a background, and the zeros are filled only by other images with other defoci. So: correct large, cut small; "
            "extract generous boxes; spread the defocus. There is no limit to how far out of focus an image can be taken, but the envelope "
            "and the box set one to what comes back."
        ),
        serves=("M6.q8",),
    ),
)
