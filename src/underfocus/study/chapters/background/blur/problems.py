"""The problems of the chapter on complex numbers and defocus; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.base import units
from underfocus.study.problems import Hint, Input, Problem

from .. import electron

PROBLEMS = (
    Problem(
        id="powers",
        kind="number",
        title="Turn and stretch",
        prompt="What is $(1+i)^8$? And how long is $e^{i\\pi/3} + 1$?",
        inputs=(Input("power", "$(1+i)^8$"), Input("length", "length")),
        answer=lambda: {"power": float(((1 + 1j) ** 8).real), "length": float(abs(np.exp(1j * np.pi / 3) + 1))},
        tolerance=0.001,
        hints=(
            Hint(
                "Two phasors of length 1 that are 60° apart do not add up to 2.", lambda: {"power": 16.0, "length": 2.0}
            ),
            Hint("$1+i$ has length $\\sqrt 2$ and turns by 45°: eight of them are a full turn."),
        ),
        explanation="$\\sqrt{2}^{\\,8} = 16$ after one whole turn. The two phasors make a rhombus, whose diagonal is $\\sqrt 3$.",
        serves=("M1.blur.r1", "M1.blur.r2"),
    ),
    Problem(
        id="focus-and-quarter",
        kind="number",
        title="In focus, and a quarter wave away",
        prompt="ε = 0.1. What is $|\\Psi|^2$ in focus, where $\\Psi = 1 + i\\varepsilon$? With the scattered wave turned by a further quarter, $1 + i\\varepsilon\\,i$? And turned back by one, $1 + i\\varepsilon\\,(-i)$?",
        inputs=(
            Input("focus", "in focus"),
            Input("ahead", "$1 + i\\varepsilon\\,i$"),
            Input("behind", "$1 + i\\varepsilon\\,(-i)$"),
        ),
        answer=lambda: {
            "focus": float(electron.exact(0.1, 0.0)),
            "ahead": float(electron.exact(0.1, np.pi / 2)),
            "behind": float(electron.exact(0.1, -np.pi / 2)),
        },
        tolerance=0.001,
        hints=(
            Hint("That leaves out ε².", lambda: {"focus": 1.0, "ahead": 0.8, "behind": 1.2}),
            Hint("Multiply out: $i \\cdot i = -1$, and then square the length."),
        ),
        explanation="1.01, 0.81 and 1.21. In focus nothing happens at first order: the 1 % is ε². A quarter wave makes it −19 % or +21 %: dark or bright.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="small-phase",
        kind="number",
        title="How good is 1 + iφ?",
        prompt="How far is $e^{i\\varphi}$ from $1 + i\\varphi$ for φ = 0.1, 0.3 and 1?",
        inputs=(Input("tenth", "φ = 0.1"), Input("third", "φ = 0.3"), Input("one", "φ = 1")),
        answer=lambda: {n: electron.linear_error(p) for n, p in (("tenth", 0.1), ("third", 0.3), ("one", 1.0))},
        hints=(
            Hint(
                "$\\varphi^2/2$ is a bound, and a close one for small φ; for φ = 1 it is not exact.",
                lambda: {"tenth": 0.005, "third": 0.045, "one": 0.5},
            ),
            Hint("The next term of the series is $-\\varphi^2/2$."),
        ),
        tolerance=0.003,
        explanation="0.0050, 0.0449 and 0.486. At 0.3 rad it is one part in twenty: about what 100 Å of protein do to a 300 kV electron.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="angles",
        kind="number",
        title="Small angles",
        prompt="Into which angle does a periodic detail of 3 Å send 300 kV electrons, and one of 10 Å? How fast are electrons of 100, 200 and 300 kV, in units of the speed of light?",
        inputs=(
            Input("fine", "3 Å", "mrad"),
            Input("coarse", "10 Å", "mrad"),
            Input("v100", "100 kV", "c"),
            Input("v200", "200 kV", "c"),
            Input("v300", "300 kV", "c"),
        ),
        answer=lambda: {
            "fine": electron.scattering_angle(3.0),
            "coarse": electron.scattering_angle(10.0),
            **{f"v{kv}": units.speed(float(kv)) for kv in (100, 200, 300)},
        },
        tolerance=0.005,
        hints=(
            Hint(
                "$\\lambda/d$, with λ = 0.0197 Å at 300 kV. For the speeds, $\\gamma = 1 + eV/m_0c^2$ and $m_0c^2$ = 511 keV."
            ),
        ),
        explanation="6.56 and 1.97 mrad: a third of a degree at most, which is why the small-angle approximation is safe. 0.548, 0.695 and 0.777 of the speed of light: relativity is not optional.",
        rests_on=("wavelength", "wavelength ratio"),
        serves=("M1.blur.q1", "M1.blur.r3"),
    ),
    Problem(
        id="quarter-defocus",
        kind="number",
        title="How much defocus is a quarter wave?",
        prompt="At 300 kV, without spherical aberration: which defocus gives a detail of 10 Å a phase of $\\chi = \\pi/2$?",
        inputs=(Input("value", "defocus", "Å"),),
        answer=lambda: electron.quarter_wave_defocus(10.0),
        hints=(
            Hint(
                "That gives $\\pi$: the first zero, and no contrast at all.",
                lambda: 2 * electron.quarter_wave_defocus(10.0),
            ),
            Hint("$\\chi = \\pi\\lambda\\,\\Delta f/d^2$."),
        ),
        explanation="$d^2/2\\lambda = 2540$ Å. Details of 20 Å need four times as much: one defocus cannot serve all of them, and that is the CTF.",
        rests_on=("wavelength", "wavelength ratio"),
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="fates",
        kind="match",
        title="What happened to the electron?",
        prompt="An electron leaves the specimen. Match what it met with where it goes, what it lost, and what becomes of it.",
        items=(
            "nothing at all",
            "the screened charge of a nucleus, passed at a distance",
            "a nucleus, passed closely",
            "the outer electrons of many atoms at once",
            "an inner electron, which it knocked out",
            "a nucleus that it pushed out of its place",
        ),
        options=(
            "angle 0, no loss: most electrons; the reference wave of the image",
            "some mrad, no loss: interferes with the reference wave and makes phase contrast",
            "tens of mrad or back, no loss to speak of: stopped by the aperture, missing from the image",
            "below a mrad, 10 to 40 eV: passes the aperture with a wrong wavelength, unless a filter takes it out",
            "some mrad, hundreds of eV: X-rays or Auger electrons follow, and a broken bond",
            "large angle, a few eV: the atom has gone; rare, and worse the lighter the atom",
        ),
        answer=lambda: (0, 1, 2, 3, 4, 5),
        hints=(
            Hint(
                "The closer it passes to a nucleus, the larger the angle; the more it loses, the less it can interfere with what did not."
            ),
        ),
        explanation="Small angle, elastic: the signal. Small angle, inelastic: a haze, three times as frequent for carbon, and most of the radiation damage. Large angle: lost to the image, seen by dark-field detectors. An electron can also scatter twice, which a thick specimen makes likely.",
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="fates-in-words",
        kind="card",
        title="Small angle, large angle, and the rest",
        prompt="In your own words: what physically happened to the specimen when an electron comes out at a small angle, and what when at a large one? What else can happen on the way through? Use the figure of angles for carbon at your voltage.",
        answer=lambda: (
            "At a small angle without loss: the electron passed an atom's screened potential at a distance, its phase was advanced, and nothing happened to the specimen but a momentum too small to notice. At a large angle: it came close to a nucleus and the atom took a kick; rarely, enough to leave. With a loss, mostly at very small angles: electrons of the specimen were excited (plasmons, 20 to 25 eV in ice and protein) or knocked out of inner shells, and the energy breaks bonds. "
            "Carbon does this about three times as often as it scatters elastically, and 95 % of it within 10 mrad. What else: several events in a row; excitation of phonons (0.02 eV, counted as elastic); X-rays and Auger electrons afterwards; secondary electrons, which do most of the chemistry. Cross-sections: Reimer & Kohl 2008, *Transmission Electron Microscopy*, chapter 5."
        ),
        serves=("M1.blur.q1",),
    ),
    Problem(
        id="zeros-in-practice",
        kind="card",
        title="Zeros that are not seen as zeros",
        prompt="At $\\chi = \\pi$ the contrast is zero. Look at the rings of a real micrograph's power spectrum: are they black there? Why not?",
        answer=lambda: (
            "They are grey. Under the rings lies a background that the lens did not make: shot noise (flat), inelastic scattering, the ice's own structure, read-out. Amplitude contrast moves the zeros without filling them; a spread of defocus in thickness, tilt, energy and along an astigmatic ring smears them; envelopes make the crests themselves sink towards the background. So fits subtract a background first, and what is zero is the signal, not the spectrum."
        ),
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="reading-complex",
        kind="card",
        title="After the first two readings",
        prompt="Why do people who work with waves write them as complex numbers, although no camera counts an imaginary electron? Name one thing that is harder with cosines.",
        answer=lambda: (
            "A wave has a strength and a place of its crests; a complex number holds both, and shifting, focusing or adding waves becomes multiplying and adding numbers. With cosines, the sum of two waves of one frequency needs the addition theorems every time; with phasors it is laying arrows end to end. The camera counts the squared length of the arrow, which is real; what it loses is the direction, and the whole of this course is about getting it back."
        ),
        serves=("M1.blur.r1", "M1.blur.r2"),
    ),
    Problem(
        id="own-defocus",
        kind="card",
        title="Your own data",
        prompt="Take the defocus range of a data set of yours and its voltage. Which lengths sit at a quarter wave at its two ends? Why would you not take all images at one defocus?",
        answer=lambda: (
            "$d = \\sqrt{2\\lambda\\,\\Delta f}$: at 300 kV, 1 µm puts 20 Å at a quarter wave, 2 µm 28 Å. At one defocus the same frequencies would be zero in every image; with a range, what one image misses the next one has. Low defocus keeps fine detail together and hides the particle from your eye; high defocus shows it and spreads fine detail over 100 Å and more (chapter *phase contrast*)."
        ),
        serves=("M1.blur.r3",),
    ),
)
