"""Waves, images, transforms and filters in two dimensions: meeting M24 (blur)."""
