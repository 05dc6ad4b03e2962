"""Problems about defocus: angles, speeds, the exact intensity, where Z enters; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.base import units
from underfocus.study.problems import Hint, Input, Problem

from .. import focus, phasors

VOLTAGES = (100.0, 200.0, 300.0)
#: A phase that a specimen adds, its potential above that of ice in V, and its thickness in Å, for the problem on Z.
LIMIT, POTENTIAL, THICK = 0.3, 3.0, 100.0


def _by_voltage(values: tuple[float, ...]) -> dict[str, float]:
    return {f"v{int(kv)}": value for kv, value in zip(VOLTAGES, values, strict=True)}


def _three() -> dict[str, float]:
    """|ψ|² in focus, and with the scattered wave a quarter of a turn on and back, for ε = 0.1."""
    turned = {"focus": 0.0, "on": np.pi / 2, "back": -np.pi / 2}
    return {name: float(focus.exact(0.1, chi)) for name, chi in turned.items()}


def _without_mass() -> dict[str, float]:
    """The speed as Newton would have it."""
    rest = units.ELECTRON_MASS * units.LIGHT_SPEED**2 / units.ELEMENTARY_CHARGE
    return _by_voltage(tuple(float(np.sqrt(2 * kv * 1e3 / rest)) for kv in VOLTAGES))


def _thickness() -> dict[str, float]:
    per_volt = units.interaction(300.0)
    return {"phase": per_volt * POTENTIAL * THICK, "thickness": LIMIT / (per_volt * POTENTIAL)}


ARROWS: tuple[Problem, ...] = (
    Problem(
        id="scattering-angle",
        kind="number",
        title="How far aside?",
        prompt="By which angle does detail of 3 Å scatter a 300 kV electron? And detail of 10 Å?",
        inputs=(Input("three", "3 Å", "mrad"), Input("ten", "10 Å", "mrad")),
        answer=lambda: {"three": focus.angle_of(3.0), "ten": focus.angle_of(10.0)},
        hints=(
            Hint(
                "In rad; a mrad is a thousandth of it.",
                lambda: {"three": focus.angle_of(3.0) / 1e3, "ten": focus.angle_of(10.0) / 1e3},
            ),
            Hint(
                "Bragg's angle is half of it. The beam is turned by twice that.",
                lambda: {"three": focus.angle_of(6.0), "ten": focus.angle_of(20.0)},
            ),
            Hint("$\\theta = \\lambda/d$, with $\\lambda$ = 0.0197 Å."),
        ),
        explanation="6.56 and 1.97 mrad: a third of a degree is a *large* angle in this trade. That is why a lens with terrible aberrations can still reach atoms.",
        rests_on=("wavelength",),
        serves=("M1.blur.r3", "M1.blur.q1"),
    ),
    Problem(
        id="speeds",
        kind="number",
        title="How fast?",
        prompt="Which part of the speed of light does an electron have at 100, 200 and 300 kV?",
        inputs=tuple(Input(f"v{int(kv)}", f"{kv:g} kV") for kv in VOLTAGES),
        answer=lambda: _by_voltage(tuple(units.speed(kv) for kv in VOLTAGES)),
        tolerance=2e-3,
        hints=(
            Hint("Newton's $\\tfrac12mv^2$: at 300 kV it says more than the speed of light.", _without_mass),
            Hint("$v/c = \\sqrt{1 - 1/\\gamma^2}$ with $\\gamma = 1 + E/511\\ \\mathrm{keV}$."),
        ),
        explanation="0.548, 0.695, 0.777. The third hundred kilovolts buy little speed; they go into mass. The wavelength still falls, since it follows the momentum.",
        serves=("M1.blur.r3",),
    ),
)
FOCUS: tuple[Problem, ...] = (
    Problem(
        id="in-focus",
        kind="number",
        title="Three counts",
        prompt="A detail scatters with $\\varepsilon = 0.1$. What does the camera count, over what it counts without specimen: in focus; with the scattered wave a "
        "quarter of a turn further, $i\\varepsilon \\cdot i$; and with it a quarter back, $i\\varepsilon \\cdot (-i)$?",
        inputs=(Input("focus", "in focus"), Input("on", "a quarter on"), Input("back", "a quarter back")),
        answer=_three,
        tolerance=1e-3,
        hints=(
            Hint(
                "These are lengths; the camera counts their squares.",
                lambda: {k: float(np.sqrt(v)) for k, v in _three().items()},
            ),
            Hint("First order alone, without $\\varepsilon^2$.", lambda: {"focus": 1.0, "on": 0.8, "back": 1.2}),
            Hint("On and back are exchanged: $i \\cdot i = -1$.", lambda: {"focus": 1.01, "on": 1.21, "back": 0.81}),
            Hint("$|1 + 0.1 i|^2$, $|1 - 0.1|^2$, $|1 + 0.1|^2$."),
        ),
        explanation="1.01, 0.81, 1.21. The same electrons are scattered in all three. In focus they change the count by 1 %, a quarter of a turn away by 20 %: contrast is a matter of angle. "
        "(Even that 1 % is owed to the straight step. A turn of the wave keeps its length, and in focus a pure phase leaves exactly nothing.)",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="quarter-wave",
        kind="number",
        title="The best defocus for one detail",
        prompt="Which underfocus gives a detail of 10 Å its first and largest contrast, $\\chi = \\pi/2$, at 300 kV and without spherical aberration?",
        inputs=(Input("value", "defocus", "Å"),),
        answer=lambda: focus.quarter(10.0),
        hints=(
            Hint("That is $\\chi = \\pi$, the first zero.", lambda: 2 * focus.quarter(10.0)),
            Hint("The length enters squared.", lambda: focus.quarter(10.0) / 10),
            Hint("$\\chi = \\pi\\lambda\\,\\Delta f/d^2$."),
        ),
        explanation="$d^2/(2\\lambda)$ = 2540 Å. It goes with the square: 20 Å wants 10 160 Å, and 3 Å only 229 Å. No defocus is best for all, which is what chapter 7.5 is about.",
        rests_on=("wavelength",),
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="exact-count",
        kind="formula",
        title="The count, exactly",
        prompt="Multiply out $|1 + i\\varepsilon e^{i\\chi}|^2$ and leave no complex number in it. Write `eps` and `chi`.",
        inputs=(Input("value", "|ψ|²"),),
        answer=lambda: focus.exact,
        hints=(
            Hint("First order; $\\varepsilon^2$ is missing.", lambda: lambda eps, chi: 1 - 2 * eps * np.sin(chi)),
            Hint(
                "The sign: at $\\chi = \\pi/2$ the scattered wave is $i \\cdot i\\varepsilon = -\\varepsilon$.",
                lambda: lambda eps, chi: 1 + 2 * eps * np.sin(chi) + eps**2,
            ),
            Hint("$ie^{i\\chi} = i\\cos\\chi - \\sin\\chi$: square the real part and the imaginary part."),
        ),
        explanation="$1 - 2\\varepsilon\\sin\\chi + \\varepsilon^2$. Two terms of first and second order; the first changes sign with defocus, the second never does.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="count-code",
        kind="code",
        title="A camera in three lines",
        prompt="Write `count(eps, defocus, d, wavelength)`: the exact $|\\psi|^2$ at the crest of a detail of `d` Å, for an underfocus in Å and no spherical aberration. "
        "Complex numbers are built into Python: `1j`, `abs`, and `cmath.exp`.",
        entry="count",
        starter="import cmath\n\ndef count(eps, defocus, d, wavelength):\n    chi = 0.0  # by how much defocus turns the scattered wave\n    return abs(1 + 1j * eps) ** 2\n",
        answer=lambda: focus.intensity,
        trials=lambda: [
            (0.1, 2540.0, 10.0, 0.019687),
            (0.3, -8000.0, 7.0, 0.019687),
            (0.05, 12_000.0, 25.0, 0.0370),
            (0.5, 0.0, 10.0, 0.0251),
        ],
        tolerance=1e-9,
        hints=(Hint("$\\chi = \\pi\\lambda\\,\\Delta f/d^2$, and it turns the scattered wave alone, not the beam."),),
        explanation="With a sum over all details in place of one, this is a simulator of images. The one in `underfocus simulate` keeps the first order only.",
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="thickness",
        kind="number",
        title="Where the atoms come in",
        prompt=f"A specimen adds the phase $\\varphi = \\sigma V t$. Take protein to be {POTENTIAL:g} V above the ice around it. What phase do {THICK:g} Å of it add at 300 kV, and "
        f"how thick may it be before φ is {LIMIT:g} rad?",
        inputs=(Input("phase", "phase", "rad"), Input("thickness", "thickness", "Å")),
        answer=_thickness,
        hints=(
            Hint(
                "In degrees, and the thickness for 0.3 degrees? σ is in rad/(V Å).",
                lambda: {
                    "phase": float(np.rad2deg(_thickness()["phase"])),
                    "thickness": float(np.deg2rad(_thickness()["thickness"])),
                },
            ),
            Hint("$\\sigma = 6.526 \\cdot 10^{-4}$ rad/(V Å) at 300 kV."),
        ),
        explanation="0.196 rad, and 153 Å: the width of a small virus's shell, or of a ribosome's middle. The atomic number is in $V$ and nowhere else: $V$ is the sum of the "
        "potentials of all atoms.",
        rests_on=("wavelength",),
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="zeros-and-z",
        kind="card",
        title="Two questions after the lecture",
        prompt="The CTF touches zero again and again. Why do you hardly ever *see* a zero in a power spectrum as a place where nothing is? And at which point of the "
        "mathematics does it matter whether an atom is carbon or gold?",
        answer=lambda: (
            "**Zeros.** A spectrum is signal times CTF² *plus* the noise of counting, which has no zeros: the valleys stop at a floor. Electrons that lost energy, and those scattered twice, "
            "add a smooth background. The envelope makes the hills so low that nothing tells them from valleys. And where a real specimen absorbs a little, the zeros do not vanish but move, since $-\\sin\\chi$ "
            "becomes $-\\sin(\\chi + \\arcsin w)$; thickness and a mean over defoci blur them. At the zeros themselves no signal is left, and only pictures with another defocus can bring it. "
            f"**Atomic number.** In the potential: $\\varphi = \\sigma\\int V\\,dz$ with σ = {1e4 * units.interaction(300.0):.3f} · 10⁻⁴ rad/(V Å) at 300 kV, and $V$ the sum of "
            "what all atoms add. The phase grows a little more slowly than Z, as screening makes heavy atoms smaller. From there on, ε is all that the "
            f"image knows of the elements; for heavy atoms ε is not small (at 1 rad the straight step is off by {phasors.straight_error(1.0):.2f}), and losses to high angles, which grow with nearly Z², come in as "
            "amplitude contrast."
        ),
        serves=("M1.blur.r3",),
    ),
    Problem(
        id="own-defocus",
        kind="card",
        title="Your own micrograph",
        prompt="Take the micrograph with the smallest defocus and the one with the largest that you have. Write down both defoci and what you expect: in which one do you see particles by eye, and "
        "which detail has $\\chi = \\pi/2$ in each? Then look.",
        answer=lambda: (
            f"$d = \\sqrt{{2\\lambda\\,\\Delta f}}$ has the first maximum: at 300 kV {float(np.sqrt(2 * units.wavelength(300.0) * 5e3)):.0f} Å for 5000 Å and "
            f"{float(np.sqrt(2 * units.wavelength(300.0) * 3e4)):.0f} Å for 30 000 Å. All longer lengths are weaker, and a particle of 100 Å is mostly longer lengths: hence it shows in the second and hides in "
            "the first, although the first has the better fine detail. `underfocus inspect` prints the defocus of a STAR file; positive is underfocus here as in RELION. If your defoci are all alike, so are the zeros, and nothing fills them."
        ),
        serves=("M1.blur.r3",),
    ),
)
PROBLEMS = ARROWS + FOCUS
