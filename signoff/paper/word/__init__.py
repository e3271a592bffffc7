"""Texts as Word files: written part by part, so that the same words always give the same bytes."""
