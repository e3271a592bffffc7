"""Browsers keep styles and scripts for good under names that hold their hash, and ask again under plain names."""

import gzip
import hashlib
import re

import pytest
from werkzeug.datastructures import Headers

from signoff.settings import PACKAGE
from tests.inspection import InspectingClient

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def fetched(client: InspectingClient, path: str, **headers: str) -> tuple[int, bytes, Headers]:
    """An answer, read to its end and closed."""
    with client.get(path, headers=headers) as response:
        return response.status_code, response.data, response.headers


def test_pages_name_files_by_their_hash(client: InspectingClient) -> None:
    page = client.soup("/")
    (style,), (script,) = page.select("link[rel=stylesheet]"), page.select("script")
    for name, address in (("signoff.css", style["href"]), ("enhance.js", script["src"])):
        content = (PACKAGE / "static" / name).read_bytes()
        assert str(address) == "/static/{1}.{0}.{2}".format(hashlib.sha256(content).hexdigest()[:12], *name.split("."))
        status, sent, headers = fetched(client, str(address))
        assert (status, sent) == (200, content)
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Accept-Encoding" in headers["Vary"] and "Content-Encoding" not in headers
        _, sent, headers = fetched(client, str(address), **{"Accept-Encoding": "br, gzip"})
        assert headers["Content-Encoding"] == "gzip" and "Accept-Encoding" in headers["Vary"]
        assert gzip.decompress(sent) == content and headers["Content-Type"].startswith("text/")
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        of_another_release = re.sub(r"[0-9a-f]{12}", "0" * 12, str(address))
        for other in (f"/static/{name}", of_another_release):
            _, sent, headers = fetched(client, other)
            assert (sent, headers["Cache-Control"]) == (content, "no-cache"), other
            assert fetched(client, other, **{"If-None-Match": headers["ETag"]})[0] == 304
    for nothing in ("/static/signoff.000000000000.js", "/static/missing.css", "/static/..%2fsettings.py"):
        status, _, headers = fetched(client, nothing)
        assert status == 404 and headers["Cache-Control"] == "no-cache", nothing
    module = client.soup("/verify").select_one('script[src$="page.js"]')
    assert module is not None and module["src"] == "/static/verify/page.js"  # its parts import each other by name
