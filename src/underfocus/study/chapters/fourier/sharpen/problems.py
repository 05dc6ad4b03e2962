"""The problems of the chapter on transforms in more dimensions, their error and cost; every answer is computed."""

from __future__ import annotations

import numpy as np

from underfocus.study.problems import Hint, Input, Problem

from .. import reckoning


def _decade(value: float) -> float:
    return float(np.log10(value))


PROBLEMS = (
    Problem(
        id="ratio",
        kind="number",
        title="What counting operations promises",
        prompt="A DFT takes $N^2$ operations, an FFT $N \\log_2 N$. By which factor is the FFT cheaper for $N = 1024$, for $N = 4096$, and for a cube of $256^3$ points (where $N$ is all of them)?",
        inputs=(Input("small", "$N = 1024$", "×"), Input("large", "$N = 4096$", "×"), Input("cube", "$256^3$", "×")),
        answer=lambda: {
            "small": reckoning.operations(1024)["ratio"],
            "large": reckoning.operations(4096)["ratio"],
            "cube": reckoning.operations(256, 3)["ratio"],
        },
        tolerance=0.005,
        hints=(
            Hint(
                "That is with the natural logarithm; splitting in two counts in powers of 2.",
                lambda: {"small": 1024 / np.log(1024), "large": 4096 / np.log(4096), "cube": 256**3 / np.log(256**3)},
            ),
            Hint("$N/\\log_2 N$; a cube of 256 has $2^{24}$ points."),
        ),
        explanation="102.4, 341.3 and 699 051. The last is the difference between a tenth of a second and a day.",
        serves=("M3.q1",),
    ),
    Problem(
        id="epsilon",
        kind="number",
        title="How large is a rounding error?",
        prompt="The smallest step that single and double precision make above 1: the machine epsilon of each.",
        inputs=(Input("single", "single"), Input("double", "double")),
        answer=lambda: {"single": float(np.finfo(np.float32).eps), "double": float(np.finfo(np.float64).eps)},
        hints=(
            Hint(
                "That is half of it, the largest relative error of rounding.",
                lambda: {"single": float(np.finfo(np.float32).eps) / 2, "double": float(np.finfo(np.float64).eps) / 2},
            ),
            Hint("Single precision carries 23 binary digits after the leading one, double 52."),
        ),
        explanation="$2^{-23} = 1.19 \\cdot 10^{-7}$ and $2^{-52} = 2.22 \\cdot 10^{-16}$.",
        serves=("M3.q1",),
    ),
    Problem(
        id="orders",
        kind="number",
        title="How far apart are the two?",
        prompt="$N = 1024$ random samples. Give the power of ten of the relative difference (2-norm) between a DFT in double precision and the FFT, and of the error of an FFT in single precision: −3 for $10^{-3}$. One power away is close enough.",
        inputs=(
            Input("double", "DFT against FFT, double", "power of 10"),
            Input("single", "FFT, single", "power of 10"),
        ),
        answer=lambda: {
            "double": _decade(reckoning.rounding(1024, "double")),
            "single": _decade(reckoning.rounding(1024, "single")),
        },
        tolerance=0.13,
        hints=(
            Hint(
                "Those are the epsilons. In the sum a thousand of them add up, and the phases of the matrix are rounded too.",
                lambda: {"double": -15.65, "single": -7.4},
            ),
            Hint("Run the measured figure below and read its third panel."),
        ),
        explanation="About $10^{-13}$, which is the DFT's fault: the angle $2\\pi jk/N$ is large and its rounding grows with it. And about $10^{-7}$ for single precision: an FFT's error grows only with $\\log N$, and stays near one epsilon.",
        serves=("M3.q1", "M3.q3"),
    ),
    Problem(
        id="dft-of-gaussian",
        kind="number",
        title="The DFT of a Gaussian",
        prompt="$e^{-\\pi x^2}$ in a box of 8. What is the largest difference between $dx$ times the DFT and the integral, for $dx = 1$, ½ and ¼?",
        inputs=(Input("one", "$dx = 1$"), Input("half", "$dx = ½$"), Input("quarter", "$dx = ¼$")),
        answer=lambda: {
            name: reckoning.dft_error(step) for name, step in (("one", 1.0), ("half", 0.5), ("quarter", 0.25))
        },
        tolerance=0.02,
        hints=(Hint("It is largest at Nyquist, where the alias equals the signal: $e^{-\\pi/(4\\,dx^2)}$, nearly."),),
        explanation="0.458, 0.0432 and $3.5 \\cdot 10^{-6}$. Half the step, and five digits more: for smooth functions sampling is either bad or perfect, with little between.",
        serves=("M3.q1",),
    ),
    Problem(
        id="cube",
        kind="number",
        title="A cube of 256",
        prompt="An FFT of $256^3$ values: how many GFLOP by the usual count of $5 N \\log_2 N$? How many MB ($10^6$ bytes) does the transform take in single precision (8 bytes a complex number), whole, and as the half that is kept for real values?",
        inputs=(Input("flop", "operations", "GFLOP"), Input("whole", "whole", "MB"), Input("half", "half", "MB")),
        answer=lambda: {
            "flop": reckoning.floating_point_operations(256, 3) / 1e9,
            "whole": reckoning.megabytes(256, False),
            "half": reckoning.megabytes(256, True),
        },
        tolerance=0.01,
        hints=(
            Hint(
                "The half is not quite the half: the columns at $k_x = 0$ and at Nyquist are both kept, 129 of 256. $N = 2^{24}$."
            ),
        ),
        explanation="2.0 GFLOP, 134 MB and 67.6 MB. A core does some GFLOP a second, and memory gives it some ten GB: the two are about even, so an FFT of this size is limited by memory.",
        serves=("M3.q2", "M3.q3"),
    ),
    Problem(
        id="write-a-dft",
        kind="code",
        title="Write a DFT",
        prompt="Write `dft(g)`: $G_k = \\sum_j g_j\\,e^{-2\\pi i jk/N}$ for $k = 0 \\ldots N-1$, without calling an FFT. It is compared with the engine's at $N = 256$, real and complex, to $10^{-9}$; the time you took is told.",
        entry="dft",
        starter="import numpy as np\n\n\ndef dft(g):\n    ...\n",
        answer=lambda: reckoning.dft,
        trials=lambda: [
            (np.random.default_rng(1).standard_normal(256),),
            (np.random.default_rng(2).standard_normal(256) + 1j * np.random.default_rng(3).standard_normal(256),),
        ],
        tolerance=1e-9,
        hints=(Hint("One row a frequency: an outer product of $k$ and $j$ under the exponential, times the samples."),),
        explanation="As a matrix product it takes a few milliseconds here, most of them for the exponentials; two loops in Python some hundred times as long. `numpy.fft.fft` needs some microseconds.",
        serves=("M3.q1",),
    ),
    Problem(
        id="practice",
        kind="card",
        title="Troubles of an FFT in practice",
        prompt="Which numerical troubles and bottlenecks can an implementation bring, and what do you do about each? Think of sizes, memory, precision, padding, threads, and plans.",
        answer=lambda: (
            "**Sizes**: large prime factors cost a factor of two to ten; pad to products of 2, 3, 5, 7 (`scipy.fft.next_fast_len`). **Memory**: in 3D the passes along $y$ and $z$ jump through memory; use the half transform of real values, single precision, and work in place where the library lets you. **Precision**: numpy computed in double whatever it was given for most of its life; scipy keeps single, which is enough for data "
            "and halves the traffic. **Padding**: a transform is periodic; pad against wrapping (convolution), and pad real space for finer bins. **Threads**: across the images of a stack, not within one of 128²; for one large volume within it. **Plans**: libraries such as FFTW measure before they start, which pays when the same size comes thousands of times. And shifts: moving the origin by rolling costs as much as a pass; a factor $(-1)^k$ costs nothing."
        ),
        serves=("M3.q3", "M3.r4"),
    ),
    Problem(
        id="against-disk",
        kind="card",
        title="Against disk and interpolation",
        prompt="Measure on your machine (the figure does it). For a volume of the size you work with: how does one FFT compare with reading it and with interpolating as many values? What would you keep in memory, and what would you rather compute again?",
        answer=lambda: (
            "On two cores here (bench/fourier.py has the table): an FFT of 256³ in single precision takes about as long as reading the volume from a disk of 1 GB/s, and seven times as long as from memory's copy of the file; a linear interpolation at as many places takes little more than an FFT where they come in order, and ten FFTs where they do not. So for a reconstruction the FFTs of images are small change beside insertion, and the one FFT of the volume at the end is nothing. "
            "Reading matters when the stack does not fit in memory: 100 000 images of 256² are 26 GB, minutes from a network disk. Compute transforms again, do not store them."
        ),
        serves=("M3.q2",),
    ),
    Problem(
        id="reading-notes",
        kind="card",
        title="After the lecture and the notes",
        prompt="In two dimensions, what does the transform of a rotated picture look like, and of one that was stretched along $x$ alone? Which of the two mixes $x$ and $y$, and which matrix is at work in each?",
        answer=lambda: (
            "For $g(A\\mathbf{x})$ the transform is $|\\det A|^{-1} G(A^{-T}\\mathbf{u})$. A rotation is its own inverse transpose: the transform turns with the picture. A stretch along $x$ has the inverse diagonal: the transform shrinks along $k_x$ alone. A shear along $x$ becomes a shear along $k_y$, which is why a lattice that leans one way has a reciprocal lattice that leans the other."
        ),
        serves=("M3.r1", "M3.r2"),
    ),
    Problem(
        id="nonuniform",
        kind="card",
        title="After the optional readings: points off the grid",
        prompt="When in cryo-EM do you need a transform at points that lie on no grid, and what does a non-uniform FFT do to give it? What is traded against its tolerance?",
        answer=lambda: (
            "Whenever a slice is turned: its pixels fall between the voxels of the map's transform (type 2, from grid to points), and the adjoint puts measured values back (type 1). A NUFFT spreads each value over the few grid points around it with a kernel that is narrow in both spaces (Kaiser–Bessel or exponential of a semicircle), transforms on a grid twice as fine, and divides by the kernel's transform. A smaller tolerance means a wider kernel: about one "
            "more point an axis for each digit, so in 3D the cost grows with the cube of the digits. Trilinear interpolation with padding is the same with the narrowest kernel: about two digits."
        ),
        serves=("M3.r5", "M3.r6"),
    ),
    Problem(
        id="own-box",
        kind="card",
        title="Your own data",
        prompt="Look at the box sizes that you use. Which have a prime factor above 7? Time an FFT of yours against the next better size, and say whether you would change the box.",
        answer=lambda: (
            "Good boxes: 128, 144, 160, 192, 216, 240, 256, 288, 320, 360, 384, 400, 432, 480, 512. A box of 254 = 2 · 127 transforms three to six times as slowly as one of 256 (3.6 to 5.5 measured here). Changing the box is free at extraction, and it should hold the particle, a margin for the delocalised signal (chapter *phase contrast*), and then the next good size up."
        ),
        serves=("M3.q3", "M3.r3"),
    ),
)
