"""Interpolation: meetings M13 (blur, on grids) and M14 (sharpen, from the inside and on scattered data)."""
