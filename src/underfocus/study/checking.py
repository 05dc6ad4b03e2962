"""The checker: an answer as a page sends it against the engine's own, with a hint for the typical wrong one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import signature
from typing import Any

import numpy as np

from ..base.errors import InputError
from . import coding, formulas
from .problems import Kind, Problem, Verdict

#: Points at which a formula is compared, and how closely.
POINTS, FORMULA_TOLERANCE = 20, 1e-6
#: Characters of a card that are written before the model answer shows.
CARD_CHARACTERS = 40
#: Share of a hidden curve's spread within which a matched target counts as found.
TARGET_TOLERANCE = 0.1


def check(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    """The verdict on an answer as a page sends it. InputError where it cannot be read."""
    checkers: dict[Kind, Callable[[Problem, Mapping[str, Any]], Verdict]] = {
        "number": _number,
        "formula": _formula,
        "order": _order,
        "choice": _choice,
        "match": _match,
        "target": _target,
        "card": _card,
        "code": coding.check,
    }
    return checkers[problem.kind](problem, answer)


def _right(problem: Problem, message: str = "Right.") -> Verdict:
    return Verdict(True, message, problem.explanation)


def _wrong(problem: Problem, matches: Callable[[Any], bool], message: str = "Not yet.") -> Verdict:
    """The hint whose wrong answer was given, else the general one, else the bare message."""
    general = ""
    for hint in problem.hints:
        if hint.wrong is None:
            general = general or hint.say
        elif matches(hint.wrong()):
            return Verdict(False, f"{message} {hint.say}")
    return Verdict(False, f"{message} {general}".strip())


def expected_numbers(problem: Problem) -> dict[str, float]:
    """The right number of each field."""
    return _by_field(problem, problem.answer())


def _by_field(problem: Problem, values: Any) -> dict[str, float]:
    names = [field.name for field in problem.inputs]
    if isinstance(values, Mapping):
        return {name: float(values[name]) for name in names}
    flat = np.atleast_1d(np.asarray(values, float))
    return dict(zip(names, map(float, flat), strict=True))


def _close(given: float, right: float, tolerance: float) -> bool:
    return abs(given - right) <= tolerance * abs(right) if right else abs(given) <= tolerance


def _number(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    right = expected_numbers(problem)
    missing = [field.label or field.name for field in problem.inputs if not str(answer.get(field.name, "")).strip()]
    if missing:
        raise InputError(f"an answer is missing for {missing[0]}")
    given = {name: formulas.number(str(answer[name])) for name in right}
    wrong = [n for n in right if not _close(given[n], right[n], problem.tolerance)]
    if not wrong:
        return _right(problem)

    def matches(value: Any) -> bool:
        other = _by_field(problem, value)
        return all(_close(given[n], other[n], problem.tolerance) for n in right)

    part = ""
    if len(right) > 1:
        labels = {field.name: field.label or field.name for field in problem.inputs}
        part = f"{len(right) - len(wrong)} of {len(right)} are right; look again at {labels[wrong[0]]}."
    return _wrong(problem, matches, f"Not yet. {part}".strip())


def variables_of(problem: Problem) -> tuple[str, ...]:
    """The variables of a formula: the arguments of its right answer."""
    return tuple(signature(problem.answer()).parameters)


def _formula(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    right = problem.answer()
    names = variables_of(problem)
    rng = np.random.default_rng(12)
    values = {name: rng.uniform(0.2, 1.8, POINTS) for name in names}
    field = problem.inputs[0].name
    given = formulas.evaluate(str(answer.get(field, "")), values)
    if not np.all(np.isfinite(given)):
        raise InputError("the formula has no value at some points: look for a division by zero or too large a power")

    def agrees(function: Callable[..., Any]) -> bool:
        expected = np.asarray(function(**values), complex)
        scale = np.abs(expected).max()
        return bool(np.all(np.abs(np.broadcast_to(given, expected.shape) - expected) <= FORMULA_TOLERANCE * scale))

    return _right(problem) if agrees(right) else _wrong(problem, agrees)


def _places(answer: Mapping[str, Any], key: str, count: int) -> list[int]:
    found = answer.get(key)
    if not isinstance(found, list) or not all(type(i) is int for i in found) or len(found) != count:
        raise InputError(f"the answer must name {count} places")
    return found


def _order(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    given = _places(answer, "order", len(problem.options))
    right = list(problem.answer())
    if given == right:
        return _right(problem)
    first = next(i for i, (a, b) in enumerate(zip(given, right, strict=True)) if a != b)
    start = f"The first {first} steps stand right." if first else "Another step comes first."
    return _wrong(problem, lambda wrong: list(wrong) == given, f"Not yet. {start}")


def _choice(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    given = answer.get("choice")
    if type(given) is not int or not 0 <= given < len(problem.options):
        raise InputError("choose one of the options")
    return _right(problem) if given == problem.answer() else _wrong(problem, lambda wrong: wrong == given)


def _match(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    given = _places(answer, "match", len(problem.items))
    right = list(problem.answer())
    if given == right:
        return _right(problem)
    count = sum(a == b for a, b in zip(given, right, strict=True))
    return _wrong(problem, lambda wrong: list(wrong) == given, f"{count} of {len(right)} pairs are right.")


def _target(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    hidden = problem.answer()
    assert problem.draw is not None
    wanted = np.asarray(problem.draw(**hidden))
    found = np.asarray(problem.draw(**_turned(answer.get("values"), tuple(hidden))))
    distance = float(np.sqrt(np.mean((wanted - found) ** 2)) / np.std(wanted))
    score = max(0.0, 1 - distance)
    if distance <= TARGET_TOLERANCE:
        close = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in hidden.items())
        return _right(problem, f"Found, with a score of {score:.2f}: the hidden values are {close}.")
    return _wrong(problem, lambda wrong: False, f"Not yet: score {score:.2f} of 1.")


def _turned(values: Any, names: tuple[str, ...]) -> dict[str, float]:
    """The values of all the knobs that a target hides. InputError where one is missing or no number."""
    if not isinstance(values, Mapping):
        raise InputError("turn the knobs of the figure first")
    for name in names:
        value = values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value):
            raise InputError(f"the figure's {name.replace('_', ' ')} must be a number, and {value!r} was given")
    return {name: float(values[name]) for name in names}


def _card(problem: Problem, answer: Mapping[str, Any]) -> Verdict:
    text = str(answer.get("text", "")).strip()
    if len(text) < CARD_CHARACTERS:
        left = CARD_CHARACTERS - len(text)
        raise InputError(f"write {left} more characters first; the model answer is worth more after your own")
    return Verdict(True, "Compare your answer with this one.", str(problem.answer()))
