"""The words that the self-tests are written in: number, numbers, formula, choose; each makes a Problem."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

from ..problems import Hint, Input, Problem


def number(
    name: str, title: str, prompt: str, answer: Callable[[], float], *, hint: str, why: str, unit: str = ""
) -> Problem:
    """A question whose answer is one number."""
    field = Input("value", "answer", unit)
    return Problem(name, "number", title, prompt, answer, (field,), hints=(Hint(hint),), explanation=why)


def numbers(
    name: str, title: str, prompt: str, answer: Callable[[], Mapping[str, float]], *, hint: str, why: str
) -> Problem:
    """A question whose answer is a number for each named coordinate."""
    fields = tuple(Input(coordinate, coordinate) for coordinate in answer())
    return Problem(name, "number", title, prompt, answer, fields, hints=(Hint(hint),), explanation=why)


def formula(name: str, title: str, prompt: str, right: Callable[[Any], Any], *, hint: str, why: str) -> Problem:
    """A question whose answer is an expression in one variable: the argument of ``right``, by its name."""
    field = Input("value", f"in terms of {next(iter(signature(right).parameters))}")
    return Problem(name, "formula", title, prompt, lambda: right, (field,), hints=(Hint(hint),), explanation=why)


def choose(name: str, title: str, prompt: str, options: tuple[str, ...], *, hint: str, why: str) -> Problem:
    """A question with options: the first is right. A page shows them in an order that stays the same."""
    shown = random.Random(name).sample(options, len(options))
    place = shown.index(options[0])
    return Problem(name, "choice", title, prompt, lambda: place, (), tuple(shown), hints=(Hint(hint),), explanation=why)


def area(f: Callable[[Any], Any], low: float, high: float) -> float:
    """∫ f from low to high by adaptive quadrature."""
    from scipy.integrate import quad

    return float(quad(f, low, high, epsabs=1e-10, limit=200)[0])
