"""Importing does nothing: no heavy library is loaded, names resolve lazily, and all of them are listed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import underfocus as uf

HEAVY = ("torch", "scipy", "numba", "pandas", "starlette", "rich", "mrcfile", "gemmi", "plotly")


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    loaded = modules_after("import underfocus")
    assert not loaded & {*HEAVY, "numpy", "pydantic"}


def test_nouns_load_no_torch() -> None:
    loaded = modules_after("import underfocus as uf; [getattr(uf, n) for n in uf.__all__]")
    assert "torch" not in loaded


def test_simulating_with_numpy_loads_no_torch() -> None:
    make = "import underfocus as uf; v = uf.samples.apoferritin(box=16, pixel=12.0)"
    work = f"{make}; uf.project(v, uf.Pose.random(1, seed=1))"
    assert "torch" not in modules_after(work)


def test_public_names_are_all_and_the_page(repository: Path) -> None:
    assert sorted(uf.__all__) == list(uf.__all__)
    for name in uf.__all__:
        assert getattr(uf, name) is not None
    page = (repository / "docs" / "api.md").read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert listed == list(uf.__all__), "docs/api.md lists the public names in order; run python scripts/api.py"
