"""Floor 9: the course, served on this machine alone."""
