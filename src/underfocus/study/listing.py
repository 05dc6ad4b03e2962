"""Python source as HTML, with its strings, comments and keywords set apart."""

from __future__ import annotations

import io
import keyword
import textwrap
import tokenize

from .markup import tag, text


def listing(name: str, source: str) -> str:
    """The source of one function under its full name."""
    return tag("h4", tag("code", text(name))) + tag("pre", tag("code", coloured(textwrap.dedent(source))), tabindex=0)


def coloured(source: str) -> str:
    """Source with ``<span class="string|comment|keyword">`` around what a reader's eye looks for."""
    lines = source.splitlines(keepends=True)
    parts: list[str] = []
    at = (1, 0)
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _kind(token)
            if kind is not None:
                parts += [text(_between(lines, at, token.start)), tag("span", text(token.string), class_=kind)]
                at = token.end
    except tokenize.TokenError:
        pass
    end = (len(lines), len(lines[-1])) if lines else (1, 0)
    return "".join([*parts, text(_between(lines, at, end))]).rstrip()


def _kind(token: tokenize.TokenInfo) -> str | None:
    if token.type == tokenize.STRING:
        return "string"
    if token.type == tokenize.COMMENT:
        return "comment"
    return "keyword" if token.type == tokenize.NAME and keyword.iskeyword(token.string) else None


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """The source between two (row, column) places, rows counted from 1."""
    (row, column), (last, stop) = start, end
    if row > len(lines):
        return ""
    if row == last:
        return lines[row - 1][column:stop]
    return lines[row - 1][column:] + "".join(lines[row : last - 1]) + lines[last - 1][:stop]
