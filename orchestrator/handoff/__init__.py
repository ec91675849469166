"""handoff (being built)."""
