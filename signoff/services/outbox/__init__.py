"""Letters from the duty to write them to their delivery, as staff see them."""
