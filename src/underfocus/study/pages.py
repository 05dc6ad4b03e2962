"""The frame that every page of the study stands in, and the doors to its live elements."""

from __future__ import annotations

from collections.abc import Sequence

from .exercise_page import derivation_html, problem_html
from .figure_page import figure_html
from .markup import tag, text

__all__ = ["chapter_page", "derivation_html", "figure_html", "notice", "problem_html", "shell"]

#: Modules that a chapter needs; named in the head so that the browser fetches them at once.
CHAPTER_MODULES = (
    "chapter.js",
    "figure.js",
    "socket.js",
    "frame.js",
    "image.js",
    "plot.js",
    "scene.js",
    "scene-camera.js",
    "scene-gl.js",
    "scene-hands.js",
    "scene-order.js",
    "scene-shaders.js",
    "scene-shapes.js",
    "scene-words.js",
    "axes.js",
    "knob.js",
    "permalink.js",
    "problem.js",
    "derivation.js",
    "progress.js",
)


def shell(
    title: str, body: str, scripts: Sequence[str] = (), styles: Sequence[str] = (), *, preload: Sequence[str] = ()
) -> str:
    """A whole page around ``body`` (HTML). ``scripts`` (modules) and ``styles`` are file names under ``/web/``."""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", text(f"{title} · underfocus" if title != "underfocus" else title)),
        tag("link", rel="icon", href="/web/icon.svg", type="image/svg+xml"),
        *(tag("link", rel="stylesheet", href=f"/web/{name}") for name in ("book.css", *styles)),
        tag("script", src="/web/theme.js"),
        *(tag("link", rel="modulepreload", href=f"/web/{name}") for name in preload),
        *(tag("script", src=f"/web/{name}", type="module") for name in scripts),
    ]
    skip = tag("a", "Skip to the text", href="#text", class_="skip")
    page = skip + _masthead() + tag("main", body, id="text") + _colophon()
    return "<!doctype html>\n" + tag("html", tag("head", *head), tag("body", page), lang="en")


def chapter_page(title: str, subtitle: str, body: str) -> str:
    """A chapter's page: its title and progress line above the rendered body."""
    noscript = tag(
        "noscript", tag("p", "The figures and problems of this page need a script, served from this machine.")
    )
    header = tag(
        "header",
        tag("p", subtitle, class_="stream"),
        tag("h1", text(title)),
        tag("uf-progress", data_title=title),
        noscript,
        class_="chapter-head",
    )
    article = tag("article", header, body, class_="chapter")
    return shell(title, article, ("chapter.js",), ("figure.css", "exercise.css"), preload=CHAPTER_MODULES)


def notice(title: str, sentence: str) -> str:
    """A page that says one thing, such as a refusal; it needs nothing but the style sheet."""
    return shell(title, tag("article", tag("h1", text(title)), tag("p", text(sentence)), class_="chapter"))


def _masthead() -> str:
    links = [
        tag("a", "Syllabus", href="/"),
        tag("a", "Before you come", href="/before"),
        tag("a", "Calendar", href="/calendar.ics"),
    ]
    theme = tag("button", "Theme: system", type="button", id="theme", class_="plain", hidden=True)
    brand = tag("a", "underfocus", href="/", class_="brand")
    return tag("header", brand, tag("nav", *links, theme, aria_label="Study"), class_="masthead")


def _colophon() -> str:
    words = (
        "Defocus is positive under focus; lengths are in Å, frequencies in 1/Å, angles in degrees, unless a unit says "
        "otherwise. Everything here is computed on this machine."
    )
    return tag("footer", tag("p", words), class_="colophon")
