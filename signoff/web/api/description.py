"""The API described in OpenAPI 3.1."""

import json
from typing import Any

from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from signoff.domain.text import FIELDS, Field, Shape, Wording
from signoff.paths import PACKAGE
from signoff.web.access import api
from signoff.web.installation import here


def _described() -> dict[str, Any]:
    # What a text consists of is said in one place, and put in wherever a text is sent or answered.
    found: dict[str, Any] = json.loads((PACKAGE / "web" / "api" / "openapi.json").read_text())
    of_text = {field.name: _schema(field) for field in FIELDS}
    start, save = (
        found["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        for path in ("/positions", "/positions/{slug}/versions")
    )
    for schema in (start, save, found["components"]["schemas"]["Position"]):
        schema["properties"] = of_text | schema["properties"]
    start["required"] = [field.name for field in FIELDS if field.needed and not field.choices]
    return found


def _schema(field: Field) -> dict[str, Any]:
    match field.shape:
        case Shape.CHOICE:
            return {"type": "string", "enum": [*(field.choices or ())], "default": getattr(Wording(), field.name)}
        case Shape.LINE:
            return {"type": "string", "maxLength": field.longest}
        case _:
            form = "Markdown" if field.shape == Shape.MARKDOWN else "Plain text"
            return {"type": "string", "description": f"{form}, at most {field.longest:,} bytes of UTF-8"}


_DESCRIPTION = _described()


@api()
def openapi() -> Response:
    """The description, with this installation's address as its server."""
    return jsonify({**_DESCRIPTION, "servers": [{"url": f"{here().settings.base_url}/api/v1"}]})


def add_to(calls: Blueprint) -> None:
    """Put this call at its address."""
    calls.add_url_rule("/openapi.json", "openapi", openapi)
