"""The API described in OpenAPI 3.1, made from the views: their marks, their classes, and their docstrings."""

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, get_args

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from werkzeug.routing import Rule

from signoff.domain.permissions import ALLOWED, Act
from signoff.web.access import Access, access_of
from signoff.web.api.calls import LONGEST_KEY, MOST_AT_ONCE, USUAL_AT_ONCE
from signoff.web.api.signatures import Call, call_of
from signoff.web.error_page import title_of
from signoff.web.schemas.base import LARGEST_NUMBER, Nothing
from signoff.web.schemas.problems import Problem

_ABOUT = (
    "Draft a position, check it, ask partners, publish it. No call can put a partner's name on a position: only the "
    "partner's own answer does. Times are RFC 3339 in UTC; errors are problem details (RFC 9457)."
)
_SLUG = {"type": "string", "pattern": "^[^A-Z\\s/.-]+(-[^A-Z\\s/.-]+)*$"}
_NUMBER = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
# The parts of addresses, by what stands before them: what they mean, their schema, an example.
_PARTS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "positions": ("The position, as in its address.", _SLUG, "open-the-yards"),
    "versions": ("The version's number.", _NUMBER, 2),
    "findings": ("The criterion's key.", {"type": "string"}, "equity"),
    "rounds": ("The round's id.", _NUMBER, 3),
    "deliveries": ("The delivery’s id.", _NUMBER, 7),
    "signatories": ("The partner, as in its address.", _SLUG, "alder-trust"),
    "editions": ("The edition's number.", _NUMBER, 1),
    "partners": ("The partner, as in its address.", _SLUG, "alder-trust"),
    "sign-on": ("The application's id.", _NUMBER, 4),
}


class _Schemas(GenerateJsonSchema):
    """Schemas without a title for each field, which would only repeat its name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@dataclass(frozen=True)
class Described:
    """One call with everything that its description is made from."""

    rule: Rule
    view: Callable[..., Any]
    access: Access
    call: Call

    @property
    def method(self) -> str:
        """Its one method; HEAD and OPTIONS come of themselves."""
        (method,) = (self.rule.methods or set()) - {"HEAD", "OPTIONS"}
        return method

    @property
    def path(self) -> str:
        """Its address below the base, with its parts in braces."""
        return re.sub(r"<(?:[^:>]*:)?([^>]*)>", r"{\1}", self.rule.rule.removeprefix("/api/v1"))

    @property
    def answers(self) -> tuple[type[BaseModel], ...]:
        """The classes of its answer: one, or one for the public and one for staff."""
        return get_args(self.call.answer) if isinstance(self.call.answer, UnionType) else (self.call.answer,)

    @property
    def refusals(self) -> list[int]:
        """Every status of a refusal that it can answer."""
        always = {401, 403, 422, 503}
        result = always | set(self.call.refusals)
        result |= {404} if self.rule.arguments else set()
        result |= {308} if self.path.startswith("/positions/{slug}") else set()
        result |= {400, 409, 412, 413, 415} if self.call.body else set()
        return sorted(result)


def described_calls(app: Flask) -> list[Described]:
    """Every call of the API, in the order of its nouns and addresses."""
    describeds = []
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint) if rule.endpoint.startswith("api.") else None
        if access is not None and access.audience == "api":
            view = app.view_functions[rule.endpoint]
            describeds.append(Described(rule, view, access, call_of(view)))
    return describeds


def description_of(app: Flask, base_url: str) -> dict[str, Any]:
    """The whole description, made once for an application."""
    if "api_description" not in app.extensions:
        app.extensions["api_description"] = describe(described_calls(app), base_url)
    made: dict[str, Any] = app.extensions["api_description"]
    return made


def describe(calls: list[Described], base_url: str) -> dict[str, Any]:
    """The description of these calls, with the installation's address as their server."""
    references, schemas = _schemas(calls)
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, references)
    token = {"type": "http", "scheme": "bearer", "description": "A token that its user made; it has that user's roles."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Signoff", "version": "1", "description": _ABOUT},
        "servers": [{"url": f"{base_url}/api/v1"}],
        "paths": paths,
        "components": {"securitySchemes": {"token": token}, "schemas": schemas},
    }


def _schemas(calls: list[Described]) -> tuple[dict[type[BaseModel], Any], dict[str, Any]]:
    wanted: dict[type[BaseModel], JsonSchemaMode] = {Problem: "serialization"}
    for call in calls:
        wanted |= dict.fromkeys(call.answers, "serialization")
        wanted |= {call.call.body: "validation"} if call.call.body else {}
    references, schemas = models_json_schema(
        list(wanted.items()), ref_template="#/components/schemas/{model}", schema_generator=_Schemas
    )
    return {kind: references[kind, mode] for kind, mode in wanted.items()}, schemas["$defs"]


def _operation(described: Described, references: dict[type[BaseModel], Any]) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(described.view) or "").partition("\n")
    operation = {
        "operationId": described.rule.endpoint.removeprefix("api."),
        "tags": [described.view.__module__.rpartition(".")[2]],
        "summary": summary.rstrip("."),
        "description": " ".join([*more.split(), who_may(described.access)]),
        "security": [{"token": []}] if described.access.act else [{}, {"token": []}],
        "parameters": list(_parameters(described)),
        "responses": _responses(described, references),
    }
    if described.call.body:
        schema = references[described.call.body]
        is_required = described.call.body is not Nothing and bool(_needed(described.call.body))
        operation["requestBody"] = {"required": is_required, "content": {"application/json": {"schema": schema}}}
    return operation


def _needed(body: type[BaseModel]) -> list[str]:
    return [name for name, field in body.model_fields.items() if field.is_required()]


def who_may(access: Access) -> str:
    """Who may call, in a sentence."""
    if access.act is None:
        return "Anyone may call this; no token is needed."
    if access.act is Act.READ:
        return "Any staff member may call this, with a token."
    roles = sorted(f"{'an' if role.value[0] in 'aeiou' else 'a'} {role.value}" for role in ALLOWED[access.act])
    return f"Only {' or '.join(roles)} may call this, with a token."


def _parameters(described: Described) -> Iterator[dict[str, Any]]:
    for before, name in re.findall(r"([\w-]+)/<(?:[^:>]*:)?([^>]*)>", described.rule.rule):
        about, schema, example = _PARTS[before]
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "description": about,
            "schema": schema,
            "example": example,
        }
    if described.call.is_paged:
        yield _query("after", "Items after this id: the `next` of the previous page.", _NUMBER | {"default": 0})
        limits = {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "default": USUAL_AT_ONCE}
        yield _query("limit", "How many items to answer at most.", limits)
    for name, about in described.call.filters.items():
        yield _query(name, about, {"type": "string"})
    if described.method == "POST":
        about = "A value of your own. The same call with the same key acts once and gets the same answer."
        schema = {"type": "string", "maxLength": LONGEST_KEY, "pattern": "^[ -~]*$"}
        yield _header("Idempotency-Key", about, schema)
    if described.call.shown:
        readers = " or ".join(f"`{name}`" for name in described.call.shown)
        yield _header(
            "If-Match", f"The ETag of what was read ({readers}); when that has changed, nothing is done (412)."
        )
    if not described.call.body:
        yield _header("If-None-Match", "The ETag of an earlier answer. The answer is 304 if nothing has changed.")


def _header(name: str, about: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    text = schema or {"type": "string", "pattern": "^[ -~]*$"}
    return {"name": name, "in": "header", "required": False, "description": about, "schema": text}


def _query(name: str, about: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


def _responses(described: Described, references: dict[type[BaseModel], Any]) -> dict[str, Any]:
    kinds = [references[kind] for kind in described.answers]
    answer = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    done = {201: "Made", 200: "Done; nothing new was made" if 201 in described.call.statuses else "Done"}
    responses: dict[str, Any] = {
        str(status): {"description": done[status], "content": {"application/json": {"schema": answer}}}
        for status in described.call.statuses
    }
    if not described.call.body:
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses["304"] = {"description": "Not changed since"}
    problem = {"application/problem+json": {"schema": references[Problem]}}
    for status in described.refusals:
        responses[str(status)] = {"description": title_of(status), "content": problem, **_headers(status)}
    return responses


def _headers(status: int) -> dict[str, Any]:
    texts = {401: ("WWW-Authenticate", {"type": "string"}), 503: ("Retry-After", {"type": "integer"})}
    if status not in texts:
        return {}
    name, schema = texts[status]
    return {"headers": {name: {"schema": schema}}}
