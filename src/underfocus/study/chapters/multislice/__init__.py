"""Scattering in a thick specimen: meeting M9."""
