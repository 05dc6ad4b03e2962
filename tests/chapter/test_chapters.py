"""Figures at every knob's ends, answers against print, wrong answers, mutations, derivations, served questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from underfocus.base import units
from underfocus.base.errors import InputError
from underfocus.data.optics import Optics
from underfocus.physics import ctf
from underfocus.show.figure import Figure
from underfocus.show.specs import Bars, Curve, Image
from underfocus.study import chapter, derivations, prose, specimens
from underfocus.study.chapters.phase_contrast import contrast, damping, measured
from underfocus.study.problems import Problem, check, expected_numbers

CHAPTERS = chapter.chapters()
FIGURES = {f"{c.slug}/{n}": f for c in CHAPTERS for n, f in c.figures.items()}
PROBLEMS = {f"{c.slug}/{n}": p for c in CHAPTERS for n, p in c.problems.items()}
DERIVATIONS = {f"{c.slug}/{n}": d for c in CHAPTERS for n, d in c.derivations.items()}

#: Printed answers, worked out independently of the engine.
PRINTED: dict[str, tuple[tuple[float, ...], float]] = {
    "fourier/bin-spacing": ((0.0078125, 2.0), 1e-6),
    "fourier/length-ranges": ((128, 64, 42.67, 2.098, 2.065, 2.032, 2.0), 3e-4),
    "fourier/bands": ((13, 26, 1552, 6184, 61_586, 492_348), 1e-9),
    "fourier/magnify": ((0.5,), 1e-3),
    "fourier/gibbs": ((8.95,), 1e-3),
    "phase-contrast/first-zero-pure": ((9.92, 14.03, 19.84), 5e-4),
    "phase-contrast/first-zero-real": ((10.03, 14.24, 20.16), 5e-4),
    "phase-contrast/ctf-at-zero": ((-0.1,), 1e-9),
    "phase-contrast/crossings": ((20, 42, 42), 1e-9),
    "phase-contrast/delocalisation": ((25, 58, 124, 189, 72.7), 1e-2),
    "phase-contrast/box": ((116, 247, 342), 2e-3),
    "phase-contrast/b-hundred": ((0.3679, 0.6065), 1e-3),
    "phase-contrast/b-one-over-e": ((5.0,), 1e-9),
    "phase-contrast/plate-zero": ((14.03,), 5e-4),
    "phase-contrast/other-voltage": ((0.532,), 1e-3),
    "phase-contrast/real-defocus": ((2.7,), 1e-2),
    "phase-contrast/ring-fraction": ((68.75, 11.46, 176.0, 29.33), 1e-3),
}


@pytest.fixture(autouse=True)
def an_image_of_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stands for what a reader brought: a small picture with a pixel of its own."""
    data = np.random.default_rng(5).standard_normal((96, 96)).astype(np.float32)
    monkeypatch.setattr(specimens, "_mine", specimens.Specimen(data, 3.1, "mine.mrc"))


def finite(item: Any) -> bool:
    if isinstance(item, Image):
        return bool(np.isfinite(item.data).all())
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
            found += [{bound.name: v} for v in (low, high, round((low + high) / 2))]
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_draws_at_the_ends_of_every_knob(name: str) -> None:
    for values in positions(FIGURES[name]):
        panels = FIGURES[name].draw(**values)
        assert panels.pictures
        assert all(finite(p) for p in panels.pictures), values


def fingerprint(figure: Figure, values: dict[str, Any]) -> list[bytes]:
    """All that a figure shows, as bytes."""
    panels = figure.draw(**values)
    drawn = []
    for p in panels.pictures:
        shown = [p.data] if isinstance(p, Image) else [p.heights] if isinstance(p, Bars) else [x.y for x in p.lines]
        drawn += [array.tobytes() for array in shown]
    return [*drawn, repr([r.value for r in panels.readouts]).encode()]


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_answers_to_every_knob(name: str) -> None:
    figure = FIGURES[name]
    # the direction of astigmatism means nothing while there is none
    base = {"astigmatism": 900.0} if "astigmatism_angle" in figure.defaults() else {}
    before = fingerprint(figure, base)
    for bound in figure.knobs:
        ends = [v[bound.name] for v in positions(figure) if bound.name in v]
        turned = (fingerprint(figure, {**base, bound.name: end}) for end in ends)
        assert any(now != before for now in turned), f"{bound.name} turns nothing"


@pytest.mark.parametrize("name", PRINTED)
def test_answers_agree_with_print(name: str) -> None:
    values, tolerance = PRINTED[name]
    assert np.allclose(list(expected_numbers(PROBLEMS[name]).values()), values, rtol=tolerance)


def test_every_numeric_answer_is_compared_with_print_or_named_here() -> None:
    numeric = {n for n, p in PROBLEMS.items() if p.kind == "number"}
    assert numeric - set(PRINTED) == {"phase-contrast/wrong-w"}
    bias = expected_numbers(PROBLEMS["phase-contrast/wrong-w"])["value"]
    # a phase of this size is taken up by Δf·πλs² at some s of the fit, between 1/40 and 1/4 1/Å
    shift = (np.arcsin(0.1) - np.arcsin(0.2)) / (np.pi * units.wavelength(300.0))
    assert shift * 40**2 < bias < shift * 4**2


def right_answer(problem: Problem) -> dict[str, Any]:
    found = problem.answer()
    if problem.kind == "number":
        return {name: repr(value) for name, value in expected_numbers(problem).items()}
    if problem.kind == "formula":
        return {problem.inputs[0].name: {"scaling": "a*exp(-pi*a^2*u^2)", "shift": "exp(-2*pi*i*u*x0)*G"}[problem.id]}
    if problem.kind == "card":
        return {"text": "In my own words, at some length, this is what I believe."}
    return {
        {"order": "order", "choice": "choice", "match": "match", "target": "values"}[problem.kind]: list(found)
        if isinstance(found, tuple)
        else found
    }


def wrong_answers(problem: Problem) -> list[dict[str, Any]]:
    right = right_answer(problem)
    if problem.kind == "number":
        return [{n: repr(1.3 * float(v) + 0.1) for n, v in right.items()}, dict.fromkeys(right, "0.123456")]
    if problem.kind == "formula":
        return [{problem.inputs[0].name: "exp(-u**2)"}]
    if problem.kind == "choice":
        return [{"choice": i} for i in range(len(problem.options)) if i != right["choice"]]
    if problem.kind == "target":
        return [
            {"values": {"defocus": 17_400.0, "astigmatism": 0.0, "amplitude_contrast": 0.2}},
            {"values": {"defocus": 10_000.0, "astigmatism": 0.0, "amplitude_contrast": 0.1}},
        ]
    key = problem.kind
    return [{key: right[key][::-1]}]


@pytest.mark.parametrize("name", PROBLEMS)
def test_right_is_right_and_wrong_is_refused_with_a_hint(name: str) -> None:
    problem = PROBLEMS[name]
    verdict = check(problem, right_answer(problem))
    assert verdict.correct
    assert len(verdict.explanation) > 20
    if problem.kind == "card":
        with pytest.raises(InputError, match="more characters"):
            check(problem, {"text": "too short"})
        return
    for wrong in wrong_answers(problem):
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
    "choice": ({}, {"choice": 99}, {"choice": -1}, {"choice": "0"}, {"choice": True}),
    "order": ({}, {"order": []}, {"order": "0123"}, {"order": [0, "1", 2, 3]}),
    "match": ({}, {"match": [0]}, {"match": [0, 1, 2, 3, None]}),
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
    assert damping.temporal(1 / 2, 63.0) == pytest.approx(0.6222, abs=5e-5)
    source = damping.spatial(np.array([1 / 2, 1 / 3]), 0.03, Optics())
    assert source == pytest.approx([0.7114, 0.8278], abs=5e-5)
    assert damping.critical_dose(np.array([1 / 3, 0.1])) == pytest.approx([4.33993, 14.13936], rel=1e-5)
    assert damping.dose(np.array([1 / 3, 0.1]), 40.0) == pytest.approx([0.009968, 0.243049], rel=1e-4)
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
    figure = FIGURES["phase-contrast/before_after"]

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
    assert not derivations.check(derivation, {"marked": []}).correct
    assert not derivations.check(derivation, {"marked": list(range(1, len(residuals) + 1))}).correct
    for unreadable in ([0], [-1], [len(derivation.lines)], [True], ["1"], "1", None):
        with pytest.raises(InputError, match="numbers from 1"):
            derivations.check(derivation, {"marked": unreadable})


def test_the_weak_phase_steps_grow_with_the_phase() -> None:
    derivation = DERIVATIONS["phase-contrast/from-wave-to-ctf"]
    weak, strong = (derivations.evaluate(derivation, {"strength": e}) for e in (0.02, 0.4))
    for gap in derivation.steps:
        assert strong[gap - 1] > 10 * weak[gap - 1]


@pytest.mark.parametrize("c", CHAPTERS, ids=lambda c: c.slug)
def test_a_chapter_sets_all_it_has_and_is_strict_html(c: chapter.Chapter) -> None:
    html = chapter.render(c)
    for kind, names in (("fig", c.figures), ("problem", c.problems), ("derivation", c.derivations)):
        for name in names:
            assert html.count(f'id="{kind}-{name}"') == 1, f"{kind} {name} is not set exactly once"
    assert not re.search(r"\sstyle=|<script|\son\w+=", html)
    assert "{{" not in html


def test_open_chapters_and_the_error_for_others() -> None:
    assert [c.slug for c in CHAPTERS] == ["fourier", "phase-contrast"]
    with pytest.raises(InputError, match="open are"):
        chapter.find("nowhere")


def test_punctuation_stays_on_the_line_of_its_formula() -> None:
    drawn = prose.block("Of $s$ (in 1/Å), $u$, and $v$ what is $w$?")
    joined = re.findall(r'<span class="unbroken"><span class="math inline">(.*?)</span>(.)</span>', drawn)
    assert [mark for _, mark in joined] == [",", "?"]
    assert all(formula.count("<math") == 1 for formula, _ in joined)
