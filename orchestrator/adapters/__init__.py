"""adapters (being built)."""
