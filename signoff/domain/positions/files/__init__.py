"""Texts that come in as files or from the clipboard: read into one form, and written in the dialect of texts."""
