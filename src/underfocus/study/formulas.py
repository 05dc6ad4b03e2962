"""Closed forms that readers type: parsed through a whitelist of Python's syntax tree and evaluated by ourselves.

Nothing is ever run as code. Constants become floating point before any operation, so that no power can grow without
bound; length and depth are limited.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..base.errors import InputError

MOST_CHARACTERS, MOST_NODES = 300, 200
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "log": np.log,
    "ln": np.log,
    "abs": np.abs,
    "sinc": np.sinc,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
}
CONSTANTS = {"pi": np.pi, "e": np.e, "i": 1j, "j": 1j}
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}
#: A comma that may part thousands or decimals, and a space that can only part thousands.
_UNDECIDED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_GROUPING = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
#: What people type → what Python's grammar knows.
SPELLINGS = {"^": "**", "−": "-", "·": "*", "×": "*", "π": "pi", "²": "**2", "³": "**3", "√": "sqrt"}


def parse(text: str, variables: tuple[str, ...] = ()) -> ast.expr:
    """The checked syntax tree of an expression. InputError says what is not understood and how to write it."""
    for typed, known in SPELLINGS.items():
        text = text.replace(typed, known)
    if not text.strip() or len(text) > MOST_CHARACTERS:
        raise InputError(f"write a formula of at most {MOST_CHARACTERS} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise InputError(
            f"{text!r} is not understood; write products with *, powers with **, as in 2*pi*x**2"
        ) from None
    nodes = list(ast.walk(tree))
    if len(nodes) > MOST_NODES:
        raise InputError("the formula is longer than any answer here needs; simplify it")
    for node in nodes:
        _check(node, variables)
    return tree


def _check(node: ast.AST, variables: tuple[str, ...]) -> None:
    """InputError for anything but numbers, known names, known functions and arithmetic."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, int | float | complex):
            raise InputError(f"{node.value!r} is no number")
    elif isinstance(node, ast.Name):
        if node.id not in (*variables, *CONSTANTS, *FUNCTIONS):
            known = ", ".join((*variables, "pi", "e", "i"))
            raise InputError(f"{node.id!r} is not known here; known are {known} and functions such as exp, sin, sqrt")
    elif isinstance(node, ast.Call):
        if not (
            isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and len(node.args) == 1 and not node.keywords
        ):
            raise InputError(
                "only functions of one argument, such as exp(…) and sqrt(…), are known; write products with *"
            )
    elif isinstance(node, ast.BinOp):
        if type(node.op) not in OPERATORS:
            raise InputError("only +, -, *, / and ** are known")
    elif isinstance(node, ast.UnaryOp):
        if not isinstance(node.op, ast.USub | ast.UAdd):
            raise InputError("only +, -, *, / and ** are known")
    elif not isinstance(node, ast.operator | ast.unaryop | ast.expr_context):
        raise InputError("only numbers, names, functions and arithmetic are understood")


def evaluate(text: str, values: Mapping[str, Any] | None = None) -> np.ndarray[Any, Any]:
    """The value of an expression as a complex array, its variables being numbers or arrays. See `parse` for errors."""
    values = dict(values or {})
    tree = parse(text, tuple(values))
    with np.errstate(all="ignore"):
        return np.asarray(_value(tree, values), complex)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Constant):
        assert isinstance(node.value, int | float | complex)
        try:
            return np.complex128(node.value)
        except OverflowError:
            raise InputError("that number is too large") from None
    if isinstance(node, ast.Name):
        if node.id in values:
            return np.asarray(values[node.id], complex)
        if node.id in CONSTANTS:
            return np.complex128(CONSTANTS[node.id])
        raise InputError(f"{node.id} is a function; write {node.id}(…)")
    if isinstance(node, ast.UnaryOp):
        inner = _value(node.operand, values)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](_value(node.left, values), _value(node.right, values))
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Name)
    return FUNCTIONS[node.func.id](_value(node.args[0], values))


def number(text: str) -> float:
    """A real number, typed plainly or as an expression such as 1/128 or sqrt(3).

    A decimal comma and spaces between thousands are understood. InputError for anything else, and for 61,586, which may
    be either of two numbers.
    """
    plain = _GROUPING.sub("", text.strip())
    if _UNDECIDED.fullmatch(plain):
        whole = plain.replace(",", "")
        raise InputError(f"{plain} can be read in two ways; write {whole} for a whole number, or a point for decimals")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    found = complex(evaluate(plain))
    if not np.isfinite(found.real) or abs(found.imag) > 1e-9 * max(1.0, abs(found.real)):
        raise InputError(f"{text!r} is no real number")
    return float(found.real)
