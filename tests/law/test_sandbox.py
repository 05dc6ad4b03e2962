"""The reader's own code: it runs, it is compared, and what it must not do it cannot do."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.study import coding, sandbox
from underfocus.study.problems import Hint, Problem
from underfocus.study.sandbox import exchange

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces and Landlock are Linux's")


def run(body: str, **limits: Any) -> sandbox.Run:
    return sandbox.run(f"def f(x):\n    {body}\n", "f", [(np.arange(4.0),)], anyway=True, **limits)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -2.5,
        1 + 2j,
        "words",
        [1, "a", [2.0]],
        (1, 2),
        {"a": np.eye(2), "b": (None,)},
        np.arange(6).reshape(2, 3),
    ],
)
def test_values_travel(value: Any) -> None:
    back = exchange.unpack(exchange.pack(value))
    assert type(back) is type(value)
    assert repr(back) == repr(value)


def test_what_is_no_value_does_not_travel() -> None:
    for value in (lambda: 1, object(), {1: 2}, np.array([object()])):
        with pytest.raises(TypeError):
            exchange.pack(value)


def test_code_runs_and_prints() -> None:
    done = run("print('hello'); return 2 * x")
    assert np.array_equal(done.results[0], [0, 2, 4, 6])
    assert done.printed == "hello\n"
    assert not done.error
    assert len(done.seconds) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return x.nothing", "AttributeError in line 2"),
        ("return f(x)", "RecursionError"),
        ("raise SystemExit(3)", "SystemExit in line 2: 3"),
        ("import underfocus", "engine is not at hand"),
        ("return lambda: 1", "cannot be compared"),
        ("return (", "SyntaxError in line 2"),
        ("return __import__('numpy').ones((10**6, 10**6))", "MemoryError"),
    ],
)
def test_an_error_is_told_with_its_line(body: str, words: str) -> None:
    assert words in run(body).error


def test_a_missing_function_is_named() -> None:
    assert "no function f" in sandbox.run("g = 1", "f", [], anyway=True).error


@linux
def test_nothing_is_written_removed_or_sent(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    for deed in (
        f"open({str(tmp_path / 'new.txt')!r}, 'w').write('x')",
        f"open({str(kept)!r}, 'a').write('x')",
        f"__import__('os').remove({str(kept)!r})",
        f"__import__('os').truncate({str(kept)!r}, 0)",
        f"__import__('os').rename({str(kept)!r}, {str(tmp_path / 'moved.txt')!r})",
        "__import__('socket').create_connection(('127.0.0.1', 9), timeout=1)",
    ):
        done = run(deed)
        if not (done.network_cut and done.files_kept):
            pytest.skip("this kernel has no unprivileged namespaces or an older Landlock")
        assert "Error" in done.error, deed
    assert kept.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["kept.txt"]


def test_an_endless_loop_is_stopped() -> None:
    with pytest.raises(InputError, match="stopped after 1 s"):
        run("while True: pass", seconds=1)


def test_a_dead_process_is_told() -> None:
    with pytest.raises(InputError, match="ended its process"):
        run("__import__('os')._exit(3)")


def test_where_the_network_cannot_be_cut_the_reader_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = {"network_cut": False, "files_kept": True, "refused": True}
    monkeypatch.setattr("underfocus.study.sandbox.parent._answer", lambda *given: dict(refused))
    with pytest.raises(sandbox.NotFencedError, match="allow it"):
        sandbox.run("def f(): return 1", "f", [])


DOUBLE = Problem(
    id="double",
    kind="code",
    title="Double",
    prompt="Double it.",
    entry="double",
    starter="def double(x):\n    ...\n",
    answer=lambda: lambda x: 2 * np.asarray(x),
    trials=lambda: [(np.arange(3.0),), (np.ones((2, 2)),)],
    tolerance=1e-9,
    hints=(Hint("Multiply by two."),),
    explanation="Twice.",
)


def verdict(code: str) -> Any:
    return coding.check(DOUBLE, {"code": code, "anyway": True})


def test_the_readers_function_meets_the_engines() -> None:
    right = verdict("def double(x):\n    return x + x\n")
    assert right.correct
    assert right.explanation == "Twice."
    assert "2 trials" in right.message
    for code, words in (
        (DOUBLE.starter, "Not yet"),
        ("def double(x): return 3 * x", "differs by 0.5"),
        ("def double(x): return x[:1]", "shape"),
        ("def double(x): return 'two'", "no number"),
        ("def double(x): return x / 0", "not finite"),
        ("def double(x): return x.y", "Your code stopped"),
    ):
        wrong = verdict(code)
        assert not wrong.correct, code
        assert words in wrong.message
    assert "Multiply by two." in verdict("def double(x): return 3 * x").message


def test_what_is_no_code_is_refused() -> None:
    for answer in ({}, {"code": ""}, {"code": 3}, {"code": "x = 1\n" * 9000}):
        with pytest.raises(InputError):
            coding.check(DOUBLE, answer)


def test_what_code_prints_stays_text() -> None:
    said = verdict("print('<b>**bold**</b>')\ndef double(x): return 2 * x").message
    assert "    <b>**bold**</b>" in said
