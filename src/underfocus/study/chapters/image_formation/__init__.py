"""Image formation, from atoms to counts: meeting M8 (blur)."""
