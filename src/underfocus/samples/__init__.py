"""Floor 4: specimens to play with, made from small shipped structures."""
