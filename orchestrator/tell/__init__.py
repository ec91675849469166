"""tell (being built)."""
