"""The description of the API, for programs as OpenAPI and for people as a page made of the same."""

import json
import shlex
from itertools import groupby
from typing import Any

from flask import current_app, render_template

from signoff.web.access import api, public
from signoff.web.api.blueprint import calls
from signoff.web.api.calls import reading_call
from signoff.web.api.description import description_of
from signoff.web.api.field_tables import FieldRow, Schemas
from signoff.web.error_page import title_of
from signoff.web.installation import installation
from signoff.web.schemas.base import example_of
from signoff.web.schemas.description import Description
from signoff.web.schemas.problems import Problem


@calls.get("/openapi.json")
@api()
@reading_call()
def openapi() -> Description:
    """Read this description as OpenAPI 3.1."""
    return Description(description_of(current_app, installation().settings.base_url))


@calls.get("/", endpoint="reference")
@public
def page() -> str:
    """The description for people who write programs."""
    description = description_of(current_app, installation().settings.base_url)
    schemas, address = Schemas(description["components"]["schemas"]), description["servers"][0]["url"]
    shown = [
        ShownCall(method.upper(), path, operation, schemas, address)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    nouns = [(noun, list(calls)) for noun, calls in groupby(shown, key=lambda call: call.noun)]
    statuses = sorted({(status, title_of(int(status))) for call in shown for status in call.refusals})
    return render_template(
        "public/api.html", nouns=nouns, address=address, problem=_json(example_of(Problem)), statuses=statuses
    )


class ShownCall:
    """One call as the page shows it."""

    def __init__(self, method: str, path: str, operation: dict[str, Any], schemas: Schemas, address: str) -> None:
        self.method, self.path, self.operation = method, path, operation
        self._schemas, self._address = schemas, address
        self.noun: str = operation["tags"][0]
        self.anchor: str = operation["operationId"].replace("_", "-")
        self.needs_token = {} not in operation["security"]

    @property
    def fields(self) -> list[FieldRow]:
        """The fields of its body."""
        return self._schemas.rows(self._body, with_null=False) if self._body else []

    @property
    def answers(self) -> list[tuple[str, list[FieldRow], str]]:
        """Each kind of answer: what it is, its fields, and an example."""
        schema = next(
            reply["content"]["application/json"]["schema"]
            for status, reply in self.operation["responses"].items()
            if status.startswith("2")
        )
        return [
            (self._schemas.about(kind), self._schemas.rows(kind), _json(self._schemas.example(kind)))
            for kind in schema.get("anyOf", [schema])
        ]

    @property
    def parameters(self) -> list[FieldRow]:
        """The parts of its address and of its query; what all calls share is said once for all."""
        return [
            FieldRow(item["name"], self._schemas.kind(item["schema"]), item["description"], item["required"])
            for item in self.operation["parameters"]
            if item["in"] != "header"
        ]

    @property
    def done(self) -> list[str]:
        """The statuses that mean that it was done."""
        return [status for status in self.operation["responses"] if status.startswith("2")]

    @property
    def refusals(self) -> list[str]:
        """The statuses that mean that nothing was changed."""
        return [status for status in self.operation["responses"] if status.startswith("4") or status.startswith("5")]

    @property
    def command(self) -> str:
        """The call as a command to try."""
        parts = {item["name"]: item["example"] for item in self.operation["parameters"] if item["in"] == "path"}
        lines = [f"curl {self._address}{self.path.format(**parts)}"]
        if self.method not in ("GET", "POST"):
            lines.append(f"-X {self.method}")
        if self.needs_token:
            lines.append('-H "Authorization: Bearer $TOKEN"')
        if self.method != "GET":
            body = self._schemas.example(self._body) if self._body and self.fields else {}
            lines.append(f"--json {shlex.quote(json.dumps(body, ensure_ascii=False, indent=2))}")
        return " \\\n  ".join(lines)

    @property
    def _body(self) -> dict[str, Any] | None:
        body = self.operation.get("requestBody")
        schema: dict[str, Any] | None = body["content"]["application/json"]["schema"] if body else None
        return schema


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
