"""Signoff: a partner's name stands on a published position only after it approved that exact text."""
