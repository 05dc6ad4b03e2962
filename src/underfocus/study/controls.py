"""A knob as native controls: a slider with its number and unit, a list, a switch."""

from __future__ import annotations

import math

from ..base.knobs import BoundKnob
from .markup import tag, text


def control(prefix: str, bound: BoundKnob) -> str:
    """The controls of one knob; ``prefix`` makes their ids unique on the page."""
    key = f"{prefix}-{bound.name}"
    inner = {"switch": _switch, "choice": _choice, "text": _text}.get(bound.kind, _slider)(key, bound)
    what = tag("span", text(bound.knob.what), class_="what", id=f"{key}-what")
    return tag("div", inner, what, class_=f"knob knob-{bound.kind}", data_knob=bound.name, data_kind=bound.kind)


def slider_step(bound: BoundKnob) -> float:
    """The knob's own step, or a round two-hundredth of the slider (in decades where it is logarithmic)."""
    if bound.knob.step is not None and not bound.knob.log:
        return bound.knob.step
    low, high = slider_ends(bound)
    if bound.kind == "integer" and not bound.knob.log:
        return 1
    rough = (high - low) / 200
    power = 10.0 ** math.floor(math.log10(rough))
    return float(f"{next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999):.6g}")


def slider_ends(bound: BoundKnob) -> tuple[float, float]:
    """The ends of the slider, as logarithms to base 10 where the knob is logarithmic."""
    low, high = float(bound.knob.low or 0), float(bound.knob.high or 0)
    return (math.log10(low), math.log10(high)) if bound.knob.log else (low, high)


def number(value: float) -> str:
    """A value as a number field and a permalink hold it."""
    return f"{value:.12g}"


def _label(key: str, bound: BoundKnob) -> str:
    return tag("label", text(bound.label), for_=key)


def _slider(key: str, bound: BoundKnob) -> str:
    low, high = slider_ends(bound)
    value, unit = bound.default, bound.knob.unit
    place = math.log10(value) if bound.knob.log else value
    below, above = bound.knob.valid
    slider = tag(
        "input",
        type="range",
        id=f"{key}-slider",
        min=number(low),
        max=number(high),
        step=number(slider_step(bound)),
        value=number(place),
        data_log=bound.knob.log,
        aria_label=f"{bound.label}, slider",
        aria_valuetext=f"{value:g} {unit}".strip(),
        aria_describedby=f"{key}-what",
    )
    typed = tag(
        "input",
        type="number",
        id=key,
        value=number(value),
        step=1 if bound.kind == "integer" else "any",
        min=None if below is None else number(below),
        max=None if above is None else number(above),
        inputmode="decimal",
        aria_describedby=f"{key}-what",
    )
    shown = tag("span", typed, tag("span", text(unit), class_="unit"), class_="amount")
    return _label(key, bound) + slider + shown


def _switch(key: str, bound: BoundKnob) -> str:
    box = tag("input", type="checkbox", id=key, checked=bool(bound.default), aria_describedby=f"{key}-what")
    return _label(key, bound) + box


def _choice(key: str, bound: BoundKnob) -> str:
    options = [tag("option", text(c), value=c, selected=c == bound.default) for c in bound.choices]
    return _label(key, bound) + tag("select", *options, id=key, aria_describedby=f"{key}-what")


def _text(key: str, bound: BoundKnob) -> str:
    typed = tag("input", type="text", id=key, value=str(bound.default), aria_describedby=f"{key}-what")
    return _label(key, bound) + typed
