"""track (being built)."""
