"""Convolution undone, its boundaries, and what each way of doing it costs."""

MEETING = "M5"
TITLE = "Deconvolution, boundaries, cost"
