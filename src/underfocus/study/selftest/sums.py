"""Ten questions on Σ: a discrete Fourier transform is a sum, and so is every average."""

from __future__ import annotations

import numpy as np

from ..problems import Problem
from .items import choose, formula, number


def items() -> tuple[Problem, ...]:
    """The self-test, easy to hard."""
    return (*_plain(), *_with_indices(), *_transforms())


def _plain() -> tuple[Problem, ...]:
    return (
        number(
            "gauss",
            "One to ten",
            "$\\sum_{k=1}^{10} k$",
            lambda: float(sum(range(1, 11))),
            hint="Pair the first with the last: 1 + 10, 2 + 9, …",
            why="$10 \\cdot 11 / 2 = 55$.",
        ),
        number(
            "powers",
            "Powers of two",
            "$\\sum_{k=0}^{4} 2^k$",
            lambda: float(sum(2**k for k in range(5))),
            hint="Both ends count: $k = 0, 1, 2, 3, 4$.",
            why="$1 + 2 + 4 + 8 + 16 = 31$.",
        ),
        number(
            "geometric",
            "Without end",
            "$\\sum_{k=0}^{\\infty} \\left(\\tfrac{1}{2}\\right)^k$",
            lambda: float(sum(0.5**k for k in range(60))),
            hint="$\\sum_{k=0}^{\\infty} q^k = 1/(1-q)$ for $|q| < 1$.",
            why="2: each term halves what is missing.",
        ),
        number(
            "squares",
            "Squares",
            "$\\sum_{k=1}^{4} (k^2 - k)$",
            lambda: float(sum(k**2 - k for k in range(1, 5))),
            hint="Split it: the sum of the squares less the sum of the numbers.",
            why="$30 - 10 = 20$.",
        ),
    )


def _with_indices() -> tuple[Problem, ...]:
    return (
        number(
            "double",
            "A double sum",
            "$\\sum_{i=1}^{3} \\sum_{j=1}^{4} i\\,j$",
            lambda: float(np.outer(np.arange(1, 4), np.arange(1, 5)).sum()),
            hint="The terms are products, so the double sum is a product of two sums.",
            why="$6 \\cdot 10 = 60$.",
        ),
        number(
            "shift",
            "A shifted index",
            "$\\sum_{k=3}^{7} a_k = \\sum_{m=0}^{M} a_{m+3}$. What is $M$?",
            lambda: float(len(range(3, 8)) - 1),
            hint="Count the terms.",
            why="4: five terms, numbered from 0.",
        ),
        choose(
            "delta",
            "Picking one term",
            "$\\delta_{ij}$ is 1 where $i = j$ and 0 elsewhere. What is $\\sum_j \\delta_{ij} a_j$?",
            ("$a_i$", "$a_j$", "$\\sum_j a_j$", "$n\\,a_i$ for $n$ terms"),
            hint="Only one term of the sum is not zero.",
            why="$a_i$: the delta picks the term whose index it shares.",
        ),
    )


def _transforms() -> tuple[Problem, ...]:
    turn = np.exp(2j * np.pi * np.arange(8) / 8)
    return (
        number(
            "roots",
            "Eight steps round the circle",
            "$\\sum_{k=0}^{7} \\cos^2(2\\pi k / 8)$",
            lambda: float(np.sum(turn.real**2)),
            hint="$\\cos^2$ is ½ on average over a whole turn.",
            why="$8 \\cdot \\frac{1}{2} = 4$. The sum of the cosines themselves is 0: waves of whole turns cancel, "
            "which is what makes the discrete Fourier transform invertible.",
        ),
        number(
            "convolution",
            "A convolution",
            "$c_n = \\sum_k a_k\\, b_{n-k}$ with $a = (1, 2, 3)$ and $b = (0, 1, 0.5)$, both numbered from 0. What is "
            "$c_2$?",
            lambda: float(np.convolve([1, 2, 3], [0, 1, 0.5])[2]),
            hint="The terms are $a_0 b_2 + a_1 b_1 + a_2 b_0$.",
            why="$0.5 + 2 + 0 = 2.5$.",
        ),
        formula(
            "closed",
            "In closed form",
            "Write $\\sum_{k=0}^{3} q^k$ times $(1 - q)$ as short as you can, as a function of $q$.",
            lambda q: sum(q**k for k in range(4)) * (1 - q),
            hint="Multiply out: nearly everything cancels.",
            why="$1 - q^4$, so the sum itself is $(1 - q^4)/(1 - q)$.",
        ),
    )
