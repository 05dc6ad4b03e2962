"""Scenes on paper: where things lie, what hides what, and that a report holds them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from underfocus.show import beside, scene, scene_svg
from underfocus.show.report import Report, Section, render

SVG = "{http://www.w3.org/2000/svg}"


def parsed(*items: scene.Item, size: int = 400, **facts: object) -> ElementTree.Element:
    """A scene drawn and read back as XML."""
    spec = scene.Scene(items, description="a thing & another", **{"axes": (), **facts})  # type: ignore[arg-type]
    return ElementTree.fromstring(scene_svg.drawing(spec, size))


def places(drawn: ElementTree.Element) -> np.ndarray:
    """Centres of the circles without a legend's."""
    return np.array([[float(c.get("cx", "")), float(c.get("cy", ""))] for c in drawn.iter(f"{SVG}circle")])


def test_the_origin_is_in_the_middle_and_z_is_up() -> None:
    found = places(parsed(scene.Points([[0, 0, 0], [0, 0, 1]]), elevation=0.0))
    by_height = found[np.argsort(found[:, 1])]
    assert np.allclose(by_height[1], 200.0)
    assert by_height[0][0] == pytest.approx(200.0, abs=0.06)
    assert by_height[0][1] < 100


def test_from_azimuth_zero_y_is_to_the_right_and_x_comes_nearer() -> None:
    drawn = parsed(scene.Points([[0, 1, 0], [0.9, 0, 0], [-0.9, 0, 0]]), azimuth=0.0, elevation=0.0)
    found = places(drawn)
    assert found[:, 0].max() > 300
    # −x is drawn first, +x last, and the farther is the fainter.
    assert np.allclose(found[[0, 2]], 200.0)
    faded = [float(c.get("fill-opacity", "")) for c in drawn.iter(f"{SVG}circle")]
    assert faded[0] < faded[2]


def test_what_is_nearer_is_drawn_later() -> None:
    near = scene.Mesh([[0.5, -1, -1], [0.5, 1, -1], [0.5, 0, 1]], [[0, 1, 2]], tint="second")
    far = scene.Mesh([[-0.5, -1, -1], [-0.5, 1, -1], [-0.5, 0, 1]], [[0, 1, 2]], tint="third")
    for azimuth, last in ((0.0, "second"), (180.0, "third")):
        fills = [p.get("fill", "") for p in parsed(near, far, azimuth=azimuth, elevation=0.0).iter(f"{SVG}path")]
        tint = scene_svg.TINTS[last]
        strongest = [int(np.argmax([int(c[i : i + 2], 16) for i in (1, 3, 5)])) for c in (fills[-1], tint)]
        assert strongest[0] == strongest[1]


def test_a_picture_on_a_plane_lies_in_its_corners() -> None:
    plane = scene.Plane((0, 0, 0), (0, 1, 0), (0, 0, -1), data=np.arange(6.0).reshape(2, 3))
    drawn = parsed(plane, azimuth=0.0, elevation=0.0, extent=1.0, size=266)
    corners = []
    for part in drawn.iter(f"{SVG}image"):
        a, b, c, d, e, f = (float(v) for v in re.findall(r"-?[\d.]+", part.get("transform", "")))
        corners += [(e, f), (e + a + c, f + b + d)]
    found = np.array(corners)
    assert np.allclose(found.min(axis=0), 33.0, atol=0.05)
    assert np.allclose(found.max(axis=0), 233.0, atol=0.05)
    assert len(list(drawn.iter(f"{SVG}image"))) == 4


def test_a_dashed_path_draws_about_six_tenths_of_its_length() -> None:
    def inked(style: str) -> float:
        path = scene.Path([[0, -1, 0], [0, 1, 0]], style=style)  # type: ignore[arg-type]
        lines = parsed(path, azimuth=0.0).iter(f"{SVG}line")
        return sum(abs(float(x.get("x2", "")) - float(x.get("x1", ""))) for x in lines)

    assert inked("dashed") / inked("solid") == pytest.approx(0.6, abs=0.08)


def test_a_fine_mesh_is_gathered_and_keeps_its_outline() -> None:
    fine, coarse = scene.sphere(1.0, 120, opacity=1.0), scene.sphere(1.0, 40, opacity=1.0)
    assert len(fine.faces) > scene_svg.MOST_FACES

    def reach(mesh: scene.Mesh) -> tuple[int, float]:
        paths = [p.get("d", "") for p in parsed(mesh).iter(f"{SVG}path")]
        values = np.array([[float(v) for v in re.findall(r"-?[\d.]+", d)] for d in paths]).reshape(-1, 2)
        return len(paths), float(np.hypot(*(values - 200).T).max())

    (count, wide), (_, expected) = reach(fine), reach(coarse)
    assert 1000 < count <= scene_svg.MOST_FACES
    assert wide == pytest.approx(expected, rel=0.02)


def test_a_report_holds_a_scene_with_its_words() -> None:
    items = (scene.sphere(1.0, label="a ball"), *scene.triad(np.eye(3)), scene.Tag((0, 0, 1), "the <pole>"))
    spec = scene.Scene(items, title="Ball", description="A ball of radius 1.")
    page = render(Report("A report", "Words.", (Section("Scene", panels=beside(spec)),)))
    assert 'aria-label="Ball: A ball of radius 1."' in page
    assert "a ball</text>" in page
    assert "the &lt;pole&gt;</text>" in page
    assert "nan" not in page.lower().split("<svg")[1]
