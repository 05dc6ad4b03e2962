"""Every knob of every verb and of every figure can be asked for by name, and says its unit, range and default."""

from __future__ import annotations

import json

import pytest

from underfocus import cli
from underfocus.base.knobs import BoundKnob
from underfocus.jobs import verbs
from underfocus.study.chapter import chapters

JOB_KNOBS = [(verb, bound) for verb in verbs.JOBS for bound in verbs.job(verb).knobs.bounds()]
FIGURE_KNOBS = [
    (f"{chapter.slug}/{name}", bound)
    for chapter in chapters()
    for name, figure in chapter.figures.items()
    for bound in figure.knobs
]


def names(knobs: list[tuple[str, BoundKnob]]) -> list[str]:
    return [f"{place}:{bound.name}" for place, bound in knobs]


@pytest.mark.parametrize(("verb", "bound"), JOB_KNOBS, ids=names(JOB_KNOBS))
def test_help_says_what_a_flag_does(verb: str, bound: BoundKnob) -> None:
    parser, _ = cli.parser_for(verb)
    action = next(a for a in parser._actions if a.dest == bound.name)
    said = str(action.help)
    assert said.startswith(bound.knob.what.replace("%", "%%"))
    assert f"in {bound.knob.unit}" in said or not bound.knob.unit
    if isinstance(bound.default, int | float | str) and bound.kind != "switch":
        assert "default " in said


@pytest.mark.parametrize(("place", "bound"), JOB_KNOBS + FIGURE_KNOBS, ids=names(JOB_KNOBS + FIGURE_KNOBS))
def test_explain_knows_every_knob(place: str, bound: BoundKnob, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", bound.name, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["name"] == bound.name
    assert place in found["verbs"] + found["figures"]
    assert cli.main(["explain", bound.name]) == 0
    said = capsys.readouterr().out
    assert bound.knob.what in said or bound.knob.what[0].upper() + bound.knob.what[1:] in said
