"""Principles editions: drafted, adopted, found."""
