"""Phase contrast, the CTF and its envelopes."""

MEETING = "M6"
TITLE = "Phase contrast and the CTF"
