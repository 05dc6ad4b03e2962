"""Two-dimensional waves, the pictures they make, and filters, after the second part of Jensen's course."""

MEETING = "M24"
TITLE = "Waves, images and filters"
