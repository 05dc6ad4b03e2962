"""What the two chapters on direct Fourier inversion share."""
