"""Positions: the text, its dialect, its status, and what has to be true before it leaves."""
