"""The Fourier transform in one dimension (meeting M2, blur)."""
