"""The chapters, one folder a topic: a Markdown text for each stream, figures, problems and proofs."""
