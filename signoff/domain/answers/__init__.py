"""Answers and the signatures under them."""
