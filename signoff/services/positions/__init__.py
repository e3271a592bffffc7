"""Positions: their versions, the checks of those versions, and how their text is read."""
