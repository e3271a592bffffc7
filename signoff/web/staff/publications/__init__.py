"""Pages about publishing and retiring."""
