"""The tables of the Wagtail site."""
