"""The WSGI entry point for any server, as `wsgi:app`."""

from signoff.wsgi import app

__all__ = ["app"]
