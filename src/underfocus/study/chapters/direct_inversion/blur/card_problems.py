"""Cards: the syllabus' five questions, what to see in the readings, and the reader's own data."""

from __future__ import annotations

from underfocus.study.problems import Problem

PROBLEMS = (
    Problem(
        id="picture-a-slice",
        kind="card",
        title="Picture the slice",
        prompt="How would you picture what one particle brings to a map, in real space and in reciprocal space? What does each picture help you with? Name another way of showing it.",
        answer=lambda: (
            "In real space: the image smeared back along its beam through the whole box, like a stick of rock with the particle's shadow running through it. It shows at once that along the beam nothing is known, and why few views leave streaks. In reciprocal space: one plane through the origin, painted with amplitudes and phases. It shows what real space hides: which coefficients are measured and how often, "
            "why low frequencies are crowded ($M/2k$), that two planes share a line (by which angles are found), that a wedge or a cone stays empty, and where the CTF's zeros leave rings in every plane. Other ways: a dot on the sphere for each view, or the great circle across it (sampling as a heat map); a movie of the map with slices coming in one by one; the weight of the cube as a section; "
            "and a single coefficient as arrows, one for each slice that crosses it. Each leaves something out: planes show no noise, dots show no in-plane angle. Choose by the question."
        ),
        serves=("M15.q1",),
    ),
    Problem(
        id="what-it-buys",
        kind="card",
        title="What does it buy me?",
        prompt="You understand Fourier interpolation and back-projection. What do you do better at the program, in refinement, in solving a structure? Give three decisions that change.",
        answer=lambda: (
            "You read artefacts by their cause: streaks are gaps, a map drawn out along one axis is a missing cone, sharp in the middle and blurred at the rim is an angular error, a bright edge of the box is too little padding. You know what more data mend and what they do not, and collect tilted instead of longer. You choose the box from the particle and its delocalisation, know why padding costs memory as the cube, and why a crop "
            "can save half of it. You know that the two sums can be added over half sets, micrographs and machines, that symmetry is more slices of the same image, and that a mask after the map is not a mask in the sums. In refinement you see that the projections which the images are compared with come from the same cube by the same kernel: an error there becomes an error of angles. And you do not take a local resolution "
            "or a B-factor from a region where the weight says that nothing was measured."
        ),
        serves=("M15.q2",),
    ),
    Problem(
        id="forever",
        kind="card",
        title="For ever?",
        prompt="Will cryo-EM always use direct Fourier inversion? Say what would have to become true for something else to take its place, and what might.",
        answer=lambda: (
            "It stays as long as two things hold: images are projections (thin enough, so slices are flat or on an Ewald sphere), and the particle is one thing in many poses. Then the map is linear in the images, two cubes of sums are all one needs, and nothing with an FFT in it is easily beaten. What asks for more: few or uneven views, where least squares with a support or a learned prior wins over a division; thick specimens, where multiple scattering makes images "
            "non-linear and one fits through a simulation; movements, where one map turns into a family and a network or a set of Gaussians is fitted to every image; atoms as the unknown, in place of voxels. All of these go step by step and cost more; and many begin with, or end by being checked against, a direct inverse. A sober guess: it remains the first map and the arbiter, and no longer the last map. "
            "What would change your mind? A method that is better at *known poses* and is as honest about where it knows nothing."
        ),
        serves=("M15.q3",),
    ),
    Problem(
        id="other-fields",
        kind="card",
        title="The neighbours",
        prompt="Which other fields reconstruct in this way? Take two, and say what their slices are, what they know that we do not, and how well their users understand it.",
        answer=lambda: (
            "Medical CT: X-ray projections about one axis with angles known to a thousandth of a degree; filtered back-projection *is* the ramp of this chapter, and iterative methods took over where dose matters. MRI measures Fourier space itself, along lines or spirals: gridding with Kaiser and Bessel's kernel and density compensation were worked out there. Radio astronomy: each pair of telescopes gives one Fourier sample, the earth's turn draws ellipses, and holes are the daily bread; CLEAN is their answer to a "
            "missing wedge. Electron tomography in materials science, with the wedge; synchrotron laminography, with the cone; X-ray crystallography, where only a lattice of points is measured and without phases; seismic and ultrasound imaging, where rays bend; single-pulse X-ray imaging, on the Ewald sphere. In all of them angles are known, and in none are there a million copies; our trouble is the pose, theirs the dose or the geometry. As for understanding: those who build the scanners know it thoroughly, "
            "those who read the pictures know its artefacts by heart (streaks from metal, aliased edges) and the mathematics hardly. Knowing the artefacts is the half that is worth having first."
        ),
        serves=("M15.q4",),
    ),
    Problem(
        id="how-much",
        kind="card",
        title="How much do I want to know?",
        prompt="How much of Fourier inversion do you need, and what would give you an intuition? Write down what you could explain to a colleague today, without formulas, and where you would get stuck.",
        answer=lambda: (
            "A ladder; say where you stand. One: an image is a slice, slices fill a ball, and a division makes a map. Two: you can predict what a map looks like with this many views from there (this page, without looking). Three: you can order the steps, and say for each what goes wrong without it. Four: you could write it, in the plane first, in fifty lines: lines through the origin of a 2D transform (try it: `underfocus.maths.interpolation.spread` does the "
            "insertion). Five: you know why a kernel is chosen and what it costs. To use a program well, three is enough; to believe a map, two. Intuition comes from prediction: say what will happen, turn one knob, be wrong, and find out why. A reading list does less. The sharpen meeting takes you from three to five."
        ),
        serves=("M15.q5",),
    ),
    Problem(
        id="reading-waves",
        kind="card",
        title="After the first reading",
        prompt="Jensen's part on waves and transforms in three dimensions: what is one Fourier coefficient of a *volume*, as a thing in space? And which of them can a projection along z know of?",
        answer=lambda: (
            "A plane wave: a direction in which density goes up and down, how fast, how strongly and from where on it starts. A volume is a sum of such stacks of sheets. A projection adds up along the beam, and whatever goes up and down along the beam cancels; only sheets that stand edge-on to the camera, parallel to the beam, survive. Their wave vectors are all across the beam: a plane through the origin. "
            "That is the whole slice theorem; the figure with the planes paints it."
        ),
        serves=("M15.r1",),
    ),
    Problem(
        id="reading-reconstruction",
        kind="card",
        title="After the second reading",
        prompt="Jensen's part on reconstruction: where do real-space back-projection and Fourier inversion turn out to be the same thing, and at which step do they part?",
        answer=lambda: (
            "Smearing an image along its beam *is* putting its transform on a plane (a density that does not change along z has a transform that is nothing outside of $k_z = 0$). Adding smears is adding planes. They part at the weight: real space has the ramp, one factor a frequency, which supposes that views are even; Fourier space can look into each voxel and divide by what is there, CTFs included. "
            "The price is interpolation: a plane's samples do not fall on the cube's voxels, and the kernel must be undone."
        ),
        serves=("M15.r2",),
    ),
    Problem(
        id="own-views",
        kind="card",
        title="Your own views",
        prompt="Take a particles file of your own: how many slices pass through a voxel at the resolution that you report, in the mean, and in the emptiest direction? Write both down, and what you conclude.",
        answer=lambda: (
            "`underfocus orientation particles.star` prints sampling by direction. The mean is $M/2k$ (times the order of the symmetry), with $k$ = box in Å over the resolution in Å: 100 000 particles in a box of 300 Å at 3 Å give 500. If the emptiest direction has a tenth of it, the map there has the noise of a set ten times as small, and the reported number is a mean over directions that you should not trust along that one. If it has nothing, more particles "
            "of the same preparation will not bring it: tilt, or change the grid. Then reconstruct a tenth of the particles, and compare: `underfocus reconstruct` takes seconds."
        ),
        serves=("M15.q2", "M15.q5"),
    ),
)
