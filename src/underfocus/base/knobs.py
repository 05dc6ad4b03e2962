"""A knob: a parameter that a person can turn, declared once.

``Annotated[float, knob("Å", 5_000, 40_000, "more gives contrast, costs fine detail")]`` on a field of a `Knobs`
model, on a noun, or on an argument of a figure gives the command-line flag and its help, the slider, the explanation
card, the range check with its error, the permalink and the job record. The slider's range (what is useful to explore)
and the valid range (what means anything) are two things: a slider from 5,000 to 40,000 Å must not forbid overfocus.
"""

from __future__ import annotations

import inspect
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import KnobError

Kind = Literal["number", "integer", "switch", "choice", "text", "path", "paths", "range", "numbers"]
REQUIRED: Any = object()


@dataclass(frozen=True)
class Knob:
    """What a person needs to know of one parameter; ``low`` to ``high`` is the slider, ``valid`` bounds the value."""

    unit: str
    low: float | None
    high: float | None
    what: str
    valid: tuple[float | None, float | None] = (None, None)
    flag: str | None = None
    step: float | None = None
    log: bool = False
    label: str | None = None
    chapter: str | None = None

    def check(self, name: str, value: float) -> None:
        """Raise KnobError where the value is not a number or lies outside the valid range."""
        below, above = self.valid
        if not math.isfinite(value) or (below is not None and value < below) or (above is not None and value > above):
            raise KnobError(f"{name} must be {self._valid_words()}, and {value:g} was given")

    def _valid_words(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        below, above = self.valid
        if below is not None and above is not None:
            return f"between {below:g} and {above:g}{unit}"
        if below is not None:
            return f"at least {below:g}{unit}"
        if above is not None:
            return f"at most {above:g}{unit}"
        return f"a finite number{' in' + unit if unit else ''}"


def knob(
    unit: str,
    low: float | None,
    high: float | None,
    what: str,
    *,
    valid: tuple[float | None, float | None] = (None, None),
    flag: str | None = None,
    step: float | None = None,
    log: bool = False,
    label: str | None = None,
    chapter: str | None = None,
) -> Knob:
    """A numeric knob with its unit, slider range and one sentence on what it does."""
    return Knob(unit, low, high, what, valid, flag, step, log, label, chapter)


def option(what: str, *, flag: str | None = None, label: str | None = None, chapter: str | None = None) -> Knob:
    """A knob that is not a number: a switch, a choice, a text or a file; its kind follows from the annotated type."""
    return Knob("", None, None, what, flag=flag, label=label, chapter=chapter)


@dataclass(frozen=True)
class BoundKnob:
    """A knob in its place: the name of the field or argument, the kind of value it takes, and the default."""

    name: str
    knob: Knob
    kind: Kind
    default: Any
    choices: tuple[str, ...] = ()
    group: str | None = None

    @property
    def flag(self) -> str:
        """The command-line flag, such as ``--voltage`` for ``voltage_kv``."""
        return self.knob.flag or "--" + self.name.replace("_", "-")

    @property
    def label(self) -> str:
        """The name that a page shows."""
        return self.knob.label or self.name.replace("_", " ")

    @property
    def required(self) -> bool:
        """Whether the knob has no default."""
        return self.default is REQUIRED

    def check(self, value: Any) -> Any:
        """The value as its kind, or KnobError. Numbers may come as text, as a permalink carries them."""
        return _CHECKS[self.kind](self, value)


def _check_number(bound: BoundKnob, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise KnobError(f"{bound.name} must be a number, and {value!r} was given") from None
    bound.knob.check(bound.name, number)
    return number


def _check_integer(bound: BoundKnob, value: Any) -> int:
    number = _check_number(bound, value)
    if number != int(number):
        raise KnobError(f"{bound.name} must be a whole number, and {value} was given")
    return int(number)


def _check_switch(bound: BoundKnob, value: Any) -> bool:
    known = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}
    if str(value).lower() not in known:
        raise KnobError(f"{bound.name} must be on or off, and {value!r} was given")
    return known[str(value).lower()]


def _check_choice(bound: BoundKnob, value: Any) -> str:
    if value not in bound.choices:
        raise KnobError(f"{bound.name} must be one of {', '.join(bound.choices)}, and {value!r} was given")
    return str(value)


def _check_range(bound: BoundKnob, value: Any) -> tuple[float, float]:
    parts = value.split(":") if isinstance(value, str) else list(value)
    if len(parts) == 1:
        parts = parts * 2
    if len(parts) != 2:
        raise KnobError(f"{bound.name} must be LOW:HIGH, and {value!r} was given")
    low, high = (_check_number(bound, p) for p in parts)
    if low > high:
        raise KnobError(f"{bound.name} must be LOW:HIGH with LOW at most HIGH, and {low:g}:{high:g} was given")
    return low, high


def _check_numbers(bound: BoundKnob, value: Any) -> tuple[float, ...]:
    parts = value.replace(",", " ").split() if isinstance(value, str) else list(value)
    words = [word for part in parts for word in (part.replace(",", " ").split() if isinstance(part, str) else [part])]
    return tuple(_check_number(bound, word) for word in words)


_CHECKS: dict[Kind, Callable[[BoundKnob, Any], Any]] = {
    "number": _check_number,
    "integer": _check_integer,
    "switch": _check_switch,
    "choice": _check_choice,
    "range": _check_range,
    "numbers": _check_numbers,
    "text": lambda bound, value: str(value),
    "path": lambda bound, value: Path(value),
    "paths": lambda bound, value: tuple(Path(v) for v in value),
}


def _kind_of(annotation: Any) -> tuple[Kind, tuple[str, ...]]:
    """The kind of value behind a type annotation; unions are read by their first simple member."""
    origin = typing.get_origin(annotation)
    if origin in (typing.Union, types.UnionType):
        return _kind_of(next(a for a in typing.get_args(annotation) if a is not type(None)))
    if origin is Literal:
        return "choice", tuple(str(a) for a in typing.get_args(annotation))
    if origin is tuple:
        first, *rest = typing.get_args(annotation)
        return ("paths" if first is Path else "numbers" if rest == [...] else "range"), ()
    simple: dict[Any, Kind] = {bool: "switch", int: "integer", float: "number", str: "text", Path: "path"}
    if annotation not in simple:
        raise TypeError(f"no knob kind for {annotation!r}")
    return simple[annotation], ()


def _split(annotation: Any) -> tuple[Any, Knob] | None:
    """The plain type and the Knob of an annotation, looking through ``Annotated[...] | None``."""
    if typing.get_origin(annotation) is Annotated:
        plain, *extra = typing.get_args(annotation)
        return next(((plain, k) for k in extra if isinstance(k, Knob)), None)
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next((found for a in typing.get_args(annotation) if (found := _split(a))), None)
    return None


def _slots(owner: Any) -> dict[str, tuple[Any, Any]]:
    """Name → (annotation, default) of a function's arguments or of a model's or dataclass's fields."""
    hints = typing.get_type_hints(owner, include_extras=True)
    if not inspect.isclass(owner):
        parameters = inspect.signature(owner).parameters.values()
        return {p.name: (hints.get(p.name), REQUIRED if p.default is p.empty else p.default) for p in parameters}
    if issubclass(owner, BaseModel):
        return {
            name: (hints[name], REQUIRED if f.is_required() else f.get_default(call_default_factory=True))
            for name, f in owner.model_fields.items()
        }
    if is_dataclass(owner):
        return {f.name: (hints[f.name], REQUIRED if f.default is MISSING else f.default) for f in fields(owner)}
    raise TypeError(f"{owner!r} has no knobs: it is neither a function nor a model nor a dataclass")


def knobs_of(owner: Any, *, hide: tuple[str, ...] = ()) -> tuple[BoundKnob, ...]:
    """The knobs of a function, a `Knobs` model or a dataclass, in order of declaration.

    An argument whose annotation is itself a dataclass with knobs (such as Optics) is spread into its fields, whose
    ``group`` is then the argument's name; `build` puts them together again. Names in ``hide`` are left out.
    """
    found: list[BoundKnob] = []
    for name, (annotation, default) in _slots(owner).items():
        split = _split(annotation)
        if split is not None:
            kind, choices = _kind_of(split[0])
            if name not in hide:
                found.append(BoundKnob(name, split[1], kind, default, choices))
        elif inspect.isclass(annotation) and is_dataclass(annotation) and not inspect.isclass(owner):
            inner = default if default is not REQUIRED else annotation()
            for b in knobs_of(annotation, hide=hide):
                found.append(BoundKnob(b.name, b.knob, b.kind, getattr(inner, b.name), b.choices, group=name))
    return tuple(found)


def build(owner: Any, values: Mapping[str, Any], *, hide: tuple[str, ...] = ()) -> dict[str, Any]:
    """Checked keyword arguments for a function from flat knob values; grouped knobs become their noun again.

    Unknown names raise KnobError; missing ones take the default.
    """
    bounds = knobs_of(owner, hide=hide)
    unknown = set(values) - {b.name for b in bounds}
    if unknown:
        raise KnobError(f"there is no knob {sorted(unknown)[0]!r}; there are {', '.join(b.name for b in bounds)}")
    arguments: dict[str, Any] = {}
    groups: dict[str, dict[str, Any]] = {}
    for b in bounds:
        if b.name not in values and b.required:
            raise KnobError(f"{b.name} has no default and must be given")
        value = b.check(values[b.name]) if b.name in values else b.default
        (groups.setdefault(b.group, {}) if b.group else arguments)[b.name] = value
    slots = _slots(owner)
    for group, inner in groups.items():
        annotation, default = slots[group]
        base = {} if default is REQUIRED else {f.name: getattr(default, f.name) for f in fields(annotation)}
        arguments[group] = annotation(**{**base, **inner})
    return arguments


class Knobs(BaseModel):
    """Base of a job's parameters: frozen, no unknown names, every value checked against its knob.

    Raises KnobError with one sentence that names the knob, what was given and what is valid.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(p) for p in first["loc"]) or type(self).__name__
            raise KnobError(f"{name}: {first['msg']}, and {first.get('input')!r} was given") from None
        for bound in knobs_of(type(self)):
            value = getattr(self, bound.name)
            if value is not None:
                bound.check(value)

    @classmethod
    def bounds(cls) -> tuple[BoundKnob, ...]:
        """The knobs of this model, in order."""
        return knobs_of(cls)

    def replace(self, **changes: Any) -> Self:
        """A copy with some knobs turned, checked again."""
        return type(self)(**{**{n: getattr(self, n) for n in type(self).model_fields}, **changes})
