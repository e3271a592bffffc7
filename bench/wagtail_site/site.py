"""The Wagtail site: filled with a page, and given as a WSGI application. Nothing of Django's is imported before."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def fill(database: Path, path: str, html: str) -> None:
    """Make the site with one published page at a path, which answers with just this HTML of ours."""
    _set_up(database, cached=False)
    import_module("bench.wagtail_site.filling").fill(path, html)


def application(database: Path, *, cached: bool) -> Any:
    """The site as it answers: from its cache where that is asked for."""
    _set_up(database, cached=cached)
    return import_module("django.core.wsgi").get_wsgi_application()


def _set_up(database: Path, *, cached: bool) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.wagtail_site.settings",
        "BENCH_WAGTAIL_DATABASE": str(database),
        "BENCH_WAGTAIL_CACHE": "yes" if cached else "no",
    }
    import_module("django").setup()
