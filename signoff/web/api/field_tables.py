"""JSON schemas as tables of fields that people can read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "object", "null": "null"}
_FORMATS = {"date-time": "time", "date": "date"}
_MANY = {"text": "texts", "whole number": "whole numbers", "object": "objects"}


@dataclass(frozen=True)
class FieldRow:
    """One line of a table of fields; a field inside another carries both names."""

    name: str
    kind: str
    about: str
    is_needed: bool


@dataclass(frozen=True)
class Schemas:
    """All schemas of a description, by name."""

    by_name: dict[str, dict[str, Any]]

    def about(self, schema: dict[str, Any]) -> str:
        """What this is, in a sentence."""
        sentence: str = self._resolved(schema)["description"]
        return sentence

    def example(self, schema: dict[str, Any]) -> Any:
        """The first example of this."""
        return self._resolved(schema)["examples"][0]

    def rows(self, schema: dict[str, Any], *, with_null: bool = True) -> list[FieldRow]:
        """Every field of an object, and below it the fields of what it holds; `with_null` says where null may stand."""
        rows = list(self._rows(self._resolved(schema), ""))
        return rows if with_null else [replace(row, kind=row.kind.removesuffix(" or null")) for row in rows]

    def _rows(self, schema: dict[str, Any], prefix: str) -> Iterator[FieldRow]:
        needed = schema.get("required", ())
        for name, field in schema.get("properties", {}).items():
            yield FieldRow(prefix + name, self.kind(field), field.get("description", ""), name in needed)
            inner, mark = self._inner(field)
            if inner is not None:
                yield from self._rows(inner, f"{prefix}{name}{mark}.")

    def _inner(self, field: dict[str, Any]) -> tuple[dict[str, Any] | None, str]:
        """The object that a field holds, or a list of which it holds."""
        for kind in field.get("anyOf", [field]):
            if "$ref" in kind:
                return self._resolved(kind), ""
            if "$ref" in kind.get("items", {}):
                return self._resolved(kind["items"]), "[]"
        return None, ""

    def kind(self, field: dict[str, Any]) -> str:
        """What a value may be, in words."""
        if "anyOf" in field:
            return " or ".join(self.kind(kind) for kind in field["anyOf"])
        if field.get("type") == "array":
            return f"list of {_MANY[self.kind(field['items'])]}"
        if "const" in field:
            return f"“{field['const']}”"
        if "enum" in field:
            return "one of " + ", ".join(f"“{word}”" for word in field["enum"])
        return _FORMATS.get(field.get("format", ""), _WORDS[field.get("type", "object")])

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        return self.by_name[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
