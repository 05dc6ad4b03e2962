"""Rotations by axis and angle, quaternions, paths and grids in the space of rotations, and searching in it."""

MEETING = "M12"
TITLE = "Rotations by axis and angle, and quaternions"
