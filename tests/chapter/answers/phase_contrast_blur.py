"""What the tests know of the chapter on phase contrast, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "first-zero-pure": ((9.92, 14.03, 19.84), 5e-4),
    "first-zero-real": ((10.03, 14.24, 20.16), 5e-4),
    "ctf-at-zero": ((-0.1,), 1e-9),
    "crossings": ((20, 42, 42), 1e-9),
    "delocalisation": ((25, 58, 124, 189, 72.7), 1e-2),
    "box": ((116, 247, 342), 2e-3),
    "b-hundred": ((0.3679, 0.6065), 1e-3),
    "b-one-over-e": ((5.0,), 1e-9),
    "plate-zero": ((14.03,), 5e-4),
    "other-voltage": ((0.532,), 1e-3),
    "real-defocus": ((2.7,), 1e-2),
    # widths and envelopes of a 300 kV microscope with Cc and Cs of 2.7 mm; see tests/law/test_envelopes.py
    "focal-spread": ((63.00, 77.30), 1e-3),
    "two-widths": ((0.6222, 0.9180), 2e-3),
    "source-size": ((0.7114, 0.8278), 2e-3),
    "coma-shift": ((3e-3 * 2.7e7 * 0.019687489**2 / 16,), 1e-3),
    "ring-fraction": ((68.75, 11.46, 176.0, 29.33), 1e-3),
}
UNPRINTED = {
    "wrong-w": "bracketed by a test of its own",
    "wrong-voltage": "a ratio of the engine's own fits; held to the ratio of wavelengths by a test",
}
TARGETS = {
    "match-ctf": (
        {"defocus": 17_400.0, "astigmatism": 0.0, "amplitude_contrast": 0.2},
        {"defocus": 10_000.0, "astigmatism": 0.0, "amplitude_contrast": 0.1},
    ),
}
#: The direction of astigmatism means nothing while there is none.
BASES = {
    "measured_rings.astigmatism_angle": {"astigmatism": 900.0},
    "aberration_bench.astigmatism_angle": {"astigmatism": 900.0},
}
