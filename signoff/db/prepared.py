"""Statements prepared once for an engine, for the few places that run one for each of ten thousand rows.

SQLAlchemy writes them, as everywhere; what is saved is its work on each call (bench/letters.py shows how much).
"""

from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect


class PreparedStatement:
    """One statement in an engine's own words; `run` gives it its values."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self._text = str(compiled)
        self._constants: dict[str, Any] = compiled.params
        self._order: list[str] | None = compiled.positiontup
        self._processors = {
            name: processor
            for bind, name in compiled.bind_names.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }

    def run(self, connection: Connection, values: dict[str, Any]) -> CursorResult[Any]:
        """Run it with these values; what the statement holds itself need not be given."""
        given = {**self._constants, **values}
        for name, processor in self._processors.items():
            given[name] = processor(given[name])
        if self._order is None:
            return connection.exec_driver_sql(self._text, given)
        return connection.exec_driver_sql(self._text, tuple(given[name] for name in self._order))
