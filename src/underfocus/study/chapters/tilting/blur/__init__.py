"""Tilting: which directions of Fourier space a set of views samples, what a tilted stage adds, and what it costs."""

MEETING = "M22"
TITLE = "Tilting"
