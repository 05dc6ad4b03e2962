"""Problems on what a tilt costs, and on the tilt that a film deserves."""

from __future__ import annotations

import numpy as np

from underfocus.physics import tilt_cost
from underfocus.study.problems import Hint, Input, Problem

from .cost_figures import best_tilt, target_curve

#: The film of the two questions, in nm.
ICE = 30.0

COST: tuple[Problem, ...] = (
    Problem(
        id="ice-path",
        kind="number",
        title="The way through the ice",
        prompt="The ice is 30 nm thick. How much of it does the beam cross with the stage at 30°?",
        inputs=(Input("value", "way", "nm"),),
        answer=lambda: float(tilt_cost.ice_path(ICE, 30.0)),
        tolerance=0.003,
        hints=(
            Hint("The film does not get thinner.", lambda: ICE * float(np.cos(np.radians(30.0)))),
            Hint(
                "That is by how much the beam is carried sideways, plus the film.",
                lambda: ICE * (1 + float(np.tan(np.radians(30.0)))),
            ),
            Hint("Thickness over the cosine."),
        ),
        explanation="34.6 nm: 15 % more, for half of all directions.",
    ),
    Problem(
        id="no-loss",
        kind="number",
        title="Electrons that still count",
        prompt="The same 30 nm, a stage at 40°, and a mean free path of 320 nm (300 kV). By which factor do the electrons that lost no energy become fewer than on the flat film?",
        answer=lambda: float(tilt_cost.snr_factor(ICE, 40.0)),
        tolerance=0.002,
        hints=(
            Hint(
                "That is the whole film. How many were there without the tilt?",
                lambda: float(tilt_cost.no_loss(ICE, 40.0)),
            ),
            Hint("That is the flat film.", lambda: float(tilt_cost.no_loss(ICE, 0.0))),
            Hint("Only the ice that the tilt adds counts: 9.16 nm of it."),
        ),
        explanation="$e^{-9.16/320}$ = 0.972. With an energy filter the signal to noise falls as this, without one as its square. In thin ice the electrons are not what stops you; drift, charging and the slope of defocus are.",
    ),
    Problem(
        id="choose-tilt",
        kind="target",
        title="Choose the tilt",
        prompt="Ice of 100 nm, no energy filter, drift that adds 10 Å² at 45°, top views within 15°: as the figure above opens. Find the tilt at which the map agrees with the truth to the finest detail. What is left to even views may be a tenth more than it must be.",
        answer=lambda: {"angle": best_tilt()},
        figure="tilt_bench",
        draw=target_curve,
        hints=(
            Hint(
                "Follow *agrees with the truth to*. Too little tilt leaves directions empty, too much drowns them all."
            ),
        ),
        explanation="With two thirds of all directions sampled the map is within a quarter Ångström of the best it could be. The optimum is flat, so a few degrees matter to nobody; that it lies near 30° and not at 60° is due to drift above all. Set drift to 0: how far does it go? And with 30 nm of ice?",
    ),
    Problem(
        id="tilted-steps",
        kind="order",
        title="A tilted data set, step by step",
        prompt="Put the steps in order.",
        options=(
            "Look at views and sampling of the flat set, and decide on a tilt",
            "Collect with the stage tilted, on film with thin ice",
            "Correct motion in small patches: across the field it is not the same",
            "Fit defocus with the tilt, and give every particle its own",
            "Refine, flat and tilted particles together",
            "Compare cones: is the worst direction served now?",
        ),
        answer=lambda: tuple(range(6)),
        hints=(
            Hint(
                "Defocus is fitted on what motion correction leaves, and refinement needs the defocus of every particle."
            ),
        ),
        explanation="The fourth step is the one that is forgotten. At 40° the edges of a field of 400 nm differ by 3,400 Å in defocus; with one value for all, the particles at the rims are corrected with the wrong lens.",
    ),
    Problem(
        id="when-not",
        kind="card",
        title="When would you not tilt?",
        prompt="A colleague has a map with a cFAR of 0.3 and wants two days of tilted collection. What do you ask before you say yes? And what else could be tried that keeps the stage flat?",
        answer=lambda: (
            "Ask, first, whether views are missing or were thrown away: rare views are often lost in picking (templates that know only tops) and in class selection (small, bad-looking classes). Look at the set before cleaning. Second, whether waves are missing at all: side views in all azimuths leave nothing out. "
            "Third, whether poses are right; a wrong symmetry or an overfitted refinement piles particles on a few views. Fourth, how thick the ice is: in 100 nm, tilting costs what the figure says. What else: another grid (graphene oxide, gold, thin carbon), a detergent (a little CHAPSO, fluorinated octyl maltoside) that "
            "keeps particles away from the air–water interface, faster freezing, a Fab that changes which face sticks. And a day of 30° data costs less than any of these; often it is the quickest answer to whether they are needed."
        ),
    ),
)
