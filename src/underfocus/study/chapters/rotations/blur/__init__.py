"""Coordinates, rotations in the plane and in space, and Euler angles with their gimbal lock."""

MEETING = "M11"
TITLE = "Coordinates and rotations"
