"""From atoms to the exit wave, and from the wave to the detector: four models of scattering."""

MEETING = "M9"
TITLE = "Multislice and its approximations"
