"""Pages about positions: writing, comparing and checking a text."""
