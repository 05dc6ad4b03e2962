"""Scenes: what is refused, what shapes are, and that a page receives every number."""

from __future__ import annotations

import numpy as np
import pytest

from underfocus.base.errors import InputError
from underfocus.maths import rotations
from underfocus.show import beside, frames, scene


def area(mesh: scene.Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.faces[:, i]].astype(float) for i in range(3))
    return float(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def test_a_sphere_has_the_area_of_a_sphere() -> None:
    assert area(scene.sphere(2.0, 60)) == pytest.approx(4 * np.pi * 4, rel=2e-3)


def test_an_isosurface_lies_where_the_density_crosses_the_level() -> None:
    z, y, x = np.mgrid[:33, :33, :33] - 16.0
    density = np.exp(-((x - 4) ** 2 + y**2 + z**2) / 50)
    found = scene.isosurface(density, float(np.exp(-36 / 50)), pixel=2.0)
    radii = np.linalg.norm(found.vertices - [8.0, 0.0, 0.0], axis=1)
    assert np.allclose(radii, 12.0, atol=0.1)
    assert area(found) == pytest.approx(4 * np.pi * 144, rel=0.02)
    with pytest.raises(InputError, match="level must lie between"):
        scene.isosurface(density, 3.0)


def test_a_cube_has_twelve_edges_of_one_length() -> None:
    edges = scene.cube(1.5).positions
    assert edges.shape == (12, 2, 3)
    assert np.allclose(np.linalg.norm(edges[:, 1] - edges[:, 0], axis=1), 3.0)


def test_a_triad_shows_the_columns_of_a_rotation() -> None:
    rotation = rotations.from_euler(30.0, 40.0, 50.0)
    for i, arrow in enumerate(scene.triad(rotation, 2.0, (1, 1, 1))):
        assert np.allclose(arrow.end, 1 + 2 * rotation[:, i], atol=1e-6)


def test_a_page_receives_every_number() -> None:
    mesh = scene.Mesh(np.eye(3), [[0, 1, 2]], values=[0.0, 1.0, 3.0])
    plane = scene.Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), data=np.eye(2), colour="diverging")
    drawn = scene.Scene((mesh, plane, scene.Tag((0, 0, 1), "top")), description="a triangle", extent=2.0)
    header, arrays = frames.decode(frames.encode(beside(drawn), {}))
    panel = header["panels"][0]
    assert panel["kind"] == "scene"
    assert [item["kind"] for item in panel["items"]] == ["mesh", "plane", "tag"]
    assert panel["items"][0]["limits"] == [0.0, 3.0]
    assert panel["items"][1]["limits"] == [-1.0, 1.0]
    assert panel["items"][2]["text"] == "top"
    assert np.array_equal(arrays[0], np.eye(3, dtype=np.float32))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: scene.Points(np.zeros((2, 2))), "vectors"),
        (lambda: scene.Points([[0, 0, np.nan]]), "finite"),
        (lambda: scene.Segments(np.zeros((1, 3, 3))), "n, 2, 3"),
        (lambda: scene.Mesh(np.eye(3), [[0, 1, 3]]), "places"),
        (lambda: scene.Mesh(np.eye(3), [[0, 1, 2]], values=[1.0]), "one value a vertex"),
        (lambda: scene.Path(np.eye(3), tint="red"), "tint must be one of"),  # type: ignore[arg-type]
        (lambda: scene.Scene((), description="nothing"), "at least one item"),
        (lambda: scene.Scene((scene.cube(),)), "description"),
        (lambda: scene.Scene((scene.cube(),), description="cube", extent=0), "positive"),
        (lambda: scene.surface(np.zeros((2, 3))), "rows, columns"),
    ],
)
def test_what_cannot_be_drawn_is_refused(make, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words):
        make()
