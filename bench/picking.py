"""Picking: recall, precision and seconds, on simulated fields of known particles and on a real field.

Simulated: projections of a protein of 60 Å under white noise, at 2 Å a pixel, by a disc and by templates.
Real (``--shared FOLDER``): a field of 927 × 959 with 45 picks of another program, 12 of them on a crystal of ice;
recall is told over all 45 and over the 33 on clean ice.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.data.files import coordinates
from underfocus.data.images import Images
from underfocus.inference import picking
from underfocus.physics.field import scatter

from .measure import keep

CLAIM = "95 % of simulated particles found; 80 % of the real reference's picks on clean ice"
PIXEL, SIDE, BOX, DIAMETER = 2.0, 1024, 32, 60.0


def field(volume: Any, noise: float, seed: int) -> tuple[Any, Any]:
    """A field with 150 dark particles at places (m, 2), in pixels; their own deviation in the box is 0.8."""
    found = scatter(150, SIDE * PIXEL, 75.0, 0.0, seed)
    seen = np.asarray(uf.project(volume, found.pose).data)
    image = noise * np.random.default_rng(seed).standard_normal((SIDE, SIDE))
    places = np.rint(found.centres[:, :2] / PIXEL).astype(int) + SIDE // 2
    for (x, y), one in zip(places, 0.8 * seen / seen.std(), strict=True):
        image[y - BOX // 2 : y + BOX // 2, x - BOX // 2 : x + BOX // 2] -= one
    return image.astype(np.float32), places.astype(float)


def matched(found: Any, places: Any, within: float) -> tuple[float, float]:
    """Recall and precision: parts of places with a pick, and of picks with a place, ``within`` pixels."""
    if not len(found) or not len(places):
        return 0.0, 0.0
    apart = np.hypot(*(found[:, None, i] - places[None, :, i] for i in (0, 1)))
    return float((apart.min(0) < within).mean()), float((apart.min(1) < within).mean())


def simulated(fields: int) -> list[dict[str, Any]]:
    """Recall, precision and seconds for each noise, by the disc and by twelve templates in twelve turns."""
    volume = uf.potential(uf.samples.protein("1ake"), BOX, PIXEL, bfactor=40.0)
    templates = Images(-np.asarray(uf.project(volume, uf.Pose.random(12, seed=9)).data), PIXEL)
    rows = []
    for noise in (1.0, 2.0, 3.0, 4.0):
        for name, more in (("disc", {}), ("templates", {"templates": templates})):
            scores, seconds = [], []
            for seed in range(fields):
                image, places = field(volume, noise, seed)
                started = time.perf_counter()
                found = picking.pick(image, PIXEL, DIAMETER, **more)
                seconds.append(time.perf_counter() - started)
                scores.append(matched(found.places, places, DIAMETER / PIXEL / 3))
            recall, precision = np.mean(scores, axis=0)
            row = {"noise": noise, "by": name, "recall": float(recall), "precision": float(precision)}
            rows.append({**row, "seconds": float(np.median(seconds))})
    return rows


def real(folder: Path) -> list[dict[str, Any]]:
    """Recall over all 45 and over those on clean ice, precision, picks on the contaminant, for each threshold."""
    image = np.asarray(uf.open(folder / "Ucsf_stack_1142_DW.mrc").data[0])
    dirt = np.asarray(uf.open(folder / "Ucsf_stack_1142_DW_mask.mrc").data[0])
    places = coordinates.read(folder / "Ucsf_stack_1142_DW_autopick.star").places
    whole = np.rint(places).astype(int)
    clean = dirt[whole[:, 1], whole[:, 0]] < 0.5
    rows = []
    for threshold in (2.5, 3.0, 3.5, 4.0, 5.0):
        started = time.perf_counter()
        found = picking.pick(image, 1.0, 30.0, threshold=threshold)
        seconds = time.perf_counter() - started
        own = np.rint(found.places).astype(int)
        every, precision = matched(found.places, places, 10.0)
        row = {"threshold": threshold, "picks": len(found), "recall_of_45": every, "precision": precision}
        row["recall_of_33_on_clean_ice"] = matched(found.places, places[clean], 10.0)[0]
        rows.append({**row, "on_contaminant": int((dirt[own[:, 1], own[:, 0]] >= 0.5).sum()), "seconds": seconds})
    return rows


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/picking.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fields", type=int, default=5)
    parser.add_argument("--shared", type=Path, help="the folder of the real field; without it that part is left out")
    chosen = parser.parse_args(arguments)
    found: dict[str, Any] = {"simulated": simulated(chosen.fields)}
    if chosen.shared:
        found["real"] = real(chosen.shared)
    keep("picking", CLAIM, found)
