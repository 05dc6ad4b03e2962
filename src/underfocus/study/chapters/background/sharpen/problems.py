"""The problems on what the derivation takes to be small; every number is computed."""

from __future__ import annotations

from underfocus.base import units
from underfocus.study.problems import Hint, Input, Problem

from .. import limits

PROBLEMS = (
    Problem(
        id="dropped-size",
        kind="number",
        title="How much is dropped?",
        prompt="Kirkland's section 6.2 drops the second derivative along the beam. For a wave scattered by detail of 3 Å at 300 kV: how large is it, as a part of the term with the first derivative?",
        inputs=(Input("value", "dropped over kept"),),
        answer=lambda: limits.dropped(3.0, 300.0),
        tolerance=0.02,
        hints=(
            Hint(
                "A wave $e^{-i\\pi\\lambda s^2 z}$ turns slowly along z: compare its two derivatives, the first with the factor $4\\pi/\\lambda$."
            ),
            Hint("That is θ² itself; there is a quarter.", lambda: 4 * limits.dropped(3.0, 300.0)),
        ),
        explanation="$\\theta^2/4 = 1.08 \\cdot 10^{-5}$ with θ = 6.56 mrad. Electrons are so fast that they hardly turn: no other step of the derivation is as safe.",
        rests_on=("wavelength",),
        serves=("M1.sharpen.r2", "M1.sharpen.q3"),
    ),
    Problem(
        id="missed-phase",
        kind="number",
        title="What small angles miss",
        prompt="At 300 kV and 1.5 µm of defocus, by how many milliradians of phase is $\\pi\\lambda\\Delta f s^2$ wrong at 2 Å?",
        inputs=(Input("value", "missed", "mrad"),),
        answer=lambda: 1e3 * limits.angle_error(15_000.0, 2.0, 300.0),
        tolerance=0.02,
        hints=(Hint("The next term of the root: $\\pi\\lambda^3\\Delta f s^4/4$."),),
        explanation="5.6 mrad, of a phase of 232 rad. A spherical aberration of 2.7 mm adds two thousand times as much with the other sign.",
        rests_on=("wavelength",),
        serves=("M1.sharpen.q1", "M1.sharpen.r1"),
    ),
    Problem(
        id="too-thick",
        kind="number",
        title="How thick is weak?",
        prompt="Call a phase of 0.3 rad the end of weakness. How many Å of ice (isolated atoms, 0.93 g/cm³), and of gold (19.3 g/cm³), reach it at 300 kV? (The figure prints mean potentials.)",
        inputs=(Input("ice", "ice", "Å"), Input("gold", "gold", "Å")),
        answer=lambda: {name: limits.thickness_for(0.3, limits.depths()[name]) for name in ("ice", "gold")},
        tolerance=0.03,
        hints=(Hint("$\\varepsilon = \\sigma V t$ with $\\sigma = 6.526\\cdot10^{-4}$ rad/(V Å)."),),
        explanation="About 102 Å of ice and 15 Å of gold. But the ice's mean shifts every pixel alike and is no contrast: against ice it takes some 130 Å of protein. A gold bead of 10 nm is six times over the limit.",
        rests_on=("wavelength",),
        serves=("M1.sharpen.q1", "M1.sharpen.q4"),
    ),
    Problem(
        id="power-of-z",
        kind="number",
        title="A power of Z",
        prompt="With which power of Z does the forward scattering factor f(0) grow from carbon to gold?",
        inputs=(Input("value", "power"),),
        answer=limits.growth,
        tolerance=0.04,
        hints=(
            Hint("$\\ln(f_\\mathrm{Au}/f_\\mathrm{C})/\\ln(79/6)$; the figure shows both factors."),
            Hint("A bare nucleus would do that; electrons screen it.", lambda: 1.0),
        ),
        explanation="About 0.56: f(0) is 2.51 Å for carbon and 10.6 Å for gold. At large angles, where the nucleus is seen through its electrons, f goes with Z, and intensity with Z²: that is the contrast of dark-field scanning microscopes.",
        serves=("M1.sharpen.q4",),
    ),
    Problem(
        id="which-fails",
        kind="match",
        title="Which assumption fails there?",
        prompt="Match each experiment with what breaks first in the derivation.",
        items=(
            "a low-energy electron microscope at 10 eV",
            "a gold nanoparticle of 100 Å at 300 kV",
            "a cell of 2000 Å at 300 kV",
            "a protein of 100 Å in thin ice at 300 kV",
            "a light microscope with an oil lens",
        ),
        options=("small angles", "weak phase", "nothing much", "weak phase, and one defocus for all"),
        answer=lambda: (0, 1, 3, 2, 0),
        hints=(Hint("Ask first for λ/d, then for σVt, then for t against d²/λ."),),
        explanation="At 10 eV the wavelength is 4 Å, as long as what is looked at; an oil lens takes light from all sides. Gold turns the phase by two radians. A cell does too, and its top and bottom have different foci. The study's "
        "own case is the one where all is well.",
        serves=("M1.sharpen.q1",),
    ),
    Problem(
        id="reasons",
        kind="match",
        title="A reason for every step",
        prompt="Match each step of the derivation with what justifies it.",
        items=(
            "the lens acts on $1$ and on $i\\varphi$ separately",
            "$|\\psi|^2$ is dropped",
            "the straight beam keeps its phase",
            "only $\\sin\\chi$ is left of $e^{i\\chi}$",
            "$\\chi = \\pi\\lambda\\Delta f s^2$",
        ),
        options=("linearity", "weakness", "χ(0) = 0", "φ real, χ even", "small angles"),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("Two of them are approximations; the other three hold for any specimen and any angle."),),
        explanation="Three are symmetries and linearity, and cost nothing. What cannot be justified by either is what to bring to a meeting.",
        serves=("M1.sharpen.q3",),
    ),
    Problem(
        id="seen-zeros",
        kind="card",
        title="Are the zeros seen?",
        prompt="The CTF touches zero again and again. Does real data show it? Where does it not, and why?",
        answer=lambda: (
            "In the power spectrum of a good micrograph the first dozen rings are plain: the valleys are there, as dips down to a floor and not to zero. The floor is the noise of counting, white but for the camera's response, and "
            "the specimen's own structure that did not come through this CTF. Towards high frequency the hills sink into the floor by the envelope (partial coherence, motion, damage), so that zeros are no more visible than what lies "
            "between. A tilted or thick specimen has many defoci at once and its fine rings average out; with thickness they come back with contrast reversed beyond a node. Amplitude contrast moves zeros and leaves them zero. In a "
            "single particle none of it can be seen, for lack of counts; in a reconstruction from many defoci there are none, since each image fills the others' gaps. So: seen in a sum over a whole field, never in a particle, and never as nothing at all."
        ),
        serves=("M1.sharpen.q2",),
    ),
    Problem(
        id="where-z",
        kind="card",
        title="Where does the element enter?",
        prompt="At which point of the equations does it matter whether an atom is carbon or gold? Follow it through to the image.",
        answer=lambda: (
            f"At one point: the potential. φ = σ∫V dz, and V is the sum of what atoms add, each with its scattering factor; σ = {1e4 * units.interaction(300.0):.2f}·10⁻⁴ rad/(V Å) at 300 kV knows the beam alone. Forward, f(0) grows with about "
            f"Z to the power {limits.growth():.2f}, since a heavy atom's electrons screen its nucleus from nearby; far off axis f goes with Z. A heavier specimen is therefore a larger ε, and so better contrast up to where weak ends. A second, "
            "smaller entrance: electrons thrown to high angles, with a cross-section near Z², miss the aperture or the detector and are amplitude contrast; a stain lives on that. Carbon, nitrogen and oxygen differ by a fifth in f(0): "
            "to the microscope a protein in ice is a slightly denser liquid in a liquid."
        ),
        serves=("M1.sharpen.q4",),
    ),
    Problem(
        id="other-regimes",
        kind="card",
        title="Other regimes",
        prompt="Does cryo-EM ever leave the small-angle, weak-phase world? Which microscopes live outside it, and what do they do instead?",
        answer=lambda: (
            "Small angles: never at 100 kV and more. Weak phase: at the edge. A large virus, a thick lamella, a gold fiducial, a carbon edge, or the sum of protein and 500 Å of ice reach 0.3 to 1 rad locally, and the linear image is off by "
            "ten per cent and more. Nothing is lost by that for averaging, as the error is no shift of detail; absolute densities suffer. Outside: materials science images crystals at many radians and must use multislice; ptychography reconstructs the "
            "exit wave itself and needs no weakness; scanning dark field counts incoherently and has no phase to be weak; low-energy microscopy and light optics have large angles and use the whole propagator, or vectors for polarisation."
        ),
        serves=("M1.sharpen.q1",),
    ),
)
