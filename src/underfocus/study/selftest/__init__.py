"""The self-tests of "Before you come": ten checked questions for each entry of the prerequisites, a file an entry."""
