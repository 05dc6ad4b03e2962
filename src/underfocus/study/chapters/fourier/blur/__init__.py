"""The Fourier transform in one dimension."""

MEETING = "M2"
TITLE = "The Fourier transform"
