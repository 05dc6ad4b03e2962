"""Floor 8: one file a verb; a job is a function with knobs that can leave a folder behind."""
