"""Formulas that readers type: what is understood, and that nothing typed is ever run."""

from __future__ import annotations

import ast
import inspect
import time

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.study import formulas

ATTACKS = (
    "__import__('os').system('true')",
    "().__class__.__bases__[0].__subclasses__()",
    "exp.__globals__",
    "x.__class__",
    "[i for i in range(9)]",
    "(lambda: 1)()",
    "open('/etc/passwd')",
    "exec('1')",
    "eval('1')",
    "getattr(x, 'real')",
    "x[0]",
    "{}",
    "'a' * 10",
    "b'a'",
    "f'{x}'",
    "x if x else 1",
    "x and 1",
    "x < 1",
    "not x",
    "~x",
    "x // 2",
    "x % 2",
    "x @ x",
    "x << 99",
    "(x := 2)",
    "exp(x, x)",
    "exp(*x)",
    "exp(x=1)",
    "exp(exp)",
    "sin",
    "True",
    "...",
    "y",
    "x; x",
    "import os",
    "x\n+1; 2",
    "\x00",
    "",
    "   ",
    "*" * 250,
    "(" * 290,
    "-" * 299 + "1",
    "+".join(["1"] * 140),
    "1" * 301,
)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_is_no_arithmetic_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InputError) as refused:
        formulas.evaluate(text, {"x": np.ones(3)})
    assert 10 < len(str(refused.value)) < 600


@pytest.mark.parametrize("text", ["9**9**9**9", "2**(2**(2**(2**(2**2))))", "1e308*1e308", "exp(exp(exp(99)))", "1/0"])
def test_no_number_grows_without_bound(text: str) -> None:
    start = time.process_time()
    assert not np.isfinite(formulas.evaluate(text)).all()
    assert time.process_time() - start < 5
    with pytest.raises(InputError, match="no real number"):
        formulas.number(text)


def test_nothing_in_the_module_runs_text() -> None:
    tree = ast.parse(inspect.getsource(formulas))
    called = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "getattr", "__import__", "open"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1/128", 1 / 128),
        ("2^10", 1024.0),
        ("π·2", 2 * np.pi),
        ("√(4)", 2.0),
        ("−3", -3.0),
        ("3²", 9.0),
        ("1e-3", 1e-3),
        ("0,5", 0.5),
        (" 12\u202f000 ".replace("\u202f", ""), 12_000.0),
        ("61 586", 61_586.0),
        ("492\u202f348", 492_348.0),
        ("0,500", 0.5),
        ("e**0", 1.0),
        ("exp(i*pi)", -1.0),
        ("sinc(0.5)", 2 / np.pi),
    ],
)
def test_how_people_write_numbers(typed: str, value: float) -> None:
    assert formulas.number(typed) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("typed", ["61,586", "-1,552", "1,234,567"])
def test_a_comma_that_may_part_thousands_is_asked_about(typed: str) -> None:
    with pytest.raises(InputError, match="two ways"):
        formulas.number(typed)


def test_variables_may_be_arrays_and_complex() -> None:
    x = np.linspace(-1, 1, 7)
    found = formulas.evaluate("exp(-2*pi*i*x) * g", {"x": x, "g": 1 + 2j})
    assert np.allclose(found, np.exp(-2j * np.pi * x) * (1 + 2j))


def test_an_imaginary_number_is_no_number_of_an_answer() -> None:
    with pytest.raises(InputError, match="no real number"):
        formulas.number("2*i")
