"""Scattered data, where griddata spends its time and where it breaks."""

MEETING = "M14"
TITLE = "Interpolation from the inside"
