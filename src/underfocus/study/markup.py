"""HTML as text, one element at a time, with every attribute escaped."""

from __future__ import annotations

from html import escape

VOID = frozenset({"input", "meta", "link", "br", "hr", "img"})


def text(words: object) -> str:
    """Words as HTML text."""
    return escape(str(words), quote=False)


def tag(name: str, /, *children: str, **attributes: str | float | bool | None) -> str:
    """One element around children that are already HTML.

    Attributes: True stands alone (``hidden``), False and None are left out, ``_`` in a name is ``-`` and a trailing
    ``_`` (``class_``, ``for_``) is dropped.
    """
    drawn = "".join(_attribute(key, value) for key, value in attributes.items())
    return f"<{name}{drawn}>" if name in VOID else f"<{name}{drawn}>{''.join(children)}</{name}>"


def _attribute(key: str, value: str | float | bool | None) -> str:
    name = key.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'
