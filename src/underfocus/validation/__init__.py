"""Floor 4: how far a map can be trusted."""
