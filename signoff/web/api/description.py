"""The API described in OpenAPI 3.1."""

import json

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from signoff.paths import PACKAGE
from signoff.web.access import api
from signoff.web.installation import here

_DESCRIPTION = json.loads((PACKAGE / "web" / "api" / "openapi.json").read_text())


@api()
def openapi() -> Response:
    """The description, with this installation's address as its server."""
    return jsonify({**_DESCRIPTION, "servers": [{"url": f"{here().settings.base_url}/api/v1"}]})


def add_to(calls: Blueprint) -> None:
    """Put this call at its address."""
    calls.add_url_rule("/openapi.json", "openapi", openapi)
