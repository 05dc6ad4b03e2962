"""Floor 2: the nouns, and the doors to the field's file formats."""
