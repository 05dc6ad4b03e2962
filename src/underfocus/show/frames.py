"""Panels as one binary message: what a page needs to draw a figure, and nothing that it could compute itself.

u32 little-endian   length of the header
header              JSON: figure, seq, panels (kind, labels, shapes, offsets, hashes), read-outs
zeros               to the next multiple of 8
payloads            little-endian float32, one after the other; offsets count from the first payload
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from .scene import Limits, Mesh, Plane, Scene
from .specs import Bars, Image, Panels, Picture, Readout


class _Payload:
    """Arrays put one after the other."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, values: Any) -> dict[str, Any]:
        """Append an array as float32; where it lies and its shape."""
        data = np.ascontiguousarray(values, dtype="<f4").tobytes()
        place = {"offset": self.size, "shape": list(np.shape(values)), "sha256": hashlib.sha256(data).hexdigest()}
        self.parts.append(data)
        self.size += len(data)
        return place


def encode(panels: Panels, facts: Mapping[str, Any]) -> bytes:
    """The message of these panels; ``facts`` (figure, seq, …) go into the header as they are."""
    payload = _Payload()
    header = {
        **facts,
        "columns": panels.columns,
        "panels": [_panel(p, payload) for p in panels.pictures],
        "readouts": [_readout(r) for r in panels.readouts],
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    padding = -(4 + len(text)) % 8
    return b"".join([struct.pack("<I", len(text)), text, b"\0" * padding, *payload.parts])


def decode(message: bytes) -> tuple[dict[str, Any], list[np.ndarray[Any, Any]]]:
    """The header, and the first payload of each panel (pixels, x, or positions), as a page would read them."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    start = 4 + length + -(4 + length) % 8
    arrays = []
    for panel in header["panels"]:
        if panel["kind"] == "scene":
            place = next(v for item in panel["items"] for v in item.values() if isinstance(v, dict))
        else:
            place = panel["pixels"] if panel["kind"] == "image" else panel["x"]
        count = math.prod(place["shape"])
        arrays.append(np.frombuffer(message, "<f4", count, start + place["offset"]).reshape(place["shape"]))
    return header, arrays


def _panel(spec: Picture, payload: _Payload) -> dict[str, Any]:
    words = {"title": spec.title, "caption": spec.caption}
    if isinstance(spec, Image):
        return {"kind": "image", **words, **_image(spec, payload)}
    if isinstance(spec, Scene):
        return {"kind": "scene", **words, **_scene(spec, payload)}
    axes = {
        "x_label": spec.x_label,
        "y_label": spec.y_label,
        "x_limits": _pair(spec.x_limits),
        "y_limits": _pair(spec.y_limits),
        "marks": [{"x": float(m.x), "label": m.label} for m in spec.marks],
    }
    if isinstance(spec, Bars):
        own = {"x": payload.add(spec.x), "heights": payload.add(spec.heights), "labels": spec.labels}
        return {"kind": "bars", **words, **axes, **own}
    lines = [
        {
            "label": line.label,
            "style": line.style,
            "y": payload.add(line.y),
            "x": None if line.x is None else payload.add(line.x),
            "low": None if line.band is None else payload.add(line.band[0]),
            "high": None if line.band is None else payload.add(line.band[1]),
        }
        for line in spec.lines
    ]
    scales = {"x_scale": spec.x_scale, "y_scale": spec.y_scale, "equal": spec.equal}
    return {"kind": "curve", **words, **axes, **scales, "x": payload.add(spec.x), "lines": lines}


def _image(spec: Image, payload: _Payload) -> dict[str, Any]:
    finite = spec.data[np.isfinite(spec.data)]
    if not finite.size:
        finite = np.zeros(1, np.float32)
    summary = {"min": float(finite.min()), "max": float(finite.max()), "mean": float(finite.mean())}
    return {
        "pixels": payload.add(spec.data),
        "limits": spec.range(),
        "colour": spec.colour,
        "unit": spec.unit,
        "pixel": float(spec.pixel),
        "space": spec.space,
        "summary": summary,
    }


def _scene(spec: Scene, payload: _Payload) -> dict[str, Any]:
    facts = {name: getattr(spec, name) for name in ("description", "extent", "axes", "azimuth", "elevation")}
    return {**facts, "items": [_item(item, payload) for item in spec.items]}


def _item(item: Any, payload: _Payload) -> dict[str, Any]:
    """An item of a scene: its arrays as places, its words and numbers as they are, the ends of its colours."""
    facts: dict[str, Any] = {"kind": type(item).__name__.lower()}
    for name, value in vars(item).items():
        facts[name] = payload.add(value) if isinstance(value, np.ndarray) else value
    if isinstance(item, Mesh | Plane):
        facts["limits"] = item.range()
    return facts


def _pair(limits: Limits) -> list[float] | None:
    return None if limits is None else [float(limits[0]), float(limits[1])]


def _readout(item: Readout) -> dict[str, str]:
    return {"label": item.label, "text": item.text, "unit": item.unit, "note": item.note}
