"""Problems, cards and living derivations as HTML forms. Answers are checked by the engine, on the server."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from .controls import control
from .markup import tag, text
from .prose import block, inline, math

if TYPE_CHECKING:
    from .derivations import Derivation
    from .problems import Problem

#: How much of an answer to a card a reader writes before the model answer is shown.
LEAST_CHARACTERS = 40

#: Characters of an option that still stand beside the item which it is matched with.
LONGEST_BESIDE = 26
#: What a reader should know before code of theirs, or of someone else's, is run.
DANGER = (
    "Your code runs on this machine, as you, in a process of its own with at most 10 seconds, 2 GB and no new "
    "processes. Where the system allows it (Linux does), that process has no network and cannot change a file. It can "
    "still read what you can read: run what you wrote, or have read and understood. numpy and scipy are there; the "
    "engine is not, since it is what your function is compared with."
)
RUN_ANYWAY = "Run it although the network cannot be cut off here: I know what this code does."


def problem_html(problem_id: str, problem: Problem) -> str:
    """The whole ``<uf-problem>`` element; ``problem_id`` is ``SLUG/STREAM/NAME``, the element's id ``problem-NAME``."""
    key = "problem-" + problem_id.rsplit("/", 1)[-1]
    fields = {
        "number": _inputs,
        "formula": _inputs,
        "order": _order,
        "choice": _choice,
        "match": _match,
        "target": _target,
        "card": _card,
        "code": _code,
    }[problem.kind]
    action = {"card": "Show a model answer", "code": "Run and check"}.get(problem.kind, "Check")
    form = tag(
        "form",
        tag("div", block(problem.prompt), class_="prompt", id=f"{key}-prompt"),
        fields(key, problem),
        tag("p", tag("button", action, type="submit", class_="check"), class_="actions"),
        tag("div", class_="verdict", role="status"),
        autocomplete="off",
        novalidate=True,
    )
    title = tag("h3", inline(problem.title), id=f"{key}-title", class_="problem-title")
    inner = tag("section", title, form, aria_labelledby=f"{key}-title")
    facts = {"data_problem": problem_id, "data_kind": problem.kind, "data_figure": getattr(problem, "figure", None)}
    return tag("uf-problem", inner, id=key, **facts)


def derivation_html(derivation_id: str, derivation: Derivation) -> str:
    """The whole ``<uf-derivation>`` element: lines of math, a gap with its residual between any two, and the knobs."""
    key = "derivation-" + derivation_id.rsplit("/", 1)[-1]
    rows: list[str] = []
    for i, line in enumerate(derivation.lines):
        if i:
            rows.append(_gap(i))
        why = tag("p", inline(line.why), class_="why") if line.why else ""
        rows.append(tag("li", tag("div", math(line.math_latex, display=True), class_="math block"), why, class_="line"))
    knobs = [control(key, bound) for bound in derivation.knobs]
    ask = "Mark each step where an approximation enters; turn the knobs and watch what each step leaves out."
    form = tag(
        "form",
        tag("p", ask, class_="ask"),
        tag("ol", *rows, class_="lines"),
        tag("div", *knobs, class_="knobs"),
        tag("p", class_="trouble", role="alert", hidden=True),
        tag("p", tag("button", "Check the marked steps", type="submit", class_="check"), class_="actions"),
        tag("div", class_="verdict", role="status"),
        autocomplete="off",
        novalidate=True,
    )
    title = tag("h3", inline(derivation.title), id=f"{key}-title", class_="problem-title")
    inner = tag("section", title, form, aria_labelledby=f"{key}-title")
    return tag("uf-derivation", inner, id=key, data_derivation=derivation_id)


def _gap(i: int) -> str:
    words = f"an approximation enters between lines {i} and {i + 1}"
    mark = tag("button", "approximation?", type="button", aria_pressed="false", aria_label=words, class_="mark")
    rect = tag("rect", width=0, height=4)
    bar = tag("svg", rect, class_="bar", viewBox="0 0 100 4", preserveAspectRatio="none", aria_hidden="true")
    left = tag("output", "", class_="residual", aria_label=f"residual between lines {i} and {i + 1}")
    return tag("li", mark, bar, left, class_="gap", data_gap=i)


def _inputs(key: str, problem: Problem) -> str:
    formula = problem.kind == "formula"
    rows = [
        tag(
            "div",
            tag("label", inline(field.label), for_=f"{key}-{field.name}"),
            tag(
                "input",
                type="text",
                id=f"{key}-{field.name}",
                name=field.name,
                inputmode="text" if formula else "decimal",
                spellcheck="false",
                autocapitalize="off",
                class_="formula" if formula else "number",
            ),
            tag("span", inline(field.unit), class_="unit") if field.unit else "",
            class_="field",
        )
        for field in problem.inputs
    ]
    return tag("div", *rows, class_="fields")


def _choice(key: str, problem: Problem) -> str:
    rows = [
        tag(
            "label",
            tag("input", type="radio", name="choice", value=i, id=f"{key}-{i}"),
            tag("span", _rich(option)),
            class_="option",
        )
        for i, option in _shuffled(problem)
    ]
    return tag("div", *rows, class_="options", role="radiogroup", aria_labelledby=f"{key}-prompt")


def _order(key: str, problem: Problem) -> str:
    """Rows to be moved up and down, shuffled in a way that stays the same for this problem."""
    places = [i for i, _ in _shuffled(problem)]
    if places == sorted(places):
        places.reverse()
    rows = [
        tag(
            "li",
            tag("span", _rich(problem.options[i]), class_="step"),
            tag("button", "↑", type="button", data_move=-1, aria_label=f"move step {i + 1} up"),
            tag("button", "↓", type="button", data_move=1, aria_label=f"move step {i + 1} down"),
            data_option=i,
        )
        for i in places
    ]
    return tag("ol", *rows, class_="order", aria_labelledby=f"{key}-prompt")


def _match(key: str, problem: Problem) -> str:
    options = [tag("option", "choose …", value="")]
    options += [tag("option", text(_plain(option)), value=i) for i, option in _shuffled(problem)]
    rows = [
        tag(
            "div",
            tag("label", _rich(item), for_=f"{key}-{i}"),
            tag("select", *options, id=f"{key}-{i}", data_item=i),
            class_="pair",
        )
        for i, item in enumerate(problem.items)
    ]
    # a long option is cut short beside its item; below it there is room
    long = max(len(_plain(option)) for option in problem.options) > LONGEST_BESIDE
    return tag("div", *rows, class_="pairs stacked" if long else "pairs")


def _shuffled(problem: Problem) -> list[tuple[int, str]]:
    """Options with their places, in an order that tells nothing and stays the same for this problem."""
    places = list(enumerate(problem.options))
    random.Random(problem.id).shuffle(places)
    return places


def _plain(option: str) -> str:
    """Markdown as a select shows it: without the signs of mathematics and code."""
    return option.replace("$", "").replace("`", "").replace("\\", "")


def _target(key: str, problem: Problem) -> str:
    name = str(getattr(problem, "figure", "") or "")
    return tag("p", "Turn the knobs of the ", tag("a", "figure", href=f"#fig-{name}"), " until both curves agree.")


def _card(key: str, problem: Problem) -> str:
    label = tag("label", "Your answer, in your own words", for_=f"{key}-text", class_="unseen")
    area = tag("textarea", id=f"{key}-text", name="text", rows=5, minlength=LEAST_CHARACTERS)
    left = tag("p", f"A model answer follows once you have written {LEAST_CHARACTERS} characters.", class_="count")
    return label + area + left


def _code(key: str, problem: Problem) -> str:
    """A place to write a function in, what running it means, and the way back to the beginning."""
    lines = max(8, len(problem.starter.splitlines()) + 3)
    label = tag("label", f"Your Python: a function {text(problem.entry)}", for_=f"{key}-code", class_="count")
    area = tag(
        "textarea",
        text(problem.starter),
        id=f"{key}-code",
        name="code",
        rows=lines,
        class_="python",
        spellcheck="false",
        autocapitalize="off",
        wrap="off",
    )
    allow = tag("label", tag("input", type="checkbox", name="anyway"), " ", RUN_ANYWAY, class_="anyway", hidden=True)
    again = tag("button", "Begin again", type="button", class_="plain begin")
    return label + area + tag("details", tag("summary", "What running it means"), tag("p", DANGER)) + allow + again


def _rich(option: str) -> str:
    """An option as HTML: a picture or other markup of the engine as it is, everything else as Markdown."""
    return option if option.startswith(("<svg", "<img", "<figure")) else inline(option)
