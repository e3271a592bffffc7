"""Answers of the API, held against its own description."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

BASE = "/api/v1"
_held: dict[str, Any] = {}


def description_of(app: Flask) -> dict[str, Any]:
    """The description of the API, fetched once: it is the same for every installation but its address."""
    if not _held:
        _held.update(app.test_client().get(f"{BASE}/openapi.json").get_json())
        described_schema.cache_clear()
    return _held


@cache
def described_schema(text: str) -> Draft202012Validator:
    """A validator for a schema of the description, given as JSON."""
    document = {"components": _held["components"], "check": json.loads(text)}
    registry = Registry().with_resource("urn:api", Resource(contents=document, specification=DRAFT202012))
    pointed = {"$ref": "urn:api#/check"}
    return Draft202012Validator(pointed, registry=registry, format_checker=FormatChecker())


def operation_at(description: dict[str, Any], method: str, path: str) -> dict[str, Any] | None:
    """The operation of a method and an address, or None where there is no such address."""
    wanted = path.split("?")[0].removeprefix(BASE)
    for template, operations in description["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", template), wanted):
            result: dict[str, Any] | None = operations.get(method.lower())
            return result
    return None


def ensure_described(description: dict[str, Any], method: str, path: str, response: TestResponse) -> None:
    """The answer has a status, a type and a content that the description gives for this call."""
    operation = operation_at(description, method, path)
    if operation is None:
        assert response.status_code in (404, 405), f"{method} {path} is not described"
        return
    kinds = operation["responses"].get(str(response.status_code))
    assert kinds, f"{method} {path}: {response.status_code} is not described"
    if "content" not in kinds:
        assert not response.data, f"{method} {path}: {response.status_code} has no content"
        return
    kind = (response.content_type or "").split(";")[0]
    assert kind in kinds["content"], f"{method} {path}: {kind} is not described"
    problems = described_schema(json.dumps(kinds["content"][kind]["schema"])).iter_errors(response.get_json(force=True))
    said = [f"{problem.json_path}: {problem.message}" for problem in problems]
    assert not said, f"{method} {path}: {said}"
