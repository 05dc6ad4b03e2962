"""Floor 3: from a specimen to its image."""
