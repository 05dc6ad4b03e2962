"""Defocus phase contrast derived line by line, and where its assumptions end."""

MEETING = "M1"
TITLE = "Defocus phase contrast, line by line"
