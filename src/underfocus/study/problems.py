"""Problems as data. An answer is a call of the engine, never a typed number; `checking` compares with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["number", "formula", "order", "choice", "match", "target", "card", "code"]


@dataclass(frozen=True)
class Input:
    """One field of an answer."""

    name: str
    label: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Hint:
    """What to say to a certain wrong answer: ``wrong()`` computes it (a number or numbers), or None for any other."""

    say: str
    wrong: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Problem:
    """A problem. What ``answer()`` gives depends on the kind:

    number: a float, or one a field; formula: a function of the named variables; order: the options' places (they are
    listed in the right order); choice: the right option's place; match: for each item the option's place; target: the
    hidden knob values of ``figure``; card: the model answer as Markdown; code: the engine's function, with which the
    reader's function ``entry`` must agree on every one of ``trials()`` (tuples of arguments), unless a ``judge`` says
    what is wrong with the pairs of arguments and result ("" where nothing is).

    ``rests_on`` names the physics whose mutation must change the answer; ``serves`` the syllabus' questions.
    """

    id: str
    kind: Kind
    title: str
    prompt: str
    answer: Callable[[], Any]
    inputs: tuple[Input, ...] = (Input("value"),)
    options: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tolerance: float = 0.01
    hints: tuple[Hint, ...] = ()
    explanation: str = ""
    rests_on: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    figure: str | None = None
    draw: Callable[..., Any] | None = None
    entry: str = ""
    starter: str = ""
    trials: Callable[[], Sequence[tuple[Any, ...]]] | None = None
    judge: Callable[[list[tuple[tuple[Any, ...], Any]]], str] | None = None


@dataclass(frozen=True)
class Verdict:
    """Right or wrong, what to say about it, and the explanation of a right answer (all Markdown)."""

    correct: bool
    message: str
    explanation: str = ""
