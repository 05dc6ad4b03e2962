"""The documents keep their word: conventions name tests that exist, README blocks run, links lead somewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PAGES = ("README.md", "ARCHITECTURE.md", "CONVENTIONS.md", "CONTRIBUTING.md", "CHANGELOG.md")


def test_every_convention_names_a_test_that_exists(repository: Path) -> None:
    text = (repository / "CONVENTIONS.md").read_text(encoding="utf-8")
    rules = [
        line for line in text.splitlines() if line.startswith(("- ", "| ")) and not line.startswith(("| rule", "|--"))
    ]
    assert len(rules) >= 12
    for rule in rules:
        named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", rule)
        assert named, f"this convention names no test: {rule}"
        for path, function in named:
            tree = ast.parse((repository / path).read_text(encoding="utf-8"))
            assert function in {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}, f"{path}::{function}"


def test_links_lead_somewhere(repository: Path) -> None:
    for page in PAGES:
        text = (repository / page).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            assert target.startswith("http") or (repository / target).exists(), f"{page} points to {target}"


def test_the_python_hello_runs(repository: Path) -> None:
    """The README's library example as printed, with fewer particles."""
    text = (repository / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(.*?)```", text, re.S)
    assert block is not None
    code = block.group(1).replace("2000", "200")
    space: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), space)
    curve = space["curve"]
    assert 6.0 <= curve.resolution(0.143) < 60  # type: ignore[attr-defined]
