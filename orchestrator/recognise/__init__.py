"""recognise (being built)."""
