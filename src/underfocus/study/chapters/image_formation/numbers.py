"""Fields of several numbers, as the chapter's problems ask for them."""

from __future__ import annotations

from underfocus.study.problems import Input


def fields(*labelled: tuple[str, str]) -> tuple[Input, ...]:
    """One field for each (label, unit); their names are v0, v1, …"""
    return tuple(Input(f"v{i}", label, unit) for i, (label, unit) in enumerate(labelled))


def numbered(*values: float) -> dict[str, float]:
    """Values under the names that `fields` gives."""
    return {f"v{i}": float(v) for i, v in enumerate(values)}
