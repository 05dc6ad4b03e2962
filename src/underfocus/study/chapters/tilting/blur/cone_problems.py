"""Problems on what is read off: cones, the numbers that programs print, symmetry, and the lecture."""

from __future__ import annotations

from functools import cache

from underfocus.samples import views
from underfocus.study.problems import Hint, Input, Problem
from underfocus.validation import orientation

GROUPS = ("C7", "D7", "O")
#: Views and the radius in voxels for the question on symmetry.
PARTICLES, SHELL = 500, 24.0
HALF_ANGLE = 20.0


@cache
def empty_by_group() -> tuple[float, ...]:
    """The part of directions that top views within 10° leave empty, for each point group."""
    tops = views.views("top", PARTICLES, 5, spread=10.0)
    return tuple(orientation.coverage(tops, radius=SHELL, group=group).empty for group in GROUPS)


def cone_share() -> float:
    """The part of a shell in a double cone: what views tilted by its complement leave out."""
    return 1 - float(orientation.covered(90 - HALF_ANGLE))


CONES: tuple[Problem, ...] = (
    Problem(
        id="cone-share",
        kind="number",
        title="How much a cone holds",
        prompt="A directional FSC looks at what lies within 20° of a direction, and (since a real map has the same at $-\\mathbf k$) of its opposite. Which part of a shell is that?",
        inputs=(Input("value", "part of the shell"),),
        answer=cone_share,
        tolerance=0.02,
        hints=(
            Hint(
                "One of the two caps. Their halves of the shell are counted alike: each cap is that part of *its* half.",
                lambda: cone_share() / 2,
            ),
            Hint("Angles are not areas: 20° of 90°.", lambda: HALF_ANGLE / 90),
            Hint("A cap's area is $2\\pi(1-\\cos 20°)$, half a sphere's $2\\pi$."),
        ),
        explanation="$1-\\cos 20°$ = 6.0 %. So a cone's FSC rests on a sixteenth of the voxels, and its chance error is four times that of the whole shell. Of two hundred such cones the worst is always bad and the best always good, by chance alone: that is why a cFAR needs its noise floor beside it.",
    ),
    Problem(
        id="which-number",
        kind="match",
        title="Who says what",
        prompt="Match each number with the question that it answers.",
        items=("Histogram of views", "Sp, by direction", "SCF", "cFAR", "FSC of whole shells"),
        options=(
            "From where were particles seen?",
            "How often was this Fourier direction sampled?",
            "By which factor does uneven sampling lower a shell's signal to noise?",
            "How does the worst direction of the two half maps compare with the best?",
            "How well do the half maps agree where they have something, whatever the direction?",
        ),
        answer=lambda: (0, 1, 2, 3, 4),
        hints=(Hint("The first three need poses and no map; the last two need two half maps and no poses."),),
        explanation="Poses can be wrong, and then the first three describe a fiction; half maps share their poses' errors, and then the last two flatter. Where both sides tell the same story, believe it.",
    ),
    Problem(
        id="symmetry-saves",
        kind="choice",
        title="Symmetry to the rescue",
        prompt="Three particles all lie with an axis of symmetry along the beam, within 10°: one with C7, one with D7, one with octahedral symmetry (a fourfold up). For whom does symmetry fill Fourier space?",
        options=("C7", "D7", "O", "All three: every operator adds views."),
        answer=lambda: int(min(range(len(GROUPS)), key=lambda i: empty_by_group()[i])),
        hints=(
            Hint("A turn about the view's own axis gives the same view.", lambda: 0),
            Hint(
                "The twofold axes turn the view over. What does an image from behind hold that one from the front does not?",
                lambda: 1,
            ),
            Hint("Count different *planes*, not operators.", lambda: 3),
        ),
        explanation="O brings two more planes, at right angles to the first, and with 10° of wobble they hold half of all directions; C7 and D7 bring none, and 80 % stay empty. This is why apoferritin is the test specimen that forgives everything, and why so many preferred views are met in discs and channels.",
    ),
    Problem(
        id="forgotten-symmetry",
        kind="choice",
        title="The same file, without its symmetry",
        prompt="Set the symmetry of the proteasomes to C1: SCF falls from 0.83 to 0.2, and some directions seem to be sampled thirty times less than with even views. The file is the same. What has happened to the data?",
        options=(
            "The symmetry had covered up a preferred orientation. The set should have been collected tilted.",
            "Nothing. The refinement wrote down one of 14 equivalent orientations for each image, so that the file alone shows a part of the views that the images hold.",
            "The refinement with D7 was wrong, or views of all 14 kinds would be in the file.",
            "It has 14 times too few particles for C1.",
        ),
        answer=lambda: 1,
        hints=(
            Hint(
                "Two images of one view may stand in the file as two mates of it. Which did the particle choose?",
                lambda: 0,
            ),
            Hint("To a program that is told of D7 all 14 are one. Does it owe you each of them?", lambda: 2),
            Hint("SCF without empty directions does not ask how many particles there are.", lambda: 3),
        ),
        explanation="Refinement with symmetry looks in one part of the sphere, or ends in whichever mate it met first. A histogram of such a file shows the program's choice along with the particles'; sampling has to be judged with the mates, `--symmetry D7`. For a particle without symmetry the same picture would be an alarm, and a true one.",
    ),
    Problem(
        id="more-particles",
        kind="choice",
        title="More data, a worse number",
        prompt="Of 1,000 top views the program says SCF* = 0.022. You collect three more days, the views lie as before, and of 4,000 it says 0.0055. What happened?",
        options=(
            "The new grids are worse.",
            "SCF* charges an empty direction with a fixed number of views, so it falls as the sampled directions get more of them.",
            "The refinement has begun to overfit.",
            "Chance: with so few particles it fluctuates by that much.",
        ),
        answer=lambda: 1,
        hints=(
            Hint("The views lie as before.", lambda: 0),
            Hint("SCF* knows nothing of the map.", lambda: 2),
            Hint("Turn *particles* in the figure of the whole way, and watch.", lambda: 3),
        ),
        explanation="An empty direction counts as if two views had been there, however many the others have. So SCF* compares sets of one size, or a set with even views of its number, which is what `underfocus orientation` prints beside it. SCF itself does not have the problem: it is 0, and stays 0.",
    ),
    Problem(
        id="reading-lecture",
        kind="card",
        title="After the lecture",
        prompt="The syllabus lists no reading for this meeting, so here is one question for a lecture on tilting, or for any map that you read about: which three pictures or numbers would you ask to see before you believe the map's top and bottom, and which of them could look fine while the map is wrong?",
        answer=lambda: (
            "The sampling by direction (or SCF with its noise floor): are there waves at all along every axis? The FSC of cones, with the number of particles: does the worst direction agree between the halves? And the map itself along the suspect axis: are helices of one pitch and radius whichever way they run, is the ball "
            "round? The first can look fine where poses are wrong: particles assigned at random fill the sphere evenly. The second can look fine for the same reason, if both halves make the same error, or where a mask gives both halves a shape. The third is the slowest and the one that is hardest to fool. "
            "Sources: Tan et al. 2017 (Nat. Methods 14, 793), who brought tilting into routine use; Baldwin & Lyumkis 2020 and 2021 (Prog. Biophys. Mol. Biol. 150, 160 and 160, 53) on sampling; Naydenova & Russo 2017 (Nat. Commun. 8, 629) on judging a set by its views."
        ),
    ),
)
