"""Figures: what is specified is what a page and a report receive, value for value."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from xml.etree import ElementTree

import numpy as np
import pytest

from underfocus.base.errors import InputError, KnobError
from underfocus.base.knobs import knob, option
from underfocus.show import (
    Bars,
    Curve,
    Image,
    Line,
    Mark,
    Panels,
    Readout,
    axes,
    bars,
    beside,
    curve,
    frames,
    image,
    png,
    readout,
    readouts,
    svg,
)
from underfocus.show import colours as maps
from underfocus.show.figure import figure

Width = Annotated[float, knob("Å", 1, 20, "width of the blob", valid=(0.1, 100))]
Kind = Annotated[Literal["disc", "blob"], option("its shape")]


@figure("A blob", caption="c", look_for="l", hide=("seed",), play="width")
def blob(width: Width = 5.0, kind: Kind = "blob", seed: Annotated[int, knob("", 0, 9, "draw")] = 3) -> Panels:
    """A blob of some width."""
    x = np.arange(-16, 16)
    return beside(image(np.exp(-np.add.outer(x**2, x**2) / width**2)), readout("width", width, "Å", kind), columns=1)


def test_a_frame_carries_the_very_values() -> None:
    rng = np.random.default_rng(1)
    picture, line = rng.normal(size=(7, 5)), rng.normal(size=11)
    panels = beside(
        image(picture, 2.0, title="é", limits=(-1, 1)),
        curve(np.arange(11), Line(line, "a"), x="1/Å", marks=(Mark(3, "m"),)),
        readout("n", 12, "px"),
    )
    header, arrays = frames.decode(frames.encode(panels, {"figure": "a/b/c", "seq": 4}))
    assert (header["figure"], header["seq"], header["columns"]) == ("a/b/c", 4, 2)
    assert np.array_equal(arrays[0], picture.astype(np.float32))
    place = header["panels"][0]["pixels"]
    assert place["sha256"] == hashlib.sha256(picture.astype("<f4").tobytes()).hexdigest() == panels.pictures[0].sha256
    assert header["panels"][1]["lines"][0]["y"]["shape"] == [11]
    assert header["readouts"] == [{"label": "n", "text": "12", "unit": "px", "note": ""}]


@pytest.mark.parametrize("title", ["", "a", "ab", "abc", "abcd", "å", "abcdefg"])
def test_payloads_lie_on_multiples_of_eight(title: str) -> None:
    message = frames.encode(beside(image(np.ones((3, 3)), title=title)), {"seq": 1})
    (length,) = struct.unpack_from("<I", message)
    start = 4 + length + -(4 + length) % 8
    assert start % 8 == 0
    assert len(message) == start + 36
    assert np.frombuffer(message, "<f4", 9, start).tolist() == [1.0] * 9


def test_a_frame_survives_values_that_are_not_numbers() -> None:
    data = np.array([[np.nan, np.inf], [1.0, 2.0]])
    header, arrays = frames.decode(frames.encode(beside(image(data), readout("r", float("nan"))), {}))
    assert header["panels"][0]["limits"] == [1.0, 2.0]
    assert np.isnan(arrays[0][0, 0])
    assert header["readouts"][0]["text"] == "undefined"
    dead, _ = frames.decode(frames.encode(beside(image(np.full((2, 2), np.nan))), {}))
    assert dead["panels"][0]["limits"] == [0.0, 1.0]


def test_a_figure_draws_from_flat_values_and_keeps_hidden_knobs() -> None:
    assert [b.name for b in blob.knobs] == ["width", "kind"]
    assert blob.defaults() == {"width": 5.0, "kind": "blob"}
    assert blob.draw(width="7.5").readouts[0].value == 7.5
    with pytest.raises(KnobError, match=r"between 0\.1 and 100 Å"):
        blob.draw(width=1000)
    with pytest.raises(KnobError, match="seed"):
        blob.draw(seed=1)
    (name, source), *rest = blob.sources()
    assert name.endswith(".blob")
    assert "np.exp" in source
    assert not rest


def test_a_figure_refuses_knobs_that_no_page_can_draw() -> None:
    def bare(width: Width) -> Panels:
        return Panels(())

    def endless(n: Annotated[float, knob("", None, None, "no slider")] = 1.0) -> Panels:
        return Panels(())

    def pair(span: Annotated[tuple[float, float], knob("Å", 1, 2, "two")] = (1.0, 2.0)) -> Panels:
        return Panels(())

    for function, words in ((bare, "default"), (endless, "slider range"), (pair, "range")):
        with pytest.raises(InputError, match=words):
            figure("x")(function)
    with pytest.raises(InputError, match="to play"):
        figure("x", play="nothing")(lambda: Panels(()))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: image(np.ones(3)), "2 axes"),
        (lambda: image(np.ones((2, 2), complex)), "must be real"),
        (lambda: image(np.ones((0, 2))), "at least one pixel"),
        (lambda: image(np.ones((2, 2)), colour="jet"), "colour must be one of"),
        (lambda: curve(np.arange(3), np.arange(4)), "as many y as x"),
        (lambda: curve(np.arange(3)), "at least one line"),
        (lambda: Line(np.arange(3), style="wavy"), "style must be one of"),
        (lambda: bars(np.arange(3), np.arange(2)), "one height"),
    ],
)
def test_specifications_refuse_what_cannot_be_drawn(make: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()


def test_tensors_are_shown_as_they_are() -> None:
    torch = pytest.importorskip("torch")
    shown = image(torch.arange(6.0, requires_grad=True).reshape(2, 3))
    assert shown.data.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.1, "−0.1"),
        (14.0312, "14.03"),
        (123456.0, "123\u202f456"),
        (6.99e5, "699\u202f000"),
        (1.19e-7, "1.190 × 10⁻⁷"),
        (2.39e11, "2.390 × 10¹¹"),
        (1234567, "1\u202f234\u202f567"),
        (-3, "−3"),
        (float("inf"), "∞"),
        (True, "yes"),
        ("word", "word"),
    ],
)
def test_read_outs_print_four_digits(value: Any, text: str) -> None:
    assert Readout("x", value).text == text


def test_words_for_panels() -> None:
    shown = beside(image(np.ones((2, 2))), readouts(first_zero=(14.0, "Å"), bins=64))
    assert [(r.label, r.unit) for r in shown.readouts] == [("first zero", "Å"), ("bins", "")]
    assert (shown.columns, len(shown.pictures)) == (1, 1)
    assert len((shown + readout("more", 1)).readouts) == 3


def test_limits_follow_the_colour_map() -> None:
    data = np.array([[-1.0, 3.0]])
    assert Image(data).range() == (-1.0, 3.0)
    assert Image(data, colour="diverging").range() == (-3.0, 3.0)
    assert Image(data, colour="phase").range() == (-np.pi, np.pi)
    assert Image(np.ones((2, 2))).range() == (0.5, 1.5)


def test_colour_maps_are_monotone_in_lightness_or_round() -> None:
    def lightness(colour: maps.Colour) -> np.ndarray[Any, Any]:
        linear = (maps.table(colour) / 255.0) ** 2.2
        return np.cbrt(linear @ np.array([0.2126, 0.7152, 0.0722]))

    for colour in ("grey", "viridis"):
        assert (np.diff(lightness(colour)) > -2e-3).all()
    diverging = lightness("diverging")
    assert (np.diff(diverging[:128]) > -2e-3).all()
    assert (np.diff(diverging[128:]) < 2e-3).all()
    phase = maps.table("phase").astype(int)
    assert np.abs(phase[0] - phase[-1]).max() <= 2
    assert np.ptp(lightness("phase")) < 0.1


def test_painting_puts_values_beyond_the_limits_at_the_ends() -> None:
    drawn = maps.paint(Image(np.array([[-5.0, 0.0, 1.0, 5.0, np.nan]]), limits=(0, 1)))
    assert drawn[0, :, 0].tolist() == [0, 0, 255, 255, 128]


def test_png_holds_the_pixels() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    written = png.encode(pixels)
    assert written.startswith(b"\x89PNG\r\n\x1a\n")
    at, seen = 8, {}
    while at < len(written):
        (length,) = struct.unpack_from(">I", written, at)
        kind, data = written[at + 4 : at + 8], written[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", written, at + 8 + length)[0] == zlib.crc32(kind + data)
        seen[kind] = data
        at += 12 + length
    assert struct.unpack(">IIBBBBB", seen[b"IHDR"]) == (3, 2, 8, 2, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(seen[b"IDAT"]), np.uint8).reshape(2, 10)
    assert np.array_equal(rows[:, 1:].reshape(2, 3, 3), pixels)
    assert (rows[:, 0] == 0).all()
    with pytest.raises(InputError, match="PNG"):
        png.encode(np.ones((2, 2)))


def test_svg_is_well_formed_and_strict() -> None:
    spec = curve(
        np.linspace(0, 0.5, 50),
        Line(np.sin(np.linspace(0, 9, 50)), "a < b"),
        Line(np.r_[np.nan, np.ones(49)], "c", "dashed"),
        x="spatial frequency, 1/Å",
        y="y",
        marks=(Mark(0.25, "here"), Mark(9, "outside")),
        title='t "q"',
    )
    text = svg.curve(spec)
    root = ElementTree.fromstring(text)
    words = [t.text for t in root.iter() if t.tag.endswith("text")]
    assert {"here", "a < b", "4", "0.5", "Å"} <= set(words)
    assert "outside" not in words
    assert "style=" not in text
    assert "nan" not in text
    for other in (svg.bars(bars(np.arange(3), np.arange(3.0))), svg.curve(curve([1, 10], [1, 100], y_scale="log"))):
        ElementTree.fromstring(other)


def test_ticks_are_round_and_lengths_keep_apart() -> None:
    assert axes.ticks(0, 0.5) == (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    assert axes.ticks(-1.05, 1.05, 5) == (-1.0, -0.5, 0.0, 0.5, 1.0)
    assert axes.decades(0.01, 100) == (0.01, 0.1, 1.0, 10.0, 100.0)
    axis = axes.Axis(0, 0.5, 0, 500)
    places = [axis.place(1 / d) for d in axes.lengths(axis)]
    assert min(np.diff(places)) >= 34
    assert axes.lengths(axis)[-1] == 2.0
    assert axes.label(-0.5) == "−0.5"
    assert axes.label(1e-7) == "10⁻⁷"


def test_spans_hold_the_data() -> None:
    spec = Curve([0.0, 1.0], (Line([2.0, 4.0]), Line([1.0], x=[5.0], style="points")))
    assert axes.span(spec, "x") == (0.0, 5.0)
    low, high = axes.span(spec, "y")
    assert low < 1.0
    assert high > 4.0
    assert axes.span(Bars([0.0, 1.0], [2.0, 3.0]), "x") == (-0.5, 1.5)
    assert axes.span(Curve([0.0], (Line([7.0]),)), "y") == (6.5, 7.5)


def test_headers_are_plain_json() -> None:
    message = frames.encode(
        beside(curve(np.arange(3), np.arange(3), x_limits=(np.float32(0), np.int64(2)))), {"seq": 1}
    )
    (length,) = struct.unpack_from("<I", message)
    assert json.loads(message[4 : 4 + length])["panels"][0]["x_limits"] == [0.0, 2.0]


def test_a_measured_figure_yields_its_stages_and_ends_with_the_result() -> None:
    @figure("Counting", measured=True)
    def counting(most: Annotated[int, knob("", 1, 9, "how far")] = 3) -> Iterator[Panels]:
        for n in range(1, most + 1):
            yield beside(curve([0.0, 1.0], [0.0, n]), readout("n", n))

    assert [stage.readouts[0].value for stage in counting.stages(most=4)] == [1, 2, 3, 4]
    assert counting.draw().readouts[0].value == 3
    with pytest.raises(KnobError):
        counting.stages(most="far")
    with pytest.raises(InputError, match="generator"):
        figure("Not measured")(counting.function)


def test_a_band_is_ground_behind_its_line() -> None:
    x = np.arange(5.0)
    spec = Curve(x, (Line(x, "a", band=(x - 1, x + 2)),))
    assert axes.span(spec, "y") == pytest.approx((-1 - 0.35, 6 + 0.35))
    root = ElementTree.fromstring(svg.curve(spec, 320, 240))
    shaded, line = (p for p in root.iter("{http://www.w3.org/2000/svg}path"))
    assert shaded.get("fill") == line.get("stroke")
    assert shaded.get("d", "").count("L") == 9
    header, _ = frames.decode(frames.encode(beside(spec), {}))
    low, high = (header["panels"][0]["lines"][0][end] for end in ("low", "high"))
    assert low["shape"] == high["shape"] == [5]
    assert low["sha256"] == hashlib.sha256((x - 1).astype("<f4").tobytes()).hexdigest()
    with pytest.raises(InputError, match="as many ends"):
        Line(x, "a", band=(x[:2], x))
