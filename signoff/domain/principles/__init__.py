"""Principles: editions and their criteria."""
