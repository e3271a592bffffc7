"""Whatever changes what the public reads moves the revision that the page is kept under; private acts move none."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Column, Connection, LargeBinary, Text, select, text
from sqlalchemy.orm import Session

from signoff.db.database import Database
from signoff.models import Base, PublicRevision, Version
from signoff.models.base import Day, Instant, Json
from signoff.models.guards import GUARDS
from signoff.models.revisions import LOG, OF_NOBODY, OF_POSITION, PRIVATE_COLUMNS, SITE, moves_of
from signoff.web.app import create_app
from signoff.web.kept_pages import kept_of, revisions_for
from tests.conftest import copied_database, house_on
from tests.house import House
from tests.promise.surfaces import LEFT_OUT, addresses
from tests.promise.test_what_proves_what import COLUMNS

Act = Callable[[House, Session, Version], object]
# The public reads these in what a signed head says of them, and heads move a revision of their own.
IN_HEADS = {"entry", "leaf"}
# Set from the same facts as the page beside them, and slow to make.
SLOW = (*LEFT_OUT, "public.position_word")


def tokens(source: Connection | Session) -> dict[int, str]:
    return {row.scope: row.token for row in source.execute(select(PublicRevision.scope, PublicRevision.token))}


@pytest.fixture
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on SQLite in which every table has rows."""
    with copied_database("sqlite", request, tmp_path, "filled") as database:
        with unguarded(database) as connection:
            # Organizations may apply to sign a position that is public.
            connection.execute(text("UPDATE sign_on SET position_id = (SELECT min(position_id) FROM publication)"))
            connection.commit()
        yield house_on(database, tmp_path)


@contextmanager
def unguarded(database: Database) -> Iterator[Connection]:
    """A connection on which every row may be changed; of the triggers, those that move revisions are left."""
    with database.migrating.connect() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        laid = set(connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")))
        for name in laid & {guard.name for guard in GUARDS}:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection


def change(connection: Connection, table: str, columns: list[str]) -> None:
    """Give these columns another value in every row."""
    settings = ", ".join(f"{name} = {_other(Base.metadata.tables[table].columns[name])}" for name in columns)
    if columns:
        connection.execute(text(f"UPDATE {table} SET {settings}"))


def _other(column: "Column[Any]") -> str:
    match column.type:
        case Instant():
            return "'2027-02-03 04:05:06.000000+00:00'"
        case Day():
            return "'2027-02-03'"
        case Json():
            return f"""CASE {column.name} WHEN '[]' THEN '["x"]' ELSE '[]' END"""
        case LargeBinary():
            return f"CAST(COALESCE({column.name}, x'') || 'x' AS BLOB)"
        case Text():
            return f"COALESCE({column.name}, '') || 'x'"
        case _:
            return f"COALESCE({column.name}, 0) + 1000"


def test_every_column_that_the_public_reads_moves_a_revision(filled: House) -> None:
    public = [(table, name) for table, read in COLUMNS.items() if table not in IN_HEADS for name in read.public.split()]
    assert len(public) > 100
    with unguarded(filled.database) as connection:
        for table, name in public:
            before = tokens(connection)
            connection.execute(text("SAVEPOINT one"))
            change(connection, table, [name])
            moved = {scope for scope, token in tokens(connection).items() if before.get(scope) != token}
            connection.execute(text("ROLLBACK TO one"))
            assert moved & {SITE, LOG}, (table, name)
            if table in OF_POSITION:
                assert any(scope > 0 for scope in moved) and SITE in moved, (table, name)
        connection.rollback()


def test_rows_that_come_and_go_move_a_revision_too(filled: House) -> None:
    with unguarded(filled.database) as connection:
        for table in sorted({table for table, read in COLUMNS.items() if read.public} - IN_HEADS):
            columns = ", ".join(Base.metadata.tables[table].columns.keys())
            connection.execute(text("SAVEPOINT one"))
            connection.execute(text(f"CREATE TEMP TABLE kept AS SELECT {columns} FROM {table}"))
            start = tokens(connection)
            connection.execute(text(f"DELETE FROM {table}"))
            gone = tokens(connection)
            connection.execute(text(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept"))
            back = tokens(connection)
            connection.execute(text("ROLLBACK TO one"))
            assert all(_moved(*pair) & {SITE, LOG} for pair in ((start, gone), (gone, back), (start, back))), table
        connection.rollback()


def _moved(before: Mapping[int, str], after: Mapping[int, str]) -> set[int]:
    return {scope for scope, token in after.items() if before.get(scope) != token}


def kept_paths(app: Flask, house: House) -> list[str]:
    """The addresses of pages that are kept and are there."""
    routes, client = app.url_map.bind("127.0.0.1"), app.test_client()
    listed = addresses(app, house, links=False, left_out=SLOW)
    kept = [path for path in listed if kept_of(app, routes.match(path)[0])]
    return [path for path in kept if client.get(path).status_code == 200]


def bodies(app: Flask, paths: list[str]) -> dict[str, bytes]:
    """What the application says at each address, past what it keeps in memory."""
    client = app.test_client()
    client.set_cookie("someone", "here")
    return {path: client.get(path).data for path in paths}


def test_what_moves_nothing_shows_on_no_public_page(filled: House) -> None:
    app = create_app(filled.settings, clock=filled.clock, passwords=filled.passwords)
    paths = kept_paths(app, filled)
    before = bodies(app, paths)
    with unguarded(filled.database) as connection:
        moved = tokens(connection)
        for table in sorted(OF_NOBODY - {"public_revision"}):
            columns = Base.metadata.tables[table].columns
            # A row that belongs to another one and loses it is no change that any act could make.
            names = [one.name for one in columns if not (one.primary_key or one.foreign_keys)]
            change(connection, table, [name for name in names if name != "deceptive"])  # a list of another shape
        for table, private in PRIVATE_COLUMNS.items():
            change(connection, table, private.split())
        assert tokens(connection) == moved
        connection.commit()
    after = bodies(app, paths)
    assert len(paths) > 40 and {path for path in paths if before[path] != after[path]} == set()
    app.extensions["signoff"].database.engine.dispose()


def test_a_table_that_no_one_decided_about_moves_what_all_pages_have_in_common() -> None:
    tables = {name: tuple(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    novelty = next(moves for moves in moves_of({**tables, "novelty": ("id", "word")}) if moves.table == "novelty")
    assert (novelty.scopes, novelty.shown) == ((0, -1), ("id", "word"))
    with pytest.raises(LookupError, match=r"what is not there: answer"):
        moves_of({name: columns for name, columns in tables.items() if name != "answer"})


# What is public of one position alone, and what is nobody's business. Each is done to version 1, which is published.
PUBLIC: dict[str, Act] = {
    "joins": lambda house, session, version: house.say(session, version, "Birch"),
    "withdraws": lambda house, session, version: house.withdraw(session, version, "Alder"),
    "is removed": lambda house, session, version: house.remove(session, version, "Cedar"),
    "contests": lambda house, session, version: house.contest(session, version, "Delta"),
    "is delivered": lambda house, session, version: house.deliver(session, version, paper=b"%PDF-1.7"),
    "is opened": lambda house, session, version: house.open_sign_on(session, version),
    "is moved": lambda house, session, version: house.move(session, version, house.clock() + timedelta(days=1)),
    "is retired": lambda house, session, version: house.retire(session, version),
}
PRIVATE: dict[str, Act] = {
    "declines": lambda house, session, version: house.say(session, version, "Elm", "decline", reason="Not us."),
    "abstains": lambda house, session, version: house.say(session, version, "Fir", "abstain"),
    "declines again": lambda house, session, version: house.say(session, version, "Fir", "decline", reason="No."),
    "is reminded": lambda house, session, version: house.remind(session, version),
    "refers": lambda house, session, version: house.refer(session, version, "Iris", "cleo@iris.example"),
    "comments": lambda house, session, version: house.comment(session, house.link(session, version, "Gum"), "Why?"),
    "proposes": lambda house, session, version: house.propose(session, version, "Gum", "Gum of Ohio"),
    "asks afresh": lambda house, session, version: house.fresh(session, house.link(session, version, "Gum")),
    "is dropped": lambda house, session, version: house.drop(session, version, "Gum"),
    "is drafted": lambda house, session, version: house.checked(session, house.position(session, "Open the gates")),
    "is revised": lambda house, session, version: house.revised(session, version),
    "approves what is not public": lambda house, session, version: house.say(
        session, session.get_one(Version, 3), "Hazel"
    ),
}


def prepare(house: House, session: Session) -> None:
    version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum", "Iris")
    for name in ("Alder", "Cedar", "Delta"):
        house.say(session, version, name)
    house.publish(session, version)
    other = house.checked(session, house.position(session, "Open the yards"))
    house.publish(session, other)
    house.asked(session, "Hazel", title="Count the buses")
    house.clock.advance(minutes=1)


def test_each_act_moves_what_it_shows_on_and_private_ones_move_nothing(house: House) -> None:
    """On both databases. Another position's own revision stays, and the times of heads are their own."""
    with house.database.unit_of_work() as session:
        prepare(house, session)
    for what, act in {**PRIVATE, **PUBLIC}.items():
        with house.database.reading() as session:
            before = tokens(session)
        with house.database.unit_of_work() as session:
            act(house, session, session.get_one(Version, 1))
        house.clock.advance(seconds=1)
        with house.database.reading() as session:
            moved = _moved(before, tokens(session))
        assert moved == (set() if what in PRIVATE else {SITE, 1}), what


def test_no_page_changes_under_a_revision_that_stays(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with copied_database("sqlite", request, tmp_path, "furnished") as database:
        house = house_on(database, tmp_path)
        with database.unit_of_work() as session:
            prepare(house, session)
            house.seal(session)
        app = create_app(house.settings, clock=house.clock, passwords=house.passwords)
        paths, changes = kept_paths(app, house), 0
        before = _under_revisions(house, app, paths)
        for acts in ([*PRIVATE.values()], *([act] for act in PUBLIC.values())):
            with database.unit_of_work() as session:
                for act in acts:
                    act(house, session, session.get_one(Version, 1))
            after = _under_revisions(house, app, paths)
            for path in paths:
                (old, was), (new, now) = before[path], after[path]
                assert was == now or old != new, path
                changes += was != now
            before = after
        assert changes > 30
        app.extensions["signoff"].database.engine.dispose()


def _under_revisions(house: House, app: Flask, paths: list[str]) -> dict[str, tuple[Mapping[int, str], bytes]]:
    routes = app.url_map.bind("127.0.0.1")
    with house.database.reading() as session:
        revisions = {}
        for path in paths:
            endpoint, values = routes.match(path)
            mark = kept_of(app, endpoint)
            assert mark is not None
            revisions[path] = revisions_for(session, mark, values.get("slug", ""))
    return {path: (revisions[path], body) for path, body in bodies(app, paths).items()}
