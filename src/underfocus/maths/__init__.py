"""Floor 1: the mathematics, with no electron in it yet."""
