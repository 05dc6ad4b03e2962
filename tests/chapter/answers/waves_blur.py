"""What the tests know of the chapter on waves in two dimensions, worked out independently of the engine."""

from __future__ import annotations

PRINTED = {
    "period-and-normal": ((25.6, 53.13), 1e-4),
    "spin": ((6.928, 4.0), 1e-4),
    "shift-phase": ((135.0, 1.0), 1e-9),
    "checkerboard": ((4.0, 1.0), 1e-9),
    "sphere": ((32.0, 137_065, 68_532), 1e-9),
    "ring": ((7721.0,), 3e-3),
}
TARGETS = {
    "build": (
        {"wave_1_0": 1.0, "wave_0_2": 0.0, "wave_3_1": 0.0, "wave_2_m3": 0.0, "wave_0_6": 0.0, "wave_5_5": 0.0},
        {"wave_1_0": 2.0, "wave_0_2": 1.2, "wave_3_1": 0.0, "wave_2_m3": 0.0, "wave_0_6": 0.8, "wave_5_5": 0.0},
    ),
}
#: An end of the band, and a direction, mean something only for the masks that have them.
BASES = {
    "painter.coarse": {"leave": "ring", "fine": 4.2},
    "painter.direction": {"leave": "wedge"},
    "painter.edge": {"leave": "disc"},
}
