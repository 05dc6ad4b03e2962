"""Floor 5: from images to knowledge."""
