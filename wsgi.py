"""The WSGI entry point for any server: `wsgi:app`."""

from signoff.settings import load_settings
from signoff.web.app import create_app

app = create_app(load_settings())
