"""The house holds: floors, sizes, one place for shifts, no pickles, documented public functions."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "underfocus"
MODULES = sorted(SOURCE.rglob("*.py"))
MOST_LINES_A_FILE = 350
MOST_LINES_A_FUNCTION = 60

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def functions(tree: ast.Module) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_imports_only_point_down() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=SOURCE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_are_one_idea() -> None:
    long = {
        name_of(p): n for p in MODULES if (n := len(p.read_text(encoding="utf-8").splitlines())) > MOST_LINES_A_FILE
    }
    assert not long, f"files over {MOST_LINES_A_FILE} lines: {long}"


def test_functions_are_short(trees: dict[Path, ast.Module]) -> None:
    long = {
        f"{name_of(path)}:{f.name}": size
        for path, tree in trees.items()
        for f in functions(tree)
        if (size := (f.end_lineno or f.lineno) - f.lineno) > MOST_LINES_A_FUNCTION
    }
    assert not long, f"functions over {MOST_LINES_A_FUNCTION} lines: {long}"


def test_only_fourier_shifts(trees: dict[Path, ast.Module]) -> None:
    shifts = {"fftshift", "ifftshift"}
    found = [
        name_of(path)
        for path, tree in trees.items()
        if path != SOURCE / "maths" / "fourier.py"
        and any(
            (isinstance(n, ast.Attribute) and n.attr in shifts) or (isinstance(n, ast.Name) and n.id in shifts)
            for n in ast.walk(tree)
        )
    ]
    assert not found, f"shifts belong in maths/fourier.py alone, and are in {found}"


def test_no_pickles_no_eval(trees: dict[Path, ast.Module]) -> None:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec"}, f"{name_of(path)} evaluates text as code"
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant), name_of(path)
                assert node.value.value is False, f"{name_of(path)} would load a pickle"
            if isinstance(node, ast.Import):
                assert not {"pickle", "dill", "joblib"} & {a.name for a in node.names}, name_of(path)


def test_no_drawer_for_odds_and_ends() -> None:
    assert not [name_of(p) for p in MODULES if p.stem in {"utils", "util", "helpers", "misc", "common"}]


def test_everything_public_is_documented(trees: dict[Path, ast.Module]) -> None:
    silent = []
    for path, tree in trees.items():
        if not ast.get_docstring(tree):
            silent.append(name_of(path))
        public = [n for n in tree.body if isinstance(n, Function | ast.ClassDef) and not n.name.startswith("_")]
        silent += [f"{name_of(path)}:{n.name}" for n in public if not ast.get_docstring(n)]
    assert not silent, f"public and without a docstring: {silent}"


def test_nothing_left_open() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")
    found = [f"{name_of(p)}: {m}" for p in MODULES for m in marks if m in p.read_text(encoding="utf-8")]
    assert not found
