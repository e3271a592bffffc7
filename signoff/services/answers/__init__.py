"""Answers: given by contacts through their links, or removed by staff."""
