"""What a question of a self-test is made of, in five words: number, numbers, formula, choose, area."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Item:
    """One question. ``answer()`` computes what is right: a number a field, a function of one variable for a formula,
    or the first of ``options`` for a choice."""

    kind: Literal["number", "formula", "choice"]
    name: str
    title: str
    prompt: str
    answer: Callable[[], Any]
    hint: str
    why: str
    unit: str = ""
    fields: tuple[str, ...] = ("",)
    options: tuple[str, ...] = ()


def number(
    name: str, title: str, prompt: str, answer: Callable[[], float], *, hint: str, why: str, unit: str = ""
) -> Item:
    """A question whose answer is one number."""
    return Item("number", name, title, prompt, lambda: {"value": answer()}, hint, why, unit, ("value",))


def numbers(
    name: str,
    title: str,
    prompt: str,
    answer: Callable[[], Mapping[str, float]],
    *,
    hint: str,
    why: str,
    unit: str = "",
) -> Item:
    """A question whose answer is a number for each named coordinate."""
    return Item("number", name, title, prompt, answer, hint, why, unit, tuple(answer()))


def formula(name: str, title: str, prompt: str, answer: Callable[[Any], Any], *, hint: str, why: str) -> Item:
    """A question whose answer is an expression in one variable: the argument of ``answer``, by its name."""
    variable = answer.__code__.co_varnames[0]
    return Item("formula", name, title, prompt, lambda: answer, hint, why, "", (variable,))


def choose(name: str, title: str, prompt: str, options: tuple[str, ...], *, hint: str, why: str) -> Item:
    """A question with options, of which the first is right; a page shows them in another order."""
    return Item("choice", name, title, prompt, lambda: options[0], hint, why, "", (), options)


def area(f: Callable[[Any], Any], low: float, high: float) -> float:
    """∫ f from low to high by adaptive quadrature."""
    from scipy.integrate import quad

    return float(quad(f, low, high, epsabs=1e-10, limit=200)[0])
