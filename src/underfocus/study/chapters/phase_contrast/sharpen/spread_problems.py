"""Problems about how much defocus a tilt and a thickness spread, and what that costs."""

from __future__ import annotations

import numpy as np

from underfocus.physics import thickness, tilt
from underfocus.study.problems import Hint, Input, Problem

from .. import tilting
from ..numbers import fields, numbered

ANGLES = (15.0, 30.0, 40.0, 60.0)
DEGREES = tuple(f"{angle:g}°" for angle in ANGLES)


def _strips() -> dict[str, float]:
    return numbered(
        tilt.tolerance(3.0, 300.0),
        tilt.tolerance(4.0, 300.0),
        tilt.half_width(3.0, 300.0, 30.0),
        tilt.strips_needed(4096, 3.0, 300.0, 30.0),
    )


def _patch() -> dict[str, float]:
    spread = tilt.spread(512, 30.0)
    return numbered(spread, float(thickness.damping(1 / 3, spread, 300.0)))


PROBLEMS = (
    Problem(
        id="defocus-spread",
        kind="number",
        title="How much defocus is in one picture?",
        prompt="A field of 4096 Å, the tilt axis along one edge. By how much does the defocus differ between the two edges across it, at 15°, 30°, 40° and 60°?",
        inputs=fields("Å", *DEGREES),
        answer=lambda: numbered(*(tilt.spread(4096, angle) for angle in ANGLES)),
        tolerance=0.002,
        hints=(
            Hint("That is how far an edge of the *specimen* is lifted for 4096 Å along its own surface. The field is measured in the image, which is foreshortened.", lambda: [4096 * np.sin(np.radians(a)) for a in ANGLES]),
            Hint("The middle of the field is at the set defocus; the question is from edge to edge.", lambda: [tilt.spread(2048, a) for a in ANGLES]),
            Hint("In the image, height over distance is $\\tan\\theta$."),
        ),
        explanation="$4096\\,\\tan\\theta$: 1098, 2365, 3437 and 7094 Å. At 60° one picture holds nearly the whole range that a session without tilt spreads its micrographs over on purpose.",
        serves=("M7.r1",),
    ),
    Problem(
        id="longer-way",
        kind="number",
        title="And how much ice?",
        prompt="By which factor is the beam's way through the ice longer at 15°, 30°, 40° and 60°?",
        inputs=fields("×", *DEGREES),
        answer=lambda: numbered(*(tilt.path_factor(angle) for angle in ANGLES)),
        tolerance=0.001,
        hints=(
            Hint("Upside down: the way gets longer.", lambda: [float(np.cos(np.radians(a))) for a in ANGLES]),
            Hint("The beam is the hypotenuse; the thickness is the side next to the angle."),
        ),
        explanation="$1/\\cos\\theta$: 1.035, 1.155, 1.305, 2.0. At 60° 1000 Å of ice are 2000, about half a mean free path: what a tilt takes in electrons no correction gives back.",
        serves=("M7.r1",),
    ),
    Problem(
        id="strips",
        kind="number",
        title="How many strips?",
        prompt="Let the phase $\\gamma$ be wrong by $\\pi/4$ at most. Which error of the defocus may then be made at 3 Å, and which at 4 Å (300 kV)? At a tilt of 30°, how far to either side of its middle line may a strip reach for 3 Å, "
        "and how many such strips does a field of 4096 Å take?",
        inputs=(
            Input("v0", "defocus, 3 Å", "Å"),
            Input("v1", "defocus, 4 Å", "Å"),
            Input("v2", "±, across the axis", "Å"),
            Input("v3", "strips"),
        ),
        answer=_strips,
        hints=(
            Hint("Half as many would do if a strip might reach so far in all. It reaches so far to *either* side.", lambda: [*list(_strips().values())[:3], 21.0]),
            Hint("$\\pi\\lambda\\,|\\delta f|\\,s^2 = \\pi/4$, so $|\\delta f| = d^2/4\\lambda$; across the axis divide by $\\tan\\theta$, and count strips of twice that width."),
        ),
        explanation="114 and 203 Å; ± 198 Å, so 397 Å a strip and 11 strips. With $d^2$ the count falls fast: at 6 Å three do. The limit is the finest detail's, not the contrast's.",
        rests_on=("wavelength",),
        serves=("M7.r3", "M7.r1"),
    ),
    Problem(
        id="patch",
        kind="number",
        title="A patch with one defocus",
        prompt="A patch of 512 Å in a field at 30° is given one defocus, that of its middle. How much defocus does it span? Averaged over the patch, which part of the true contrast at 3 Å is left after its sign was corrected as in the middle?",
        inputs=(Input("v0", "spread", "Å"), Input("v1", "left at 3 Å")),
        answer=_patch,
        tolerance=0.002,
        hints=(
            Hint("The argument of the sinc has a half: $\\tfrac12\\lambda\\,\\delta f\\,s^2$. Without it that is the rings of independent layers.", lambda: [tilt.spread(512, 30.0), float(thickness.modulation(1 / 3, tilt.spread(512, 30.0), 300.0))]),
            Hint("Average $\\cos(\\pi\\lambda\\,\\delta f\\,s^2)$ over the patch: a sinc, as for layers."),
        ),
        explanation="296 Å, and 0.837. Not a disaster: patches are how most programs treat tilts. But it is a loss at every patch's edge, it comes on top of the B-factor, and it is only an average; at its very edges 0.53 is left.",
        rests_on=("wavelength",),
        serves=("M7.r3",),
    ),
    Problem(
        id="thick-damping",
        kind="number",
        title="Thick specimens damp themselves",
        prompt="An object goes through the ice along the beam. Which part of its amplitude at 3 Å is left for thicknesses of 300 and 500 Å, if one defocus is used for all of it (300 kV)?",
        inputs=fields("", "300 Å", "500 Å"),
        answer=lambda: numbered(*(float(thickness.damping(1 / 3, t, 300.0)) for t in (300.0, 500.0))),
        tolerance=0.002,
        hints=(
            Hint("That is the fate of the rings of ice, whose layers are independent. An object's own layers add as amplitudes.", lambda: [float(thickness.modulation(1 / 3, t, 300.0)) for t in (300.0, 500.0)]),
            Hint("$\\mathrm{sinc}(\\tfrac12\\lambda t s^2)$ with $\\mathrm{sinc}\\,x = \\sin \\pi x / \\pi x$."),
        ),
        explanation="0.832 and 0.576. For 500 Å that is what a B-factor of 20 Å² does at 3 Å, and it is in no B-factor table: it is the depth of field. Chapter M9 computes it slice by slice.",
        rests_on=("wavelength",),
        serves=("M7.r2",),
    ),
    Problem(
        id="band-shift",
        kind="formula",
        title="How far do the bands part?",
        prompt="By how much is each side band shifted, in 1/Å, for the frequency $s$, wavelength $\\lambda$ and tilt $\\theta$? Write `s`, `l` for $\\lambda$, and `t` for $\\theta$ in radians.",
        inputs=(Input("sigma", "$\\sigma =$"),),
        answer=lambda: lambda s, l, t: 0.5 * l * s**2 * np.tan(t),
        hints=(
            Hint("That is the distance between the two. Each moves by half of it.", lambda: lambda s, l, t: l * s**2 * np.tan(t)),
            Hint("A phase $2\\pi\\sigma x$ must equal $\\pi\\lambda s^2\\, x\\tan\\theta$."),
        ),
        explanation="$\\tfrac12\\lambda s^2\\tan\\theta$, across the tilt axis. Quadratic in $s$: the two spectra are bent apart like two sheets of paper. Ewald's sphere has that curvature, and its mirror image the opposite one.",
        serves=("M7.r1",),
    ),
    Problem(
        id="beat",
        kind="number",
        title="Where detail fades",
        prompt="At a tilt of 45° and 300 kV, how far is it across the axis from one line where detail of 4 Å is not transferred to the next? And for 8 Å?",
        inputs=fields("Å", "4 Å", "8 Å"),
        answer=lambda: numbered(tilting.beat(4.0, 45.0), tilting.beat(8.0, 45.0)),
        hints=(
            Hint("Half or twice of it: a sine is zero twice a period, and $\\gamma$ must grow by $\\pi$.", lambda: [2 * tilting.beat(d, 45.0) for d in (4.0, 8.0)]),
            Hint("$\\pi\\lambda s^2\\tan\\theta\\; x = \\pi$."),
        ),
        explanation="$d^2/(\\lambda\\tan\\theta)$: 813 and 3251 Å. One over twice the shift of the bands, as beats have it. In a tilted picture every frequency is somewhere missing and nowhere missing altogether: averaged over the field, the zeros are filled.",
        rests_on=("wavelength",),
        serves=("M7.r1",),
    ),
)  # fmt: skip
