"""decide (being built)."""
