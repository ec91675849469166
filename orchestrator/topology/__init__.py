"""topology (being built)."""
