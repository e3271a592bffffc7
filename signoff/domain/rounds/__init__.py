"""Rounds: links and reminders."""
