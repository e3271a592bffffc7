"""Backups: the whole database in one file, put back into an empty place, or exported as files that people read."""
