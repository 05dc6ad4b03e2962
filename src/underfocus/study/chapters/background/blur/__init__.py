"""Complex numbers as arrows, contrast from defocus, and where else electrons go."""

MEETING = "M1"
TITLE = "Complex numbers and defocus phase contrast"
