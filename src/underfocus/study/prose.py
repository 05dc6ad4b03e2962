"""Markdown with math to HTML: typographic quotes, MathML from LaTeX, and nothing that a strict page would refuse."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


#: The name of a function that stands before a plain symbol or number: a thin space belongs between them.
_FUNCTION = re.compile(r"(<mi>(?:arc)?(?:sin|cos|tan|exp|log|ln|sinc|min|max)</mi>)(?=<m(?:i|n|sup|sub|frac|row)>)")


#: A plain | is read as an operator with space around it; as the bar of a modulus it has none.
_BAR = '<mo stretchy="false">&#x0007C;</mo>'
_TIGHT_BAR = '<mo stretchy="false" lspace="0" rspace="0">&#x0007C;</mo>'


#: A formula in a line and the punctuation after it, which must not begin the next line.
_PUNCTUATED = re.compile(r'<span class="math inline">(?:(?!</span>).)*</span>[.,;:?!)”’]+')


@lru_cache(maxsize=2048)
def math(latex: str, display: bool = False) -> str:
    """LaTeX as a ``<math>`` element without style attributes; its source is the text alternative."""
    from latex2mathml.converter import convert

    drawn = re.sub(r'\s(?:style|xmlns)="[^"]*"', "", convert(latex, display="block" if display else "inline"))
    drawn = drawn.replace(_BAR, _TIGHT_BAR)
    drawn = _FUNCTION.sub(r'\1<mspace width="0.167em"/>', drawn)
    return drawn.replace("<math", f'<math alttext="{escape(latex.strip(), quote=True)}"', 1)


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    def render(content: str, options: dict[str, Any]) -> str:
        return math(content, bool(options.get("display_mode")))

    reader = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])
    reader.enable("replacements")
    return reader.use(dollarmath_plugin, allow_space=False, double_inline=True, renderer=render)


def block(markdown: str) -> str:
    """Paragraphs, lists and tables as HTML; raw HTML in the text is shown, not obeyed."""
    drawn = str(_reader().render(markdown)).strip()
    return _joined(re.sub(r' style="text-align:(\w+)"', r' class="align-\1"', drawn))


def inline(markdown: str) -> str:
    """One line of Markdown as HTML without a paragraph around it."""
    return _joined(str(_reader().renderInline(markdown)).strip())


def _joined(drawn: str) -> str:
    return _PUNCTUATED.sub(lambda found: f'<span class="unbroken">{found[0]}</span>', drawn)
