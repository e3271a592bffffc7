"""Rounds: partners are asked, reminded and followed; their links and their comments."""
