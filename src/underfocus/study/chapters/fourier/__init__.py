"""The Fourier transform: meetings M2 (blur, one dimension) and M3 (sharpen, more dimensions and what it costs)."""
