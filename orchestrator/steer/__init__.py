"""steer (being built)."""
