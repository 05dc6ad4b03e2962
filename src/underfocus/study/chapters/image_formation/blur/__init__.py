"""Image formation: the forward model, its noise, its camera, and what averaging buys."""

MEETING = "M8"
TITLE = "Image formation"
