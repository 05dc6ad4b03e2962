"""Image formation, from atoms to counts: meetings M8 (blur) and M9 (sharpen)."""
