"""A noun: a frozen dataclass whose fields pydantic checks, and whose errors are this project's own sentences."""

from __future__ import annotations

from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from .errors import InputError, UnderfocusError

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def noun(cls: type[T]) -> type[T]:
    """Class decorator: frozen, checked by pydantic when made, never coerced where a field is ``SkipValidation``.

    What pydantic refuses becomes an InputError of one sentence; errors that ``__post_init__`` raises pass unchanged.
    """
    made: Any = dataclass(frozen=True, config=ConfigDict(arbitrary_types_allowed=True))(cls)
    checked = made.__init__

    @wraps(checked)
    def init(self: Any, *values: Any, **named: Any) -> None:
        try:
            checked(self, *values, **named)
        except ValidationError as error:
            raise _in_words(error, made) from None

    made.__init__ = init
    return made  # type: ignore[no-any-return]


def _in_words(error: ValidationError, cls: Any) -> UnderfocusError:
    """The first complaint: an error of our own as it was raised, else what was wrong with which field."""
    first = error.errors()[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, UnderfocusError):
        return cause
    names = [f.name for f in fields(cls)]
    place = ".".join(names[p] if i == 0 and isinstance(p, int) else str(p) for i, p in enumerate(first["loc"]))
    given = repr(first.get("input"))
    short = given if len(given) <= 60 else given[:57] + "…"
    return InputError(f"{cls.__name__}, {place}: {first['msg'][0].lower()}{first['msg'][1:]}, and {short} was given")
