"""Pages about the record."""
