"""What all bodies and answers have in common: strict fields, no unknown ones, times in RFC 3339."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from signoff.domain.time import rfc3339

LARGEST_NUMBER = 2**31 - 1  # what both databases hold
_TIME_SCHEMA = {"type": "string", "format": "date-time", "description": "RFC 3339, in UTC."}

Time = Annotated[datetime, PlainSerializer(rfc3339, return_type=str), WithJsonSchema(_TIME_SCHEMA)]
Number = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
Slug = Annotated[str, Field(description="Words joined by hyphens, in lowercase letters of any script.")]
Digest = Annotated[
    str, Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"}, description="SHA-256 of the exact text.")
]


class Body(BaseModel):
    """What a call takes. A field that is null counts as left out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        return {name: value for name, value in content.items() if value is not None}

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the class, in which every field that may be left out may also be null."""
        reference = handler(core)
        schema = handler.resolve_ref_schema(reference)
        for name, value in schema.get("properties", {}).items():
            if name not in schema.get("required", ()):
                schema["properties"][name] = _or_null(value)
        return reference


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    outside = {key: schema[key] for key in ("description", "default") if schema.get(key) is not None}
    inside = {key: value for key, value in schema.items() if key not in ("description", "default")}
    kinds = [kind for kind in inside.get("anyOf", [inside]) if kind != {"type": "null"}]
    return {"anyOf": [*kinds, {"type": "null"}], **outside}


class Nothing(Body):
    """The body of a call that needs none: it may be left out."""


class Answer(BaseModel):
    """What a call answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def described(
    text: str,
    *,
    default: Any = ...,
    among: Iterable[str | None] | None = None,
    longest: int | None = None,
    form: str = "",
) -> Any:
    """A field with its meaning, and what the rules of the domain will say of it: the words it takes, its length."""
    rules: dict[str, Any] = {}
    if among is not None:
        rules["enum"] = [str(word) if word is not None else None for word in among]
    if longest is not None:
        rules["maxLength"] = longest
    if form:
        rules["format"] = form
    return Field(default, description=text, json_schema_extra=rules)


def example(**content: Any) -> ConfigDict:
    """The configuration of a class that shows this example in the description."""
    return ConfigDict(json_schema_extra={"examples": [content]})


def example_of(kind: type[BaseModel]) -> Any:
    """The example that a class shows."""
    extra: Any = kind.model_config["json_schema_extra"]
    return extra["examples"][0]
