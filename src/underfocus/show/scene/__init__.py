"""Scenes in three dimensions: `items` says what is shown, `shapes` makes what is often needed."""

from __future__ import annotations

from .items import Arrow, Colour, Item, Limits, Mesh, Path, Plane, Points, Scene, Segments, Tag, Tint
from .shapes import cube, isosurface, sphere, surface, triad

__all__ = [
    "Arrow",
    "Colour",
    "Item",
    "Limits",
    "Mesh",
    "Path",
    "Plane",
    "Points",
    "Scene",
    "Segments",
    "Tag",
    "Tint",
    "cube",
    "isosurface",
    "sphere",
    "surface",
    "triad",
]
