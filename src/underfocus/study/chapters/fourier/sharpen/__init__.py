"""The transform in two and three dimensions, how far a DFT is from the integral, and what an FFT costs."""

MEETING = "M3"
TITLE = "Fourier in 2D and 3D: error and cost"
