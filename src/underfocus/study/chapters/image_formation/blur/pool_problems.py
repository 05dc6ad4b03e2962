"""Problems on many particles: Rosenthal and Henderson's price, pixels that disagree, supports, and the cards."""

from __future__ import annotations

from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import particle_number as law

from ..numbers import fields, numbered

#: (from Å, to Å, B in Å²) of the question on particle numbers.
STEPS = ((3.0, 2.0, 100.0), (3.0, 2.0, 50.0), (4.0, 3.0, 100.0))
#: How far the second pixel is off, and the radius in Å.
OFF, RADIUS = 0.01, 100.0


def _limit() -> float:
    """The length in Å at which two equal sets, one pixel 1 % off, are together no better than one of them."""
    from scipy.optimize import brentq

    end = 0.7 / (OFF * RADIUS)  # just before the agreement first vanishes
    return float(1 / brentq(lambda s: float(law.pooled_gain(s, 1.0, 1.0, OFF, RADIUS)) - 1, 1e-6, end))


PROBLEMS: tuple[Problem, ...] = (
    Problem(
        id="particle-price",
        kind="number",
        title="The price of an Ångström",
        prompt="By which factor must the number of particles grow from 3 Å to 2 Å with $B$ = 100 Å², the same with $B$ = 50 Å², and from 4 Å to 3 Å with $B$ = 100 Å²?",
        inputs=fields(("3 → 2 Å, B = 100", ""), ("3 → 2 Å, B = 50", ""), ("4 → 3 Å, B = 100", "")),
        answer=lambda: numbered(*(law.ratio(*step) for step in STEPS)),
        hints=(
            Hint(
                "$B s^2/4$ acts on amplitudes. Particles are paid for in powers: $B s^2/2$.",
                lambda: numbered(*(law.ratio(*step) ** 0.5 for step in STEPS)),
            ),
            Hint("$e^{(B/2)(1/d_2^2 - 1/d_1^2)}$."),
        ),
        explanation="1037, 32 and 11. A set of 100,000 particles at 3 Å and B = 100 would need a hundred million for 2 Å; with half the B, three million. A better B is worth more than any patience: that is the first "
        "reason why nobody pools tens of millions.",
        rests_on=("bfactor",),
        serves=("M8.q3",),
    ),
    Problem(
        id="pixel-mismatch",
        kind="number",
        title="One per cent of a pixel",
        prompt="Two sets of one particle are pooled. One pixel size is wrong by 1 %. By how much is detail displaced that lies 100 Å from the centre? And at which length do the two sets oppose each other there, half a "
        "period apart?",
        inputs=fields(("displaced by", "Å"), ("opposed at", "Å")),
        answer=lambda: numbered(RADIUS * OFF, 2 * RADIUS * OFF),
        hints=(Hint("Scale changes a radius by 1 % of the radius. Half a period is $d/2$."),),
        explanation="1 Å, and 2 Å. At the rim nothing finer than about 2 Å can come of that pool, however large; and what is coarser is blurred on the way. Before it is refined against a model, a pixel size is seldom known to better than "
        "a per cent.",
        serves=("M8.q3",),
    ),
    Problem(
        id="pool-limit",
        kind="number",
        title="Where the pool begins to harm",
        prompt="Two equal sets, particles of 100 Å radius, one pixel 1 % off. To which length does the pool beat one set alone, when the agreement is averaged over the whole particle? Read it off the figure, or compute it.",
        inputs=(Input("value", "length", "Å"),),
        answer=_limit,
        tolerance=0.02,
        hints=(
            Hint(
                "There the rims oppose each other; the particle as a whole suffers earlier.", lambda: 2 * RADIUS * OFF
            ),
            Hint("The pool has the signal $1+c$ and the noise $\\sqrt 2$: it is $c = \\sqrt 2 - 1$ that you look for."),
        ),
        explanation="2.26 Å. Up to there the second set helps, beyond each of its particles takes something away. If the second pixel is refined against the first (one number!) the loss is gone: a good pool begins "
        "with that.",
        serves=("M8.q3",),
    ),
    Problem(
        id="carbon-graphene",
        kind="card",
        title="Carbon and graphene in one set",
        prompt="Some of your grids have thin continuous carbon, others a single layer of graphene. May their particles go into one set? Use *All that is noise*: put in carbon, then graphene. Then think of what else a "
        "support does to particles.",
        answer=lambda: (
            "They may, if each image is weighted by its own noise, and they should not simply be thrown together. Twenty Å of carbon scatter as much as one to three hundred Å of ice: structural noise that carries the CTF, that no dose averages away, and strongest where "
            "particles are aligned. Graphene is one layer in a crystal: it adds next to nothing between its spots at 2.13 Å and beyond, and the spots can be cut out. So the two have other noise spectra, other ratios of signal to noise and another B: estimate the noise for "
            "each group (an optics group, or a noise spectrum a micrograph), or the worse half will be trusted too much. Besides the noise: a support changes orientations (particles adhere with one face, another on each film), their distance from the air and so how many are damaged, the "
            "ice's thickness, the beam-induced motion, and the height of the particles against the film whose rings the defocus was fitted to. A difference in conformation between the groups is then confused with the support. Do it in this order: refine each alone, compare maps, B and "
            "orientations, bring the pixels together, then pool with a noise model for each, and check that the pool is better than the better half. Sources: the two figures; Russo & Passmore 2014, Nature Methods 11, 649 (graphene)."
        ),
        serves=("M8.q2",),
    ),
    Problem(
        id="why-not-pool",
        kind="card",
        title="Tens of millions of particles",
        prompt="EMPIAR has dozens of sets of the same favourites: apoferritin, β-galactosidase, ribosomes. Why does nobody pool them into tens of millions of particles? Give the price, the obstacles, and a case in which it would be "
        "worth it.",
        answer=lambda: (
            "The price: from 3 to 2 Å a thousand times as many at B = 100 Å², and a new microscope or a better grid that halves B saves a factor of thirty; most of those sets are worse than the best of them, so in the weighted sum they count for little at the resolution that matters. The obstacles: pixels that are known "
            "to a per cent or so (1 Å at the rim of a 100 Å particle: harm beyond 2.3 Å), handedness, voltages, Cs and unrecorded aberrations; frames that were aligned and weighted in other ways or thrown away; another noise spectrum for each camera; other constructs, ligands, buffers and "
            "damage: it is not the same particle. Each must be corrected, and the error of the correction must be below the resolution hoped for. The computing grows with the number, the gain with its logarithm: $1/d^2$ rises by $(2/B)\\ln 10$ for each factor of ten. Worth it: where signal is rare rather than weak, as for "
            "a state that is one particle in ten thousand; or to train and test methods. And what the pool cannot touch: Ewald curvature, flexibility, preferred orientation. Sources: *How many particles?*, *Two sets in one pool*; Rosenthal & Henderson 2003, J. Mol. Biol. 333, 721."
        ),
        serves=("M8.q3",),
    ),
    Problem(
        id="reading-lecture",
        kind="card",
        title="After the lecture",
        prompt="The part of the lecture that is read here ends with how an image is modelled. Write down its model as one line, from the density to the pixel, and say of each symbol which link of the strip it is. What has the line left "
        "out that the strip has?",
        answer=lambda: (
            "In the lecture's spirit: image = CTF applied to (projection of the density in some orientation and place) + noise. The projection is the second picture of the strip, the CTF with its envelope the third, the noise all that is left. Left out, or put into the envelope and the noise: that the potential is "
            "measured against the ice (why the contrast is as low as it is); the square of the wave, of which the line keeps the first order; the ice's own structure, which goes through the CTF; that the noise is counted and so depends on the signal; the camera, which filters signal and noise "
            "differently; damage and drift during the exposure; and energy losses. Each is small or can be absorbed, which is why the line has carried the field so far. Switch off links in the strip until its last picture is the line's."
        ),
        serves=("M8.r1",),
    ),
)
