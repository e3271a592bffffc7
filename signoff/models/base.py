"""The ground all tables stand on: names of constraints, strict tables, and types that lose nothing."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar, TypeVar

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    bindparam,
)
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine, UserDefinedType

from signoff.domain.time import ensure_aware

T = TypeVar("T")

_NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


# SQLite compares times as texts: one in another spelling sorts elsewhere than where it is read, and was written past
# the program. It is read as long past, so that no code fits it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNREADABLE = datetime(1970, 1, 1, tzinfo=UTC)


def _as_written(spelling: re.Pattern[str], value: str) -> datetime:
    try:
        return datetime.fromisoformat(value) if spelling.fullmatch(value) else _UNREADABLE
    except ValueError:
        return _UNREADABLE


@lru_cache(maxsize=256)  # many rows are of one moment
def _as_text(moment: datetime) -> str:
    return ensure_aware(moment).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")


class Instant(TypeDecorator[datetime]):
    """An aware UTC time; naive ones are refused. Text that sorts by time on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, whose DateTime drops the offset."""
        return Text() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """UTC, always with six digits of a second."""
        if value is None:
            return None
        return _as_text(value) if dialect.name == "sqlite" else ensure_aware(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Aware UTC."""
        if value is None:
            return None
        return _as_written(_MOMENT, value) if isinstance(value, str) else value.astimezone(UTC)


class Day(TypeDecorator[Any]):
    """A calendar day: ISO text on SQLite, date on PostgreSQL."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite, whose strict tables know no date."""
        return Text() if dialect.name == "sqlite" else Date()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """ISO text for SQLite."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """A date."""
        return _as_written(_DAY, value).date() if isinstance(value, str) else value


class Json(TypeDecorator[Any]):
    """A short list or a small tree of texts and numbers, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """JSON text."""
        return None if value is None else json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The list or tree. What is no JSON was written past the program; `verify` is to name it, not to fail at it."""
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return value


class Base(DeclarativeBase):
    """The parent of all mapped tables."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, int: Integer, bytes: LargeBinary, datetime: Instant}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        given = cls.__dict__.get("__table_args__", ())
        options = given[-1] if given and isinstance(given[-1], dict) else {}
        constraints = [item for item in given if not isinstance(item, dict)]
        cls.__table_args__ = (*constraints, {"sqlite_strict": True, **options})
        super().__init_subclass__(**kwargs)


class _Numbers(UserDefinedType[list[int]]):
    """Whole numbers in parentheses, written into a statement at once: one by one takes longer than to find the rows."""

    cache_ok = True

    def literal_processor(self, dialect: Dialect) -> Callable[[list[int]], str]:
        """Without numbers, a query without rows: neither dialect allows empty parentheses."""
        return lambda numbers: f"({', '.join(map(str, numbers)) or 'SELECT 0 WHERE 1 = 0'})"


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of these ids, however many: written into the statement as whole numbers.

    PostgreSQL takes 65,535 values in one statement, and a round may ask more partners than that.
    """
    numbers = bindparam(None, [int(number) for number in ids], type_=_Numbers(), literal_execute=True)
    return column.bool_op("IN")(numbers)  # type: ignore[no-any-return]


def batched(values: Sequence[T], size: int = 5_000) -> Iterator[Sequence[T]]:
    """So many values at a time as one statement takes."""
    return (values[start : start + size] for start in range(0, len(values), size))


def one_of(column: str, words: type[StrEnum] | Iterable[str], *, name: str = "") -> CheckConstraint:
    """A CHECK that a column holds one of the words; named after the column."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=name or f"{column}_known")


def to(target: str, **kwargs: Any) -> Any:
    """A column that points at another row, which cannot be deleted while it does."""
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), **kwargs)
