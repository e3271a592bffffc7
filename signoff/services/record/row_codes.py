"""Gives every row that people read its code: before each commit, those that the program added or changed.

Who writes past the program cannot make one. A row whose code was wrong before the program changed it keeps the wrong
code, so that no act makes what was forged look genuine.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, RowMapping, Select, Table, bindparam, event, func, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from signoff.domain.time import rfc3339
from signoff.evidence.codes import SealingKeys
from signoff.models import Base, RowCode
from signoff.models.base import among, batched
from signoff.models.bulk import add_rows
from signoff.models.row_codes import CODED

KEYS = "sealing_keys"  # where a session keeps them
_AS_JSON = frozenset({str, int, type(None)})  # values that JSON writes as they are
_CODES: Table = Base.metadata.tables[RowCode.__tablename__]


@dataclass
class _Touched:
    """The rows of one table that a transaction changed, and the highest id before it added some in bulk."""

    ids: set[int] = field(default_factory=set)
    added_after: int | None = None


def keep_codes(session: Session, read_keys: Callable[[], SealingKeys], *, writes: bool) -> None:
    """Let this session check codes, and give them to what it writes."""
    session.info[KEYS] = cache(read_keys)
    if not writes:
        return
    touched: dict[str, _Touched] = {}
    event.listen(session, "before_flush", lambda s, _context, _objects: _note_changed(s, touched))
    event.listen(session, "after_flush", lambda s, context: _note_added(s, context, touched))
    event.listen(session, "do_orm_execute", lambda state: _note_statement(state, touched))
    event.listen(session, "before_commit", lambda s: _give_codes(s, touched))
    event.listen(session, "after_rollback", lambda _session: touched.clear())


def keys_of(session: Session) -> SealingKeys:
    """The sealing keys of a session that knows them. LookupError for another: nothing is recorded without a code."""
    keys: SealingKeys = session.info[KEYS]()
    return keys


def key_column(table: Table) -> "Column[Any]":
    """The one column by which a coded table's rows are found."""
    (result,) = table.primary_key.columns
    return result


def _id_of(row: object) -> int:
    number: int = getattr(row, key_column(row.__table__).key)  # type: ignore[attr-defined]
    return number


def _coded(rows: Iterable[object]) -> dict[str, list[object]]:
    result: dict[str, list[object]] = {}
    for row in rows:
        if (name := row.__table__.name) in CODED:  # type: ignore[attr-defined]
            result.setdefault(name, []).append(row)
    return result


def _note_changed(session: Session, touched: dict[str, _Touched]) -> None:
    for name, rows in _coded(row for row in session.dirty if session.is_modified(row)).items():
        _note(session, name, {_id_of(row) for row in rows}, touched)


def _note_added(session: Session, _context: UOWTransaction, touched: dict[str, _Touched]) -> None:
    for name, rows in _coded(session.new).items():
        touched.setdefault(name, _Touched()).ids |= {_id_of(row) for row in rows}


def _note_statement(state: ORMExecuteState, touched: dict[str, _Touched]) -> None:
    statement: Any = state.statement
    if not (state.is_insert or state.is_update) or statement.table.name not in CODED:
        return
    table: Table = statement.table
    number = key_column(table)
    if state.is_insert:
        own = touched.setdefault(table.name, _Touched())
        if own.added_after is None:
            own.added_after = state.session.scalar(select(func.coalesce(func.max(number), 0)))
        return
    every = select(number)
    changed = every if statement.whereclause is None else every.where(statement.whereclause)
    _note(state.session, table.name, set(state.session.scalars(changed)), touched)


def _note(session: Session, name: str, ids: set[int], touched: dict[str, _Touched]) -> None:
    """Remember rows about to be changed. Those that bear no right code are not: they keep what they have."""
    own = touched.setdefault(name, _Touched())
    table, keys = Base.metadata.tables[name], keys_of(session)
    for some in batched(sorted(ids - own.ids)):
        for row in session.connection().execute(with_codes(table).where(among(key_column(table), some))).mappings():
            number = row[key_column(table).name]
            if row["its_code"] is None:
                is_own = own.added_after is not None and number > own.added_after
            else:
                is_own = is_right(table, row, keys)
            own.ids |= {number} if is_own else set()


@cache
def with_codes(table: Table) -> Select[Any]:
    """The rows of a coded table with all columns, and the code of each as `its_code`; None where there is none."""
    own = (_CODES.c.row_table == table.name) & (_CODES.c.row_id == key_column(table))
    return select(table, _CODES.c.code.label("its_code")).outerjoin(_CODES, own)


def is_right(table: Table, row: RowMapping, keys: SealingKeys) -> bool:
    """Whether the code that stands beside a row of `with_codes` was made of the row as it is."""
    return row["its_code"] is not None and keys.is_code(row["its_code"], _facts(table, row))


def has_right_code(session: Session, row: Base) -> bool:
    """Whether a stored row of a coded table is as the program wrote it, and not by the owner of the database."""
    return not not_as_written(session, [row])


def not_as_written(session: Session, rows: Iterable[Base]) -> set[object]:
    """Those of these stored rows of coded tables that are not as the program wrote them."""
    result, keys = set[object](), keys_of(session)
    for name, some in _coded(rows).items():
        table, waiting = Base.metadata.tables[name], {_id_of(row): row for row in some}
        for ids in batched(sorted(waiting)):
            query = with_codes(table).where(among(key_column(table), ids))
            for row in session.connection().execute(query).mappings():
                if is_right(table, row, keys):
                    waiting.pop(row[key_column(table).name])
        result |= set(waiting.values())
    return result


@cache
def _names_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


def _facts(table: Table, row: Mapping[str, Any] | RowMapping) -> dict[str, Any]:
    """What the code of a row is made of: its table and all its columns."""
    facts = {"row_of": table.name}
    for name in _names_of(table):
        value = row[name]
        facts[name] = value if type(value) in _AS_JSON else _plain(value)
    return facts


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value


def _give_codes(session: Session, touched: dict[str, _Touched]) -> None:
    session.flush()
    if not touched:
        return
    keys, changes = keys_of(session), dict(touched)
    touched.clear()
    for name, own in sorted(changes.items()):
        table = Base.metadata.tables[name]
        for some in batched(sorted(own.ids)):
            _write(session.connection(), table, with_codes(table).where(among(key_column(table), some)), keys)
        if own.added_after is not None:
            added = with_codes(table).where(key_column(table) > own.added_after, _CODES.c.code.is_(None))
            _write(session.connection(), table, added, keys)


def _write(connection: Connection, table: Table, rows: Select[Any], keys: SealingKeys) -> None:
    new, changed = list[dict[str, Any]](), list[dict[str, Any]]()
    names, key = _names_of(table), key_column(table).name
    for *values, its_code in connection.execute(rows.order_by(key_column(table))).all():
        row = dict(zip(names, values, strict=True))
        number, code = row[key], keys.code(_facts(table, row))
        if its_code is None:
            new.append({"row_id": number, "row_table": table.name, "code": code})
        elif its_code != code:
            changed.append({"own_table": table.name, "own_id": number, "new_code": code})
    if new:
        add_rows(connection, RowCode, new)
    if changed:
        which = (_CODES.c.row_table == bindparam("own_table")) & (_CODES.c.row_id == bindparam("own_id"))
        connection.execute(update(_CODES).where(which).values(code=bindparam("new_code")), changed)
