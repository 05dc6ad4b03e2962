"""Floor 0: constants, knobs, arrays, errors, progress and parallel work."""
