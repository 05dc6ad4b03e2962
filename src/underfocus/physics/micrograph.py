"""A micrograph from atoms to counts: field in ice, scattering, lens, lost electrons, damage, dose and detector."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.detector import Detector
from ..data.optics import Optics
from . import detector as camera
from . import dose as damage
from . import inelastic, lens
from .exit_wave import Model
from .field import FieldSlices

Real = np.ndarray[Any, Any]


def micrograph(
    field: FieldSlices,
    optics: Optics,
    dose: float,
    detector: Detector | None = None,
    *,
    model: Model = "multislice",
    energy_filter: bool = True,
    damaged: bool = True,
    seed: int | None = None,
) -> Real:
    """Counts (n, n), float32, of one exposure of ``dose`` e/Å² of a `field.field`; expected electrons without detector.

    Without a detector no noise is drawn. The steps: `lens.form` under the model; the electrons that lose energy in the
    ice, taken out by an energy filter or left as an even background (`inelastic.through`); fading of detail during the
    exposure (`dose.damaged`), which fades the ice's grain with the specimen's; and `detector.record`.
    """
    seen = np.asarray(lens.form(field, optics, model), np.float32)
    if damaged:
        seen = np.asarray(damage.damaged(seen, field.pixel, 0.0, dose, float(optics.voltage_kv)), np.float32)
    depth = len(field) * field.thickness
    seen = np.asarray(inelastic.through(seen, depth, float(optics.voltage_kv), filtered=energy_filter), np.float32)
    per_pixel = camera.electrons(dose, field.pixel)
    if detector is None:
        return seen * np.float32(per_pixel)
    return np.asarray(camera.record(seen, per_pixel, detector, seed), np.float32)
