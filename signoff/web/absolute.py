"""Whole addresses for readers elsewhere: from the configured base URL alone, never from the Host header."""

from typing import Any
from urllib.parse import urlsplit

from flask import url_for

from signoff.web.installation import installation


def absolute(path: str) -> str:
    """The whole address of a path of this site, as `url_for` gives it."""
    base = urlsplit(installation().settings.base_url)
    return f"{base.scheme}://{base.netloc}{path}"


def absolute_url_for(endpoint: str, **values: Any) -> str:
    """The whole address of a view."""
    return absolute(url_for(endpoint, **values))
