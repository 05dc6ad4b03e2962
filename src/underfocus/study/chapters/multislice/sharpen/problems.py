"""The problems of the chapter on multislice; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.base import units
from underfocus.physics import ewald
from underfocus.study.problems import Hint, Input, Problem

from .. import depth


def _ratio() -> float:
    """Second over first term of e^{iφ} at φ = 0.1, from the exponential itself."""
    phi = 0.1
    return float(abs(np.exp(1j * phi) - 1 - 1j * phi) / phi)


PROBLEMS = (
    Problem(
        id="interaction",
        kind="number",
        title="From volts to radians",
        prompt="What is the interaction parameter $\\sigma$ at 100, 200 and 300 kV? And by which phase do 100 Å of ice of 3.5 V advance a wave at 300 kV?",
        inputs=(
            Input("at100", "σ at 100 kV", "mrad/(V Å)"),
            Input("at200", "σ at 200 kV", "mrad/(V Å)"),
            Input("at300", "σ at 300 kV", "mrad/(V Å)"),
            Input("ice", "phase of the ice", "rad"),
        ),
        answer=lambda: {
            **{f"at{v}": 1e3 * float(units.interaction(float(v))) for v in (100, 200, 300)},
            "ice": depth.ice_phase(3.5, 100.0),
        },
        tolerance=2e-3,
        hints=(
            Hint("$\\sigma = 2\\pi m e \\lambda / h^2$ with the moving electron's mass $m = \\gamma m_0$."),
            Hint(
                "That leaves relativity out of the mass.",
                lambda: {
                    **{
                        f"at{v}": 1e3 * float(units.interaction(float(v))) * np.sqrt(1 - units.speed(float(v)) ** 2)
                        for v in (100, 200, 300)
                    },
                    "ice": depth.ice_phase(3.5, 100.0) * np.sqrt(1 - units.speed(300.0) ** 2),
                },
            ),
        ),
        explanation="0.924, 0.729 and 0.653 mrad/(V Å); the ice adds 0.228 rad. The mean of it shifts all pixels alike and is never seen: what is seen is the difference of "
        "protein and ice.",
        rests_on=("wavelength",),
        serves=("M9.r4",),
    ),
    Problem(
        id="second-term",
        kind="number",
        title="The second term",
        prompt="How large is the quadratic term of $e^{i\\varphi}$ against the linear one at $\\varphi = 0.1$?",
        inputs=(Input("value", "ratio"),),
        answer=_ratio,
        tolerance=0.01,
        hints=(
            Hint("$\\varphi^2/2$ over $\\varphi$."),
            Hint("That is $\\varphi$ itself: there is a 2 in the exponential.", lambda: 0.1),
        ),
        explanation="$\\varphi/2 = 0.05$. It is in quadrature with the linear term, so that the image of a phase object in focus stays dark; defocus mixes the two.",
        serves=("M9.q5", "M9.r1"),
    ),
    Problem(
        id="phase-plate",
        kind="number",
        title="A perfect phase plate, exactly",
        prompt="A phase object of $\\varphi = 0.3$ is seen through an ideal quarter-wave plate. Linear theory gives a contrast of $\\pm 2\\varphi = \\pm 0.6$. What does the exact "
        "$|e^{i\\varphi} - 1 + e^{\\pm i\\pi/2}|^2 - 1$ give for the two signs?",
        inputs=(Input("plus", "with +i"), Input("minus", "with −i")),
        answer=lambda: {"plus": depth.phase_plate(0.3, 1), "minus": depth.phase_plate(0.3, -1)},
        tolerance=2e-3,
        hints=(
            Hint("That is linear.", lambda: {"plus": 0.6, "minus": -0.6}),
            Hint("Real part $\\cos\\varphi - 1$, imaginary part $\\sin\\varphi \\pm 1$; square and add."),
        ),
        explanation="+0.680 and −0.502. The second order adds to both: bright contrast grows, dark contrast shrinks. With a real lens that mixes both signs over frequencies this is the "
        "brightening that the figure calls second order.",
        serves=("M9.q2", "M9.r2"),
    ),
    Problem(
        id="slice-phase",
        kind="number",
        title="Free space",
        prompt="By which phase does Fresnel propagation turn a wave of 2 Å across a slice of 10 Å at 300 kV? And one of 3 Å across 250 Å?",
        inputs=(Input("slice", "a slice", "rad"), Input("half", "half of 500 Å", "rad")),
        answer=lambda: {"slice": depth.fresnel(10.0, 2.0), "half": depth.fresnel(250.0, 3.0)},
        tolerance=5e-3,
        hints=(Hint("$\\pi\\lambda\\,\\Delta z\\,s^2$ with $s = 1/d$."),),
        explanation="0.155 and 1.72 rad. A slice of 10 Å is thin for anything one hopes to see; half a micrometre-thick lamella is not.",
        rests_on=("wavelength",),
        serves=("M9.r4", "M9.r5"),
    ),
    Problem(
        id="depth-of-field",
        kind="number",
        title="Depth of field",
        prompt="At which thickness are the two faces of a specimen each $\\pi/2$ of phase away from its middle, at 2 Å and at 3 Å (300 kV)?",
        inputs=(Input("two", "at 2 Å", "Å"), Input("three", "at 3 Å", "Å")),
        answer=lambda: {"two": ewald.depth_of_field(2.0, 300.0), "three": ewald.depth_of_field(3.0, 300.0)},
        tolerance=5e-3,
        hints=(
            Hint("$\\pi\\lambda (t/2) s^2 = \\pi/2$."),
            Hint(
                "Half of it: the middle is in focus, and each face is $t/2$ away.",
                lambda: {"two": ewald.depth_of_field(2.0, 300.0) / 2, "three": ewald.depth_of_field(3.0, 300.0) / 2},
            ),
        ),
        explanation="$d^2/\\lambda$: 203 and 457 Å. A ribosome of 250 Å at 2 Å is beyond it: either the Ewald sphere is taken into account or its far side is out of focus.",
        rests_on=("wavelength",),
        serves=("M9.r4", "M9.q5"),
    ),
    Problem(
        id="square-pixel",
        kind="number",
        title="A square pixel",
        prompt="What is the MTF of a perfect square pixel at Nyquist along an axis, and in the corner of the Fourier plane, where both axes are at Nyquist?",
        inputs=(Input("axis", "on the axis"), Input("corner", "in the corner")),
        answer=lambda: {"axis": float(depth.square_mtf(0.5, 0.0)), "corner": float(depth.square_mtf(0.5, 0.5))},
        tolerance=2e-3,
        hints=(Hint("$\\mathrm{sinc}(s_x)\\,\\mathrm{sinc}(s_y)$ with $\\mathrm{sinc}\\,x = \\sin \\pi x/\\pi x$."),),
        explanation="$2/\\pi = 0.637$ and $0.405$. The corner is $\\sqrt2$ further out; at that radius along an axis (beyond Nyquist, if there were such a sample) the sinc would be 0.358. "
        "One curve of the radius cannot be all of it.",
        serves=("M9.q1", "M9.r3"),
    ),
    Problem(
        id="counting-dqe",
        kind="formula",
        title="The DQE of a pixel that counts",
        prompt="Write the DQE at one frequency of an ideal counting camera with the transfer `M` and a normalised noise power `N` (1 for white noise).",
        inputs=(Input("dqe", "DQE"),),
        answer=lambda: lambda M, N: M**2 / N,
        hints=(
            Hint("The signal's power is the square of its transfer.", lambda: lambda M, N: M / N),
            Hint("It compares signal over noise after the camera with that before, both as powers."),
        ),
        explanation="$\\mathrm{DQE} = \\mathrm{MTF}^2/\\mathrm{NNPS}$. A square pixel that counts has white noise, so its DQE at Nyquist on an axis is $0.637^2 = 0.405$, the best any pixel of that size can do.",
        serves=("M9.q1", "M9.r2"),
    ),
    Problem(
        id="next-pixel",
        kind="number",
        title="What the next pixel knows",
        prompt="White noise passes a point spread of [1, 2, 1]/4 along a line. How strongly do neighbouring pixels correlate?",
        inputs=(Input("value", "correlation"),),
        answer=lambda: depth.neighbours(np.array([1.0, 2.0, 1.0]) / 4),
        tolerance=2e-3,
        hints=(Hint("Shift the kernel by one against itself, multiply, add; divide by the same without the shift."),),
        explanation="$(1\\cdot2 + 2\\cdot1)/(1+4+1) = 2/3$. So pixels are not independent once a camera has a point spread. In Fourier space the noise still is: its covariance stays diagonal, and only "
        "the diagonal is no longer constant.",
        serves=("M9.q3",),
    ),
    Problem(
        id="which-line",
        kind="match",
        title="Which assumption is it?",
        prompt="Match each sentence with the assumption that it needs.",
        items=(
            "The exit wave depends on the sum of all slices alone",
            "Every point of the specimen has one defocus",
            "The image of two molecules is the sum of their images",
            "A map and its mirror image project to the same images, seen from opposite sides",
            "Twice the potential gives twice the contrast",
        ),
        options=("projection", "weak"),
        answer=lambda: (0, 0, 1, 0, 1),
        hints=(Hint("Ask of each whether it could fail in a thin specimen: if so, it is about strength."),),
        explanation="Depth makes the hand visible and gives each height its own defocus, which are failures of the projection; doubling and adding are linearity, which is weakness. In the derivation they "
        "enter at different lines.",
        serves=("M9.q5", "M9.r1"),
    ),
    Problem(
        id="one-dimension",
        kind="card",
        title="One dimension or two?",
        prompt="Papers plot DQE, MTF and NTF as curves of one frequency. What would be different if you convolved with the 2D functions?",
        answer=lambda: (
            "A curve is either a cut along an axis or a mean over rings. If the camera's response were round, turning the curve round would be the 2D function and nothing would be lost. It is not: pixels are "
            "square, so the response is sinc(sx) sinc(sy) times what the sensor does, and is lower along the diagonals. Beware also of convolving in 1D: the line spread, whose transform is the cut, is the "
            "integral of the 2D point spread along a line, and rows filtered one by one leave the columns sharp. In practice the difference is a per cent of a picture (figure), small against the rest; but noise "
            "power that was averaged over rings whitens a picture's corners wrongly. Two-dimensional tables exist (InSilicoTEM ships some); RELION's STAR tables are curves."
        ),
        serves=("M9.q1", "M9.r3"),
    ),
    Problem(
        id="which-ctf",
        kind="card",
        title="Complex or sine: which, and when?",
        prompt="What does the complex CTF of equation 5 do that the sine does not? When is each the right one?",
        answer=lambda: (
            "The complex CTF acts on the wave, before the square; the sine acts on the projected potential, after everything was made linear. The first is right whenever the exit wave is known, whatever made it; it "
            "keeps the interference of scattered waves with each other. The second is its first order for a thin weak specimen, and the only one in which an image can be inverted by a division. Use the complex one to "
            "simulate, to judge a new detector or thickness, for tilted, thick or heavy specimens; use the sine to reconstruct proteins of up to some hundred Å. In the figure the sine misses about a tenth of the contrast of "
            "100 Å of protein, at doses a thousand times below those that would show it in one image; averaging ten thousand images brings it within sight. Envelopes are the other difference: "
            "put on the wave they damp the second order twice."
        ),
        serves=("M9.q2", "M9.r2"),
    ),
    Problem(
        id="pixel-independence",
        kind="card",
        title="Are pixels independent?",
        prompt="Sigworth's model has independent Gaussian noise in every pixel. Does Vulović's? Which models would tie pixels to each other?",
        answer=lambda: (
            "No. Electrons arrive independently (Poisson), but the noise transfer function follows the draw and spreads each count over neighbours; so the recorded noise is coloured, correlated within the reach of the "
            "point spread. It also depends on the signal, since a Poisson variance is its mean. What ties pixels further: ice and support film, which are structure and carry the CTF; motion between frames; interpolation "
            "when frames are aligned; neighbouring particles. A stationary model (one covariance for any pair at a distance) is diagonal in Fourier space, which is why maximum-likelihood programs work there with one variance "
            "a ring. A variance that changes over the picture breaks that: its frequencies know of each other (figure)."
        ),
        serves=("M9.q3", "M9.r2"),
    ),
    Problem(
        id="reconstruct-with-multislice",
        kind="card",
        title="3D reconstruction without the projection",
        prompt="How would you reconstruct with multislice as the forward model, and what would be slow?",
        answer=lambda: (
            "By gradient: guess a map, turn it to each view, send a wave through it slice by slice, compare with the image, and follow the derivative of the error back through the same steps (automatic differentiation, or the "
            "adjoint by hand: conjugated propagators in reverse order). No slice theorem, so a view costs slices × two transforms of n², some n³ log n, where a projection costs one slice of n²: about n/2 times as much at "
            "n slices; thicker slices win most of it back. Memory: the wave behind every slice is needed on the way back, n³ complex numbers a view, unless recomputed. Orientation search multiplies all of it by thousands, so "
            "one would refine a map from ordinary reconstruction, at fixed poses. In the measured figure a weak specimen gains nothing: the projection explains it as well. Electron ptychography and atomic-resolution "
            "tomography do it as routine."
        ),
        serves=("M9.q4",),
    ),
    Problem(
        id="own-thickness",
        kind="card",
        title="Your own specimen",
        prompt="How thick is your ice, how large your particle, how fine your map? Which of the approximations in this chapter are you entitled to?",
        answer=lambda: (
            "Take the particle's diameter t and the resolution d. If t is below d²/λ the projection is safe; the thickness of the ice around it does not matter for that, only adds defocus spread between particles, which per-particle "
            "defocus takes up, and lost electrons. If σ∫V dz at its densest is below some 0.3 rad (about 130 Å of protein at 300 kV, as a contrast of 3.5 V against ice), weak is safe to ten per cent. Beyond either, ask what would "
            "change: the Ewald correction costs nothing and helps large viruses below 3 Å; a stronger forward model helps nobody whose map is limited by something else."
        ),
        serves=("M9.q5",),
    ),
)
