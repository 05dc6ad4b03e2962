"""A figure: a pure function from knobs to panels, with a title, a caption and what to look for.

    @figure("Contrast transfer", caption="…", look_for="…", code=(ctf1,))
    def ctf_bench(optics: Optics = Optics(), pixel: Pixel = 1.0) -> Panels: ...

The function holds no word of an interface; its annotated arguments are the sliders. A *measured* figure times or
counts something on the reader's machine: its function is a generator that yields panels as results come in, and it runs
only when it is asked to.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import InputError
from ..base.knobs import BoundKnob, build, knobs_of
from .specs import Panels


@dataclass(frozen=True, eq=False)
class Figure:
    """A drawing function with its words. ``code`` are the engine functions that "show the code" prints after it."""

    function: Callable[..., Any]
    title: str
    caption: str = ""
    look_for: str = ""
    hide: tuple[str, ...] = ()
    code: tuple[Callable[..., Any], ...] = ()
    play: str | None = None
    measured: bool = False
    knobs: tuple[BoundKnob, ...] = field(init=False)

    def __post_init__(self) -> None:
        knobs = knobs_of(self.function, hide=self.hide)
        object.__setattr__(self, "knobs", knobs)
        for bound in knobs:
            if bound.required:
                raise InputError(f"figure {self.title!r}: the knob {bound.name} needs a default")
            if bound.kind in ("range", "path", "paths"):
                raise InputError(
                    f"figure {self.title!r}: the knob {bound.name} is a {bound.kind}, which no page can turn"
                )
            if bound.kind in ("number", "integer") and (bound.knob.low is None or bound.knob.high is None):
                raise InputError(f"figure {self.title!r}: the knob {bound.name} needs a slider range, from low to high")
        if self.play is not None and self.play not in {b.name for b in knobs if b.kind in ("number", "integer")}:
            raise InputError(f"figure {self.title!r}: there is no numeric knob {self.play!r} to play")
        if self.measured != inspect.isgeneratorfunction(self.function):
            raise InputError(f"figure {self.title!r}: a measured figure is a generator, and no other figure is one")

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__

    def draw(self, **values: Any) -> Panels:
        """The panels at the given flat knob values; missing ones take their default. Raises KnobError."""
        *_, last = self.stages(**values)
        return last

    def stages(self, **values: Any) -> Iterator[Panels]:
        """The panels as they come in: one, or as many as a measurement yields. Raises KnobError at once."""
        drawn = self.function(**build(self.function, values, hide=self.hide))
        return iter(drawn if self.measured else (drawn,))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The plain function."""
        return self.function(*args, **kwargs)

    def defaults(self) -> dict[str, Any]:
        """Name → value of every knob as it stands when the page opens."""
        return {b.name: b.default for b in self.knobs}

    def sources(self) -> tuple[tuple[str, str], ...]:
        """(qualified name, source text) of the figure and of the engine functions it shows, in order."""
        return tuple(
            (f"{f.__module__}.{f.__qualname__}", inspect.getsource(inspect.unwrap(f)))
            for f in (self.function, *self.code)
        )


def figure(
    title: str,
    *,
    caption: str = "",
    look_for: str = "",
    hide: tuple[str, ...] = (),
    code: tuple[Callable[..., Any], ...] = (),
    play: str | None = None,
    measured: bool = False,
) -> Callable[[Callable[..., Any]], Figure]:
    """Make a drawing function a Figure.

    ``caption`` says what is drawn and ``look_for`` what to look for (both Markdown); ``hide`` names knobs that keep
    their default; ``code`` lists the engine functions to print; ``play`` names a numeric knob with a play button;
    ``measured`` figures are generators that run only when the reader asks for it.
    """

    def wrap(function: Callable[..., Any]) -> Figure:
        return Figure(function, title, caption, look_for, hide, code, play, measured)

    return wrap
