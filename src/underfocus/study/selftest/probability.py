"""Ten questions on chance: counting electrons, averaging noise, weighing evidence."""

from __future__ import annotations

import numpy as np

from ..problems import Problem
from .items import area, choose, number


def items() -> tuple[Problem, ...]:
    """The self-test, easy to hard."""
    return (*_moments(), *_distributions(), *_evidence())


def _moments() -> tuple[Problem, ...]:
    values, chances = np.array([1.0, 2.0, 3.0]), np.array([0.2, 0.5, 0.3])
    mean = float(values @ chances)
    return (
        number(
            "mean",
            "An expectation",
            "A random variable is 1, 2 or 3 with probability 0.2, 0.5 and 0.3. What is its mean?",
            lambda: mean,
            hint="Each value times its probability, added up.",
            why="$0.2 + 1.0 + 0.9 = 2.1$.",
        ),
        number(
            "variance",
            "A variance",
            "And the variance of the same variable?",
            lambda: float((values - mean) ** 2 @ chances),
            hint="$\\mathrm{E}[X^2] - \\mathrm{E}[X]^2$.",
            why="$4.9 - 2.1^2 = 0.49$; the standard deviation is 0.7.",
        ),
        number(
            "scale",
            "Scaling",
            "$X$ has standard deviation 2. What is the standard deviation of $3X + 1$?",
            lambda: 2 * abs(3.0),
            hint="Adding a constant moves a distribution and leaves its width.",
            why="6: a factor scales the width, and what is added does not change it.",
        ),
        number(
            "independent",
            "Two noises",
            "Two independent noises have standard deviations 3 and 4. What is that of their sum?",
            lambda: float(np.hypot(3, 4)),
            hint="Variances of independent variables add.",
            why="$\\sqrt{9 + 16} = 5$.",
        ),
        number(
            "average",
            "Averaging",
            "Each of 400 aligned images carries independent noise of standard deviation 5. What is that of their mean?",
            lambda: 5 / float(np.sqrt(400)),
            hint="The variance of a mean is the variance of one, divided by their number.",
            why="$5/\\sqrt{400} = 0.25$: this is why averaging thousands of particles shows what no image shows alone.",
        ),
    )


def _distributions() -> tuple[Problem, ...]:
    return (
        number(
            "poisson",
            "Counting electrons",
            "A pixel receives 25 electrons on average, by a Poisson distribution. What is the standard deviation?",
            lambda: float(np.sqrt(_poisson_variance(25.0))),
            unit="electrons",
            hint="For a Poisson distribution the variance equals the mean.",
            why="$\\sqrt{25} = 5$.",
        ),
        number(
            "empty",
            "An empty pixel",
            "In one movie frame a pixel receives 1 electron on average. What is the probability that it receives none?",
            lambda: float(np.exp(-1.0)),
            hint="$P(k) = e^{-m} m^k / k!$ with $k = 0$.",
            why="$e^{-1} = 0.368$.",
        ),
        number(
            "normal",
            "One standard deviation",
            "Which part of a Gaussian lies within one standard deviation of its mean?",
            lambda: area(lambda x: np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi), -1, 1),
            hint="It is a little more than two thirds.",
            why="0.683; within two it is 0.954, within three 0.997.",
        ),
    )


def _evidence() -> tuple[Problem, ...]:
    true, junk = 0.9 * 0.5, 0.2 * 0.5
    return (
        number(
            "bayes",
            "Bayes",
            "Half of all picks are particles. A classifier keeps 90 % of the particles and 20 % of the rest. What is "
            "the probability that a kept pick is a particle?",
            lambda: true / (true + junk),
            hint="Of 100 picks, how many are kept, and how many of those are particles?",
            why="Of 100 picks 45 + 10 are kept, and $45/55 = 0.818$.",
        ),
        choose(
            "uniform",
            "Uniform",
            "An in-plane angle is uniform between 0° and 360°. Which of these is its standard deviation?",
            ("$360°/\\sqrt{12}$", "$180°$", "$360°/\\sqrt{2}$", "$\\sqrt{360°}$"),
            hint="The variance of a uniform variable on an interval of length $L$ is $L^2/12$.",
            why="$360°/\\sqrt{12} = 103.9°$.",
        ),
    )


def _poisson_variance(mean: float) -> float:
    """Σ (k − m)² P(k), summed far into the tail."""
    k = np.arange(200)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 200)))])
    chances = np.exp(k * np.log(mean) - mean - log_factorial)
    return float((k - mean) ** 2 @ chances)
