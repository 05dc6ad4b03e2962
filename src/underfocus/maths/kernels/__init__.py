"""Hot loops in two speeds: plain.py is the textbook, numba.py the fast twin with the same signatures."""
