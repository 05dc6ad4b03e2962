"""Three-dimensional waves, shells, the Guinier plot, and finding things by cross-correlation."""

MEETING = "M26"
TITLE = "Waves in 3D and cross-correlation"
