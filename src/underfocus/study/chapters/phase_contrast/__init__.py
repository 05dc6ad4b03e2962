"""Phase contrast and the CTF: meeting M6 (blur)."""
