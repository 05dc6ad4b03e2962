"""Fifty simulated fields with known defocus, twelve tilts and twelve thicknesses: how well CTF estimation finds them.

The fields are made layer by layer (`samples.fields`), with nothing of the fit's model. Their size and noise are those
of an ordinary micrograph binned to 1.4 Å: rings of 5 % of the mean under white noise of 10 to 30 %.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import underfocus as uf
from underfocus.inference import ctffit, ctftilt
from underfocus.physics.tilt import Tilt
from underfocus.samples import fields

from .measure import keep

CLAIM = "defocus within 50 Å in 95 % of fields, tilt within 2°, thickness within a tenth"
PIXEL, SIDE = 1.4, 2048
GUESS = uf.Optics(amplitude_contrast=0.07)


def truth(random: np.random.Generator, **more: float) -> uf.Optics:
    """Random optics."""
    values = {
        "defocus": random.uniform(8_000, 30_000),
        "astigmatism": random.uniform(50, 800),
        "astigmatism_angle": random.uniform(0, 180),
        "bfactor": random.uniform(40, 100),
    }
    return uf.Optics(amplitude_contrast=0.07, **(values | more))


def level(count: int) -> dict[str, Any]:
    """Errors of the defocus of level fields, and seconds a fit."""
    random = np.random.default_rng(1)
    errors, said, seconds = [], [], []
    for seed in range(count):
        optics, noise = truth(random), random.uniform(0.1, 0.3)
        image = fields.amorphous(SIDE, PIXEL, optics, noise=noise, seed=seed)
        started = time.perf_counter()
        found = ctffit.fit(image, PIXEL, GUESS)
        seconds.append(time.perf_counter() - started)
        errors.append(found.optics.defocus - optics.defocus)
        said.append(found.error)
    away = np.abs(errors)
    return {
        "fields": count,
        "within_50_A": float((away <= 50).mean()),
        "median_A": float(np.median(away)),
        "largest_A": float(away.max()),
        "rms_over_said": float(np.sqrt(np.mean((np.array(errors) / said) ** 2))),
        "seconds": float(np.median(seconds)),
    }


def tilted(count: int) -> dict[str, Any]:
    """Errors of the tilt."""
    random = np.random.default_rng(2)
    errors, axes = [], []
    for seed in range(count):
        optics = truth(random, astigmatism=float(random.uniform(0, 200)))
        tilt = Tilt(float(random.uniform(0, 50)), float(random.uniform(-180, 180)))
        image = fields.amorphous(SIDE, PIXEL, optics, tilt=tilt, noise=float(random.uniform(0.1, 0.2)), seed=seed)
        found = ctftilt.fit_tilt(image, PIXEL, ctffit.fit(image, PIXEL, GUESS))
        errors.append(abs(found.tilt.tilt - tilt.tilt))
        if tilt.tilt > 10:
            axes.append(float(np.degrees(np.arccos(np.clip(found.tilt.uphill @ tilt.uphill, -1, 1)))))
    return {
        "fields": count,
        "within_2_deg": float(np.mean(np.array(errors) <= 2)),
        "largest_deg": max(errors),
        "axis_deg": max(axes),
    }


def thick(count: int) -> dict[str, Any]:
    """Errors of the thickness."""
    random = np.random.default_rng(3)
    errors = []
    for seed in range(count):
        optics, depth = truth(random, bfactor=float(random.uniform(30, 60))), float(random.uniform(700, 2500))
        image = fields.amorphous(1536, 1.2, optics, thickness=depth, noise=float(random.uniform(0.05, 0.15)), seed=seed)
        errors.append(abs(ctffit.fit(image, 1.2, GUESS, thick=True).thickness / depth - 1))
    return {"fields": count, "within_tenth": float(np.mean(np.array(errors) <= 0.1)), "largest": max(errors)}


def main(arguments: list[str]) -> None:
    """Measure and keep ``results/ctf_estimation.json``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fields", type=int, default=50)
    parser.add_argument("--others", type=int, default=12)
    chosen = parser.parse_args(arguments)
    found = {"level": level(chosen.fields), "tilted": tilted(chosen.others), "thick": thick(chosen.others)}
    keep("ctf_estimation", CLAIM, found)
