"""Living derivations: each line of a proof is mathematics and a call of the engine; residuals follow the knobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.knobs import BoundKnob, build, knobs_of
from .problems import Verdict


@dataclass(frozen=True)
class Line:
    """One line: its LaTeX, why it follows, its value for a state, and whether an approximation enters with it."""

    math_latex: str
    why: str
    value: Callable[[Any], Any]
    approximates: bool = False


@dataclass(frozen=True, eq=False)
class Derivation:
    """A proof over a small real object that ``state``, a function of annotated knobs, makes for the lines."""

    id: str
    title: str
    state: Callable[..., Any]
    lines: tuple[Line, ...]
    explanation: str = ""
    serves: tuple[str, ...] = ()
    knobs: tuple[BoundKnob, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "knobs", knobs_of(self.state))

    @property
    def steps(self) -> frozenset[int]:
        """The gaps in which an approximation enters: gap i lies before line i + 1, counted from 1."""
        return frozenset(i for i, line in enumerate(self.lines) if i and line.approximates)


def evaluate(derivation: Derivation, values: Mapping[str, Any]) -> list[float]:
    """‖line − line before‖ / ‖line before‖ for each gap at these knob values. Raises KnobError."""
    state = derivation.state(**build(derivation.state, values))
    found = [np.asarray(line.value(state), complex) for line in derivation.lines]
    return [float(np.linalg.norm(b - a) / np.linalg.norm(a)) for a, b in pairwise(found)]


def check(derivation: Derivation, answer: Mapping[str, Any]) -> Verdict:
    """The verdict on ``{"marked": [gap, …]}``. InputError where it cannot be read."""
    marked = answer.get("marked")
    gaps = range(1, len(derivation.lines))
    if not isinstance(marked, list) or not all(type(i) is int and i in gaps for i in marked):
        raise InputError(f"mark the steps where an approximation enters, by numbers from 1 to {gaps[-1]}")
    extra, missed = set(marked) - derivation.steps, derivation.steps - set(marked)
    if not extra and not missed:
        return Verdict(True, "Right: these steps approximate, the others are exact.", derivation.explanation)
    if extra:
        gap = min(extra)
        why = derivation.lines[gap].why
        return Verdict(False, f"The step to line {gap + 1} is exact. {why} Its residual stays at rounding.")
    return Verdict(False, f"{len(missed)} more of the steps approximate. Turn the knobs: their residual grows.")
