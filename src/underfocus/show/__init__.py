"""Floor 7: arrays become figure specifications, and figures become reports."""
