"""Styles, scripts and pictures under names that hold a hash of their bytes, so that browsers keep them for good.

Pages get such names from `url_for`. Under its plain name, or with the hash of another release, a file is served as
well, and asked about again each time. Styles and scripts also come as gzip under the names that hold their hash. Files
in folders, which import each other by name, have their plain names alone.
"""

import gzip
import hashlib
import re
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

_KEPT = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"([a-z]+)\.[0-9a-f]{12}(\.[a-z]+)")


def install_static_files(app: Flask, folder: Path) -> None:
    """Serve the files of a folder under both names, as they were when the process began."""
    hashed = {path.name: _with_hash(path) for path in sorted(folder.iterdir()) if path.is_file()}
    kept = frozenset(hashed.values())
    squeezed = {hashed[path.name]: _squeezed(path) for path in folder.iterdir() if path.suffix in (".css", ".js")}

    def put_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = hashed.get(values["filename"], values["filename"])

    def serve(filename: str) -> Response:
        match = _HASHED.fullmatch(filename)
        plain = match[1] + match[2] if match else filename
        if filename in squeezed and request.accept_encodings.quality("gzip") > 0:
            response = app.response_class(squeezed[filename], mimetype=guess_type(plain)[0])
            response.content_encoding = "gzip"
        else:
            response = app.send_static_file(plain if plain in hashed else filename)
        if filename in squeezed:
            response.vary.add("Accept-Encoding")
        if filename in kept:
            response.headers["Cache-Control"] = _KEPT
        return response

    app.url_defaults(put_hash)
    app.view_functions["static"] = serve


def _squeezed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _with_hash(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"{path.stem}.{digest}{path.suffix}"
