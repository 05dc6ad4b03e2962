"""Floor 0: constants, knobs, arrays, errors, progress and parallel work. Nothing here knows about electrons but their constants."""
