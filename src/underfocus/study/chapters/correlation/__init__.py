"""Waves in three dimensions, convolution and cross-correlation: meeting M26 (blur)."""
