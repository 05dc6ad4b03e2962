"""Tilting against preferred orientation: meeting M22."""
