"""The self-tests of "Before you come" against answers worked out by hand, through the checker that readers meet."""

from __future__ import annotations

import math
import re

import pytest

from underfocus.study import before
from underfocus.study.checking import check
from underfocus.study.prose import block
from underfocus.study.syllabus import prerequisites

PI = math.pi

#: Right answers in closed form, independent of the code that computes them.
NUMBERS = {
    "calculus-peak": 1 / 10,
    "calculus-partial": PI * 0.02 * 0.25,
    "calculus-gaussian": 3,
    "calculus-box-wave": 2 / PI,
    "calculus-sphere": 36 * PI,
    "calculus-ring": 0.03 * PI,
    "trigonometry-radians": PI / 6,
    "trigonometry-ice": 600,
    "trigonometry-height": 4000,
    "trigonometry-quadrant": 135,
    "trigonometry-period": 25,
    "trigonometry-sum": 5,
    "trigonometry-power": 1 / 2,
    "trigonometry-zero": 15,
    "linear-algebra-length": 7,
    "linear-algebra-angle": math.degrees(math.acos(8 / 9)),
    "linear-algebra-projection": 5,
    "linear-algebra-product": 20,
    "linear-algebra-eigenvalue": 3,
    "linear-algebra-hand": -1,
    "probability-mean": 2.1,
    "probability-variance": 0.49,
    "probability-scale": 6,
    "probability-independent": 5,
    "probability-average": 1 / 4,
    "probability-poisson": 5,
    "probability-empty": 1 / math.e,
    "probability-normal": math.erf(1 / math.sqrt(2)),
    "probability-bayes": 45 / 55,
    "sums-gauss": 55,
    "sums-powers": 31,
    "sums-geometric": 2,
    "sums-squares": 20,
    "sums-double": 60,
    "sums-shift": 4,
    "sums-roots": 4,
    "sums-convolution": 5 / 2,
    "physics-path": PI / 2,
    "physics-interference": 1.21,
    "physics-detect": 1 / 2,
    "physics-wavelength": 6.626e-34 / 3.366e-22 * 1e10,
    "physics-speed": math.sqrt(1 - 1 / 1.587**2),
    "physics-dose": 57.6,
}
COORDINATES: dict[str, dict[str, float]] = {
    "linear-algebra-cross": {"x": -3, "y": 6, "z": -3},
    "linear-algebra-turn": {"x": math.sqrt(3) / 2, "y": 1 / 2},
}
FORMULAS = {
    "calculus-power": ("12*s^3 - 4*s", "12*s^3 - 2*s"),
    "calculus-envelope": ("-2*s*exp(-s^2)", "-s*exp(-s^2)"),
    "calculus-product": ("sin(x) + x*cos(x)", "cos(x)"),
    "trigonometry-quarter": ("cos(g)", "-cos(g)"),
    "sums-closed": ("1 - q^4", "1 - q^3"),
}
CHOICES = {
    "calculus-odd": r"$\int_{-\infty}^{\infty} g(x) \sin(2\pi u x)\,dx$",
    "trigonometry-euler": r"$\frac{1}{2}(e^{i\theta} + e^{-i\theta})$",
    "linear-algebra-inverse": "its transpose $R^T$",
    "linear-algebra-order": "$BA$",
    "probability-uniform": r"$360°/\sqrt{12}$",
    "sums-delta": "$a_i$",
    "physics-elastic": "those scattered elastically, which interfere with the unscattered wave",
    "physics-solution": "They tumble, drift and change shape; freezing keeps a snapshot of each",
    "physics-vitreous": "So that water becomes a glass before it has time to crystallise",
    "physics-damage": "Inelastic scattering breaks bonds, finest detail first",
}
BY_NAME = before.problems()


def test_every_entry_has_ten_questions_and_each_is_checked_here() -> None:
    for entry in prerequisites().entries:
        assert len(before.of_entry(entry.name)) == 10
    assert set(BY_NAME) == {*NUMBERS, *COORDINATES, *FORMULAS, *CHOICES}
    assert all(name == problem.id for name, problem in BY_NAME.items())


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name: str) -> None:
    right = NUMBERS[name]
    assert check(BY_NAME[name], {"value": f"{right:.5g}"}).correct
    wrong = check(BY_NAME[name], {"value": f"{1.05 * right:.5g}"})
    assert not wrong.correct
    assert BY_NAME[name].hints[0].say in wrong.message


@pytest.mark.parametrize("name", NUMBERS)
def test_the_engine_agrees_with_the_closed_form_to_three_digits(name: str) -> None:
    assert BY_NAME[name].answer() == pytest.approx(NUMBERS[name], rel=1e-3)


@pytest.mark.parametrize("name", COORDINATES)
def test_coordinates(name: str) -> None:
    right = {field: f"{value:.5g}" for field, value in COORDINATES[name].items()}
    assert check(BY_NAME[name], right).correct
    for field, value in COORDINATES[name].items():
        assert not check(BY_NAME[name], {**right, field: f"{-value:.5g}"}).correct


@pytest.mark.parametrize("name", FORMULAS)
def test_formulas(name: str) -> None:
    right, wrong = FORMULAS[name]
    assert check(BY_NAME[name], {"value": right}).correct
    assert not check(BY_NAME[name], {"value": wrong}).correct


@pytest.mark.parametrize("name", CHOICES)
def test_choices(name: str) -> None:
    problem = BY_NAME[name]
    for place, option in enumerate(problem.options):
        assert check(problem, {"choice": place}).correct == (option == CHOICES[name])


def test_right_options_are_not_always_in_one_place() -> None:
    assert len({BY_NAME[name].answer() for name in CHOICES}) > 2


@pytest.mark.parametrize("name", BY_NAME)
def test_every_question_has_words_that_render(name: str) -> None:
    problem = BY_NAME[name]
    for words in (problem.prompt, problem.hints[0].say, problem.explanation):
        assert words
        drawn = block(words)
        assert "$" not in drawn
        assert not re.search(r"<merror|\sstyle=", drawn)


def test_the_page_asks_all_of_them_and_links_the_refreshers() -> None:
    page = before.before_html()
    assert page.count("<uf-problem") == 60
    for name in BY_NAME:
        assert f'data-problem="{before.PLACE}/{name}"' in page
    for reading in prerequisites().readings:
        assert reading.title in page
    assert not re.search(r'\sstyle="|<script>|\son\w+="', page)
