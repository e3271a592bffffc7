"""Styles, scripts and pictures under names that hold a hash of their bytes, so that browsers keep them for good.

Pages get such names from `url_for`. Under its plain name, or with the hash of another release, a file is served as
well, and asked about again each time. Files in folders, which import each other by name, have their plain names alone.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.wrappers import Response

_KEPT = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"([a-z]+)\.[0-9a-f]{12}(\.[a-z]+)")


def install_static_files(app: Flask, folder: Path) -> None:
    """Serve the files of a folder under both names, as they were when the process began."""
    hashed = {path.name: _with_hash(path) for path in sorted(folder.iterdir()) if path.is_file()}
    kept = frozenset(hashed.values())

    def put_hash(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values["filename"] = hashed.get(values["filename"], values["filename"])

    def serve(filename: str) -> Response:
        match = _HASHED.fullmatch(filename)
        plain = match[1] + match[2] if match else filename
        response = app.send_static_file(plain if plain in hashed else filename)
        if filename in kept:
            response.headers["Cache-Control"] = _KEPT
        return response

    app.url_defaults(put_hash)
    app.view_functions["static"] = serve


def _with_hash(path: Path) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return f"{path.stem}.{digest}{path.suffix}"
