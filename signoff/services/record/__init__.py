"""The record: written, sealed, verified."""
