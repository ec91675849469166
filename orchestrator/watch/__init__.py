"""watch (being built)."""
