"""A simulated facility."""
