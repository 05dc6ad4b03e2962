"""Ten questions on electrons as waves, and on what happens to the sample on its way to an image."""

from __future__ import annotations

import numpy as np

from ...base import units
from ..problems import Problem
from .items import choose, number


def items() -> tuple[Problem, ...]:
    """The self-test: the electron first, the sample after it."""
    return (*_waves(), *_electrons(), *_sample())


def _waves() -> tuple[Problem, ...]:
    return (
        number(
            "path",
            "Path and phase",
            "One of two equal waves travels a quarter of a wavelength further. By which phase do they differ?",
            lambda: float(2 * np.pi / 4),
            unit="rad",
            hint="A whole wavelength is a phase of $2\\pi$.",
            why="$\\pi/2 = 1.571$ rad.",
        ),
        number(
            "interference",
            "Interference",
            "A wave of amplitude 1 meets a scattered wave of amplitude 0.1, in step. What is the intensity?",
            lambda: float(abs(1 + 0.1) ** 2),
            hint="Amplitudes add first; the intensity is the square of the sum.",
            why="$1.1^2 = 1.21$. Were intensities to add, it would be 1.01: interference is where contrast comes from.",
        ),
        number(
            "detect",
            "A probability",
            "At a pixel the wave function of an electron is $\\psi = (1 + i)/2$ (normalised over all pixels). What is "
            "the probability that it is found there?",
            lambda: float(abs((1 + 1j) / 2) ** 2),
            hint="The probability is $|\\psi|^2 = \\psi\\,\\psi^*$.",
            why="$(1^2 + 1^2)/4 = 0.5$.",
        ),
    )


def _electrons() -> tuple[Problem, ...]:
    return (
        number(
            "wavelength",
            "The electron's wavelength",
            "An electron accelerated by 300 kV has a momentum of $3.366 \\times 10^{-22}$ kg m/s. What is its "
            "wavelength? ($h = 6.626 \\times 10^{-34}$ J s)",
            lambda: float(units.wavelength(300.0)),
            unit="Å",
            hint="De Broglie: $\\lambda = h/p$; 1 Å is $10^{-10}$ m.",
            why="$1.969 \\times 10^{-12}$ m, or 0.0197 Å: a hundred times shorter than the detail it resolves. The "
            "lenses set the limit, not the wavelength.",
        ),
        number(
            "speed",
            "Nearly light",
            "The total energy of a 300 keV electron is 1.587 times its rest energy, so $1/\\sqrt{1 - v^2/c^2} = "
            "1.587$. What is $v/c$?",
            lambda: units.speed(300.0),
            hint="Square both sides and solve for $v/c$.",
            why="$\\sqrt{1 - 1/1.587^2} = 0.777$: relativity is not a small correction here.",
        ),
        number(
            "dose",
            "Counting the dose",
            "The exposure is 40 electrons per Å² and a pixel is 1.2 Å wide. How many electrons meet a pixel?",
            lambda: 40 * 1.2**2,
            unit="electrons",
            hint="Multiply by the area of a pixel.",
            why="$40 \\cdot 1.44 = 57.6$.",
        ),
        choose(
            "elastic",
            "Two kinds of scattering",
            "Which electrons carry most of the high-resolution contrast of a cryo-EM image?",
            (
                "those scattered elastically, which interfere with the unscattered wave",
                "those scattered inelastically, which lost some energy",
                "those absorbed by heavy atoms",
                "those knocked out of the specimen",
            ),
            hint="Interference needs waves that stay in step.",
            why="Elastic scattering keeps the energy, and so the wave stays in step with the unscattered one. "
            "Electrons that lost energy add background and damage.",
        ),
    )


def _sample() -> tuple[Problem, ...]:
    return (
        choose(
            "solution",
            "At room temperature",
            "What do molecules of a protein do in solution at room temperature, just before they are frozen?",
            (
                "They tumble, drift and change shape; freezing keeps a snapshot of each",
                "They rest in one orientation and one shape",
                "They are arranged as in a crystal",
                "They unfold, and refold in the ice",
            ),
            hint="Thermal energy moves everything of that size.",
            why="Each image shows one molecule in one orientation and one conformation: hence the many poses, and "
            "hence heterogeneity.",
        ),
        choose(
            "vitreous",
            "Vitrification",
            "Why is a grid plunged into liquid ethane so fast?",
            (
                "So that water becomes a glass before it has time to crystallise",
                "So that the protein crystallises",
                "So that the ice grows thick enough to protect the protein",
                "So that the water evaporates",
            ),
            hint="What would crystals of ice do to a molecule, and to a diffraction pattern?",
            why="Crystals would push molecules aside and scatter strongly; vitreous ice holds them as they were in "
            "water.",
        ),
        choose(
            "damage",
            "In the beam",
            "What limits the number of electrons that can be used for one image?",
            (
                "Inelastic scattering breaks bonds, finest detail first",
                "The detector wears out",
                "The ice melts at once",
                "Elastic scattering turns the molecule round",
            ),
            hint="Think of what an electron that loses energy leaves behind.",
            why="Radiation damage. The high-resolution signal fades after a few electrons per Å²; coarse features "
            "last longer.",
        ),
    )
