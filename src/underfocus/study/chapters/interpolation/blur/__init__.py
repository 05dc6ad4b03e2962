"""Values between samples: what each scheme does, what it costs, and what complex numbers add."""

MEETING = "M13"
TITLE = "Interpolation"
