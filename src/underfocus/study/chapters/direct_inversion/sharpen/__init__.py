"""Direct Fourier inversion from the inside: what is divided by what, and what each thing looks like when it is wrong."""

MEETING = "M16"
TITLE = "Direct inversion from the inside"
