"""Specimens that are tilted or thick, and the CTF that changes across the image."""

MEETING = "M7"
TITLE = "Tilted specimens"
