"""Background mathematics and defocus phase contrast: meeting M1 (blur)."""
