"""The doors: every foreign file convention is converted here and only here."""
