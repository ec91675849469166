"""onboard (being built)."""
