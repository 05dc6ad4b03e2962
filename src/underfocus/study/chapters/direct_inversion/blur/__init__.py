"""Three dimensions by direct Fourier inversion: what one image knows of a map, and how many it takes."""

MEETING = "M15"
TITLE = "Three dimensions by direct inversion"
