"""Publications: how the names on one are read."""
