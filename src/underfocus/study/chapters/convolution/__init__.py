"""Convolution, sampling and Nyquist: meetings M4 (blur) and M5 (sharpen)."""
