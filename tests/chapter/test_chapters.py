"""Figures at every knob's ends, answers against print, wrong answers, mutations, derivations, served questions."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.physics import ctf, envelopes
from underfocus.show.figure import Figure
from underfocus.show.scene import Scene
from underfocus.show.specs import Bars, Curve, Image
from underfocus.study import chapter, derivations, own_views, prose, specimens
from underfocus.study.chapters.phase_contrast import contrast, damping, measured
from underfocus.study.checking import check, expected_numbers
from underfocus.study.problems import Problem

CHAPTERS = chapter.chapters()
EVERY_FIGURE = {f"{c.slug}/{c.stream}/{n}": f for c in CHAPTERS for n, f in c.figures.items()}
FIGURES = {name: figure for name, figure in EVERY_FIGURE.items() if not figure.measured}
MEASURED = {name: figure for name, figure in EVERY_FIGURE.items() if figure.measured}
PROBLEMS = {f"{c.slug}/{c.stream}/{n}": p for c in CHAPTERS for n, p in c.problems.items()}
DERIVATIONS = {f"{c.slug}/{c.stream}/{n}": d for c in CHAPTERS for n, d in c.derivations.items()}


def answers_of(c: chapter.Chapter) -> ModuleType:
    """What the tests know of a chapter: tests/chapter/answers/FOLDER_STREAM.py."""
    return importlib.import_module(f"tests.chapter.answers.{c.slug.replace('-', '_')}_{c.stream}")


def known(table: str) -> dict[str, Any]:
    """One table of all chapters, by SLUG/STREAM/NAME."""
    found: dict[str, Any] = {}
    for c in CHAPTERS:
        found |= {f"{c.slug}/{c.stream}/{n}": v for n, v in getattr(answers_of(c), table, {}).items()}
    return found


#: Printed answers, worked out independently of the engine: the numbers and a relative tolerance.
PRINTED: dict[str, tuple[tuple[float, ...], float]] = known("PRINTED")
#: Right answers as a reader types them, solutions as a reader writes them, and knobs turned to the wrong places.
FORMULAS, SOLUTIONS, TARGETS = known("FORMULAS"), known("SOLUTIONS"), known("TARGETS")
#: Numeric answers without a printed number, and why.
UNPRINTED: dict[str, str] = known("UNPRINTED")
#: Knobs that a figure needs turned before another knob means something.
BASES: dict[str, dict[str, Any]] = known("BASES")


@pytest.fixture(autouse=True)
def an_image_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands for what a reader brought: a small picture with a pixel of its own, and particles' views."""
    data = np.random.default_rng(5).standard_normal((96, 96)).astype(np.float32)
    monkeypatch.setattr(specimens, "_mine", specimens.Specimen(data, 3.1, "mine.mrc"))
    views = np.random.default_rng(6).standard_normal((300, 3)) * (1.0, 1.0, 0.2)
    found = own_views.OwnViews(views / np.linalg.norm(views, axis=1, keepdims=True), "mine.star")
    monkeypatch.setattr(own_views, "_mine", found)


def finite(item: Any) -> bool:
    if isinstance(item, Image):
        return bool(np.isfinite(item.data).all())
    if isinstance(item, Scene):
        return True  # a scene takes finite numbers alone
    if isinstance(item, Curve):
        return all(np.isfinite(line.y).any() for line in item.lines)
    return not isinstance(item, Bars) or bool(np.isfinite(item.heights).all())


def positions(figure: Figure) -> list[dict[str, Any]]:
    """The defaults, and each knob at its ends or choices."""
    found: list[dict[str, Any]] = [{}]
    for bound in figure.knobs:
        if bound.kind == "choice":
            found += [{bound.name: c} for c in bound.choices]
        elif bound.kind == "switch":
            found += [{bound.name: v} for v in (True, False)]
        else:
            low, high = float(bound.knob.low or 0), float(bound.knob.high or 0)
            middle = (low + high) / 2
            found += [{bound.name: v} for v in (low, high, round(middle) if bound.kind == "integer" else middle)]
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_at_the_ends_of_every_knob(name: str) -> None:
    for values in positions(FIGURES[name]):
        panels = FIGURES[name].draw(**values)
        assert panels.pictures
        assert all(finite(p) for p in panels.pictures), values


def arrays(p: Any) -> list[np.ndarray[Any, Any]]:
    """All numbers of a picture."""
    if isinstance(p, Scene):
        return [v for item in p.items for v in vars(item).values() if isinstance(v, np.ndarray)]
    if isinstance(p, Image | Bars):
        return [p.data if isinstance(p, Image) else p.heights]
    return [line.y for line in p.lines] + [line.x for line in p.lines if line.x is not None]


def fingerprint(figure: Figure, values: dict[str, Any]) -> list[bytes]:
    """All that a figure shows, as bytes."""
    panels = figure.draw(**values)
    drawn = []
    for p in panels.pictures:
        drawn += [array.tobytes() for array in arrays(p)]
    return [*drawn, repr([r.value for r in panels.readouts]).encode()]


@pytest.mark.parametrize("name", MEASURED)
def test_a_measured_figure_measures(name: str) -> None:
    figure = MEASURED[name]
    numeric = [b for b in figure.knobs if b.kind in ("number", "integer")]
    *_, last = figure.stages(**{b.name: b.knob.low for b in numeric})
    assert last.pictures
    assert all(finite(p) for p in last.pictures)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_answers_to_every_knob(name: str) -> None:
    figure = FIGURES[name]
    for bound in figure.knobs:
        base = BASES.get(f"{name}.{bound.name}", {})
        before = fingerprint(figure, base)
        ends = [v[bound.name] for v in positions(figure) if bound.name in v]
        turned = (fingerprint(figure, {**base, bound.name: end}) for end in ends)
        assert any(now != before for now in turned), f"{bound.name} turns nothing"


@pytest.mark.parametrize("name", PRINTED)
def test_answers_agree_with_print(name: str) -> None:
    values, tolerance = PRINTED[name]
    assert np.allclose(list(expected_numbers(PROBLEMS[name]).values()), values, rtol=tolerance)


def test_every_numeric_answer_is_compared_with_print_or_named_here() -> None:
    numeric = {n for n, p in PROBLEMS.items() if p.kind == "number"}
    assert numeric - set(PRINTED) == set(UNPRINTED)


def test_the_bias_of_a_wrong_w_is_bracketed() -> None:
    bias = expected_numbers(PROBLEMS["phase-contrast/blur/wrong-w"])["value"]
    # a phase of this size is taken up by Δf·πλs² at some s of the fit, between 1/40 and 1/4 1/Å
    shift = (np.arcsin(0.1) - np.arcsin(0.2)) / (np.pi * units.wavelength(300.0))
    assert shift * 40**2 < bias < shift * 4**2


def test_a_wrong_voltage_is_wrong_by_the_wavelengths() -> None:
    ratio = expected_numbers(PROBLEMS["phase-contrast/blur/wrong-voltage"])["value"]
    assert ratio == pytest.approx(units.wavelength(300.0) / units.wavelength(200.0), rel=0.02)


def right_answer(name: str, problem: Problem) -> dict[str, Any]:
    if problem.kind == "code":
        return {"code": SOLUTIONS[name], "anyway": True}
    found = problem.answer()
    if problem.kind == "number":
        return {name: repr(value) for name, value in expected_numbers(problem).items()}
    if problem.kind == "formula":
        return {problem.inputs[0].name: FORMULAS[name]}
    if problem.kind == "card":
        return {"text": "In my own words, at some length, this is what I believe."}
    return {
        {"order": "order", "choice": "choice", "match": "match", "target": "values"}[problem.kind]: list(found)
        if isinstance(found, tuple)
        else found
    }


def wrong_answers(name: str, problem: Problem) -> list[dict[str, Any]]:
    right = right_answer(name, problem)
    if problem.kind == "code":
        return [
            {"code": code, "anyway": True} for code in (problem.starter, f"def {problem.entry}(*given): return 0.5")
        ]
    if problem.kind == "number":
        return [{n: repr(1.3 * float(v) + 0.1) for n, v in right.items()}, dict.fromkeys(right, "0.123456")]
    if problem.kind == "formula":
        return [{problem.inputs[0].name: "0.123 * pi"}]
    if problem.kind == "choice":
        return [{"choice": i} for i in range(len(problem.options)) if i != right["choice"]]
    if problem.kind == "target":
        return [{"values": values} for values in TARGETS[name]]
    key = problem.kind
    return [{key: right[key][::-1]}]


@pytest.mark.parametrize("name", PROBLEMS)
def test_right_is_right_and_wrong_is_refused_with_a_hint(name: str) -> None:
    problem = PROBLEMS[name]
    verdict = check(problem, right_answer(name, problem))
    assert verdict.correct
    assert len(verdict.explanation) > 20
    if problem.kind == "card":
        with pytest.raises(InputError, match="more characters"):
            check(problem, {"text": "too short"})
        return
    for wrong in wrong_answers(name, problem):
        refused = check(problem, wrong)
        assert not refused.correct, wrong
        assert len(refused.message) > 10
    for hint in problem.hints:
        if hint.wrong is not None and problem.kind == "number":
            typed = hint.wrong()
            names = [f.name for f in problem.inputs]
            values = typed if isinstance(typed, dict) else dict(zip(names, np.atleast_1d(typed), strict=True))
            said = check(problem, {n: repr(float(v)) for n, v in values.items()})
            assert hint.say in said.message, "the typical wrong answer does not get its hint"


@pytest.mark.parametrize("name", [n for n, p in PROBLEMS.items() if p.kind in ("number", "formula")])
@pytest.mark.parametrize("rubbish", ["", "abc", "__import__('os')", "1/0", "nan", "9**9**9**9", "(" * 400])
def test_rubbish_is_answered_with_a_sentence(name: str, rubbish: str) -> None:
    problem = PROBLEMS[name]
    answer = {field.name: rubbish for field in problem.inputs}
    with pytest.raises(InputError) as refused:
        check(problem, answer)
    assert len(str(refused.value)) > 10


UNREADABLE: dict[str, tuple[dict[str, Any], ...]] = {
    "code": ({}, {"code": ""}, {"code": "  "}, {"code": None}, {"code": "x = 1\n" * 9000}),
    "choice": ({}, {"choice": 99}, {"choice": -1}, {"choice": "0"}, {"choice": True}),
    "order": ({}, {"order": []}, {"order": "0123"}, {"order": [0, "1", 2, 3]}),
    "match": ({}, {"match": []}, {"match": "01"}, {"match": [0, 1, 2, 3, None]}),
    "card": ({}, {"text": ""}, {"text": None}),
    "target": (
        {},
        {"values": []},
        {"values": {}},
        {"values": {"defocus": 17_400.0}},
        *(
            {"values": {"defocus": d, "astigmatism": 0.0, "amplitude_contrast": 0.1}}
            for d in ("far", None, np.nan, True)
        ),
    ),
}


@pytest.mark.parametrize("name", [n for n, p in PROBLEMS.items() if p.kind in UNREADABLE])
def test_what_cannot_be_read_is_answered_with_a_sentence_and_tells_nothing(name: str) -> None:
    problem = PROBLEMS[name]
    for answer in UNREADABLE[problem.kind]:
        with pytest.raises(InputError) as refused:
            check(problem, answer)
        assert len(str(refused.value)) > 10
        assert "17400" not in str(refused.value)


def answers() -> dict[str, Any]:
    return {
        n: expected_numbers(p) if p.kind == "number" else p.answer()
        for n, p in PROBLEMS.items()
        if p.kind in ("number", "choice")
    }


def changed(before: Any, after: Any) -> bool:
    if isinstance(before, dict):
        return not np.allclose(list(before.values()), list(after.values()), rtol=1e-4)
    return bool(before != after)


MUTATIONS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "wavelength": lambda m: m.setattr(units, "wavelength", lambda kv, right=units.wavelength: 1.01 * right(kv)),
    "wavelength ratio": lambda m: m.setattr(units, "wavelength", lambda kv, right=units.wavelength: right(kv) ** 1.02),
    "bfactor": lambda m: m.setattr(ctf, "B_DIVISOR", 1.0),
    "gamma sign": lambda m: m.setattr(ctf, "GAMMA_SIGN", 1.0),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_changes_exactly_the_answers_that_rest_on_it(mutation: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = answers()
    MUTATIONS[mutation](monkeypatch)
    after = answers()
    moved = {n for n in before if changed(before[n], after[n])}
    named = {n for n, p in PROBLEMS.items() if mutation in p.rests_on}
    assert named
    assert named <= moved, f"{named - moved} say that they rest on {mutation} and do not"
    if mutation != "wavelength ratio":
        assert moved <= named, f"{moved - named} rest on {mutation} and do not say so"


def test_what_fades_agrees_with_print() -> None:
    assert envelopes.temporal(np.array(1 / 2), 63.0, 300.0) == pytest.approx(0.6222, abs=5e-5)
    source = envelopes.spatial(np.array([1 / 2, 1 / 3]), 0.03, Optics())
    assert source == pytest.approx([0.7114, 0.8278], abs=5e-5)
    assert damping.atomic_b(0.5) == pytest.approx(19.74, abs=5e-3)


def test_rings_that_were_made_are_measured() -> None:
    pixel, made = 2.5, Optics(defocus=19_000.0)
    noise = np.random.default_rng(8).standard_normal((512, 512))
    s, average, _ = measured.rings(contrast.imaged(noise, pixel, made), pixel)
    assert measured.best_defocus(s, average) == pytest.approx(19_000.0, rel=0.01)


def test_amplitude_contrast_and_phase_shift_are_one_number() -> None:
    s = np.linspace(1 / 40, 1 / 6, 400)
    truth = Optics(amplitude_contrast=0.1, bfactor=60.0)
    data, wrong = contrast.power_curve(truth, s), Optics(amplitude_contrast=0.3, bfactor=60.0)
    held, worse = contrast.fitted(data, s, wrong)
    free, better = contrast.fitted(data, s, wrong, shift_too=True)
    assert held.defocus < 15_000 - 100
    assert worse > 0.02
    assert better < 1e-6
    assert free.defocus == pytest.approx(15_000, abs=0.1)
    assert free.phase_shift == pytest.approx(np.rad2deg(np.arcsin(0.1) - np.arcsin(0.3)), abs=1e-3)


def test_a_tight_box_loses_what_a_wider_one_shows() -> None:
    figure = FIGURES["phase-contrast/blur/before_after"]

    def outside(padding: float) -> float:
        return float(figure.draw(specimen="protein", padding=padding, defocus=20_000.0).readouts[1].value)

    assert outside(1.0) == 0
    assert outside(1.8) > 5


@pytest.mark.parametrize("name", DERIVATIONS)
def test_a_derivation_is_exact_where_it_says_so(name: str) -> None:
    derivation = DERIVATIONS[name]
    residuals = derivations.evaluate(derivation, {})
    for gap, residual in enumerate(residuals, 1):
        assert (residual > 1e-6) == (gap in derivation.steps), f"gap {gap}: {residual}"
        if gap not in derivation.steps:
            assert residual < 1e-9
    assert derivations.check(derivation, {"marked": sorted(derivation.steps)}).correct
    assert derivations.check(derivation, {"marked": []}).correct == (not derivation.steps)
    assert not derivations.check(derivation, {"marked": list(range(1, len(residuals) + 1))}).correct
    for unreadable in ([0], [-1], [len(derivation.lines)], [True], ["1"], "1", None):
        with pytest.raises(InputError, match="numbers from 1"):
            derivations.check(derivation, {"marked": unreadable})


def test_the_weak_phase_steps_grow_with_the_phase() -> None:
    derivation = DERIVATIONS["phase-contrast/blur/from-wave-to-ctf"]
    weak, strong = (derivations.evaluate(derivation, {"strength": e}) for e in (0.02, 0.4))
    for gap in derivation.steps:
        assert strong[gap - 1] > 10 * weak[gap - 1]


@pytest.mark.parametrize("c", CHAPTERS, ids=lambda c: f"{c.slug}/{c.stream}")
def test_a_chapter_sets_all_it_has_and_is_strict_html(c: chapter.Chapter) -> None:
    html = chapter.render(c)
    for kind, names in (("fig", c.figures), ("problem", c.problems), ("derivation", c.derivations)):
        for name in names:
            assert html.count(f'id="{kind}-{name}"') == 1, f"{kind} {name} is not set exactly once"
    assert not re.search(r"\sstyle=|<script|\son\w+=", html)
    assert "{{" not in html


def test_open_chapters_and_the_error_for_others() -> None:
    order = [int(c.meeting[1:]) for c in CHAPTERS]
    assert order == sorted(order), "chapters stand in the order of the meetings"
    with pytest.raises(InputError, match="open are"):
        chapter.find("nowhere")


def test_punctuation_stays_on_the_line_of_its_formula() -> None:
    drawn = prose.block("Of $s$ (in 1/Å), $u$, and $v$ what is $w$?")
    joined = re.findall(r'<span class="unbroken"><span class="math inline">(.*?)</span>(.)</span>', drawn)
    assert [mark for _, mark in joined] == [",", "?"]
    assert all(formula.count("<math") == 1 for formula, _ in joined)
