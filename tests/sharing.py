"""What tests share to be quick: a folder in memory, compiled templates, statements and rules of routes."""

import os
import shutil
from collections.abc import Callable

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect
from werkzeug.routing import Rule

_SHARED_MEMORY = "/dev/shm"
_ENOUGH = 3_000_000_000  # bytes: two PostgreSQL servers and the folders of some thousand tests


def folder_in_memory() -> str | None:
    """A folder in memory with room for the tests' files, if this machine has one: disks cost a third of the time."""
    if "TMPDIR" in os.environ or not os.access(_SHARED_MEMORY, os.W_OK):
        return None
    return _SHARED_MEMORY if shutil.disk_usage(_SHARED_MEMORY).free > _ENOUGH else None


class CompiledTemplates(BytecodeCache):
    """Templates compiled by one application of this process, for the next."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the bytecode, if there is any; a template that changed has another checksum and is compiled again."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bytecode."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


def share_compiled_statements() -> None:
    """Compile each statement once for all engines of this process: each test has engines of its own, and compiling
    again in each took a third of the tests' time. All engines of one driver speak to the same server or library."""
    for driver in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        driver.__eq__ = _is_of_same_driver  # type: ignore[method-assign]
        driver.__hash__ = _hash_of_driver  # type: ignore[method-assign]
    statements: dict[object, object] = {}

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        if "compiled_cache" not in connection.get_execution_options():
            connection.execution_options(compiled_cache=statements)


def _is_of_same_driver(default_dialect: DefaultDialect, other: object) -> bool:
    return type(default_dialect) is type(other)


def _hash_of_driver(default_dialect: DefaultDialect) -> int:
    return hash(type(default_dialect))


def share_compiled_rules() -> None:
    """Compile once for all applications of this process what writes an address of a route.

    Each of the tests' applications has the same three hundred routes; compiling them again took most of making one.
    """
    compile_builder, compiled = Rule._compile_builder, dict[object, Callable[..., tuple[str, str]]]()

    def share(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # All that it is compiled from.
        key = rule.rule, repr(rule._trace), repr(rule.defaults), repr(sorted(rule._converters)), append_unknown
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = share  # type: ignore[method-assign]
