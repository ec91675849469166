"""geometry (being built)."""
