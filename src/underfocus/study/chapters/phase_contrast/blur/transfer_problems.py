"""Problems on the transfer function itself: zeros, signs, voltages, phase plates."""

from __future__ import annotations

import numpy as np

from underfocus.base import units
from underfocus.data.optics import Optics
from underfocus.physics import ctf
from underfocus.study.problems import Hint, Input, Problem

from .. import contrast
from ..numbers import fields, numbered
from .transfer_figures import HIDDEN, match_curve

DEFOCI = (5_000.0, 10_000.0, 20_000.0)


def _pure_zeros(factor: float = 1.0) -> dict[str, float]:
    return numbered(*(contrast.zero_length(contrast.pure(d * factor)) for d in DEFOCI))


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
        inputs=fields("Å", "0.5 µm", "1 µm", "2 µm"),
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
        inputs=fields("Å", "0.5 µm", "1 µm", "2 µm"),
        answer=lambda: numbered(*(contrast.zero_length(Optics(defocus=d)) for d in DEFOCI)),
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
        inputs=(Input("value", "CTF(0)"),),
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
        prompt="300 kV, $C_s$ 2.7 mm, $w$ = 0.1: how many zero crossings lie between $s = 0$ and 3 Å, at 1 and at 2 µm? And between "
        "$s = 0$ and 2 Å at 1 µm?",
        inputs=fields("", "1 µm, to 3 Å", "2 µm, to 3 Å", "1 µm, to 2 Å"),
        answer=lambda: numbered(
            *(
                contrast.crossings(Optics(defocus=d), length)
                for d, length in ((10_000.0, 3.0), (20_000.0, 3.0), (10_000.0, 2.0))
            )
        ),
        tolerance=0.001,
        hints=(Hint("Count multiples of $\\pi$ that $\\gamma + \\arcsin w$ passes on its way to $s = 1/3$ 1/Å."),),
        explanation="20, 42 and 42: what doubling the defocus costs, half as much again in resolution costs too. At each crossing the "
        "contrast turns over, so a map from uncorrected images would be nonsense beyond the first.",
        rests_on=("wavelength",),
        serves=("M6.r2",),
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
        id="match-ctf",
        kind="target",
        title="Find the hidden CTF",
        prompt="Defocus, astigmatism and amplitude contrast of the left half are hidden. Find them.",
        answer=lambda: {name: getattr(HIDDEN, name) for name in ("defocus", "astigmatism", "amplitude_contrast")},
        figure="hidden_ctf",
        draw=match_curve,
        hints=(
            Hint(
                "First the zeros along both axes, with the defocus; then what parts x from y, with the astigmatism; then the start, with "
                "the amplitude contrast; then the zeros again."
            ),
        ),
        explanation="This is what a CTF estimator does, with noise on the curve and a background under it. The defocus is the mean of "
        "the two axes, the astigmatism their whole difference, as RELION's U and V have it.",
        serves=("M6.r2",),
    ),
)
