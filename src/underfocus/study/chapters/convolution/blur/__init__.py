"""What a convolution is, where a microscope does it, and what sampling may see."""

MEETING = "M4"
TITLE = "Convolution, sampling, Nyquist"
