"""Databases, houses and clients for all tests: the migrated schema, on SQLite and on PostgreSQL."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from signoff.db import schema
from signoff.db.database import Database
from signoff.services.locks.order import be_strict
from signoff.web.app import create_app
from signoff.worker.engines import open_database
from signoff.worker.job_queue import ensure_tables
from tests.house import House, StandingClock, quietly_imported_postgres, settings_for
from tests.inspection import InspectingClient
from tests.letters.sink import Sink, free_port, listening
from tests.promise.full import fill
from tests.sharing import CompiledTemplates, folder_in_memory, share_compiled_rules, share_compiled_statements

# How long an example takes says nothing on a machine that is busy with other tests.
settings.register_profile("signoff", deadline=None)
settings.load_profile("signoff")

# Every test makes an application of its own; what all have alike is compiled once.
Flask.jinja_options = {"bytecode_cache": CompiledTemplates()}
share_compiled_statements()
share_compiled_rules()

BOTH = ("sqlite", "postgresql")
_ON_POSTGRESQL = {"postgresql", "distributed", "postgres_server", "postgres_admin", "distributed_house"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without-postgresql", action="store_true", help="leave out what needs a PostgreSQL server")


def pytest_configure() -> None:
    be_strict()
    if folder := folder_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
        tempfile.tempdir = folder


def pytest_collection_finish() -> None:
    # Thousands of tests stay to the end: the collector need not look at them again and again.
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--without-postgresql"):
        config.hook.pytest_deselected(items=[item for item in items if _needs_postgresql(item)])
        items[:] = [item for item in items if not _needs_postgresql(item)]


def _needs_postgresql(item: pytest.Item) -> bool:
    chosen = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return not _ON_POSTGRESQL.isdisjoint([*map(str, chosen), *getattr(item, "fixturenames", ())])


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, closed and whole, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "signoff.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    # The last connection to close writes the log back, so that the file alone is the whole database.
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a PostgreSQL server: TEST_POSTGRES_URL, or the embedded one."""
    if request.config.getoption("--without-postgresql"):
        pytest.skip("needs PostgreSQL")
    given = os.environ.get("TEST_POSTGRES_URL", "")
    if given:
        yield given.replace("postgresql://", "postgresql+psycopg://")
        return
    # Not pytest's own folder: PostgreSQL refuses to run as root and its user must be able to reach the files.
    folder = Path(tempfile.mkdtemp(prefix="signoff-pg-"))
    folder.chmod(0o755)
    server = quietly_imported_postgres().get_server(folder / "data")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_admin(postgres_server: str) -> Iterator[Engine]:
    """A connection to the server that may create databases."""
    engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_admin: Engine) -> str:
    """The name of a migrated PostgreSQL database, to be copied for each test."""
    name = f"signoff_template_{uuid.uuid4().hex[:8]}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(_url(postgres_admin, name))
    schema.upgrade(database)
    database.engine.dispose()
    return name


def _url(engine: Engine, database: str) -> str:
    return engine.url.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(params=BOTH)
def dialect(request: pytest.FixtureRequest) -> str:
    """Each test that needs a database runs on both."""
    return str(request.param)


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database."""
    with copied_database(dialect, request, tmp_path, "template") as made:
        yield made


@contextmanager
def copied_database(dialect: str, request: pytest.FixtureRequest, folder: Path, template: str) -> Iterator[Database]:
    """A copy of a template: the SQLite file or PostgreSQL database that the fixture `<dialect>_<template>` names."""
    if dialect == "sqlite":
        path = folder / "signoff.db"
        shutil.copyfile(request.getfixturevalue(f"sqlite_{template}"), path)
        url = f"sqlite:///{path}"
    else:
        admin: Engine = request.getfixturevalue("postgres_admin")
        name = f"signoff_{uuid.uuid4().hex[:12]}"
        source = request.getfixturevalue(f"postgres_{template}")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY"))
        url = _url(admin, name)
    made = Database(url)
    yield made
    made.engine.dispose()
    if dialect == "postgresql":
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which every table has rows, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "signoff.db"
    shutil.copyfile(sqlite_template, path)
    _fill(Database(f"sqlite:///{path}"), path.parent)
    return path


@pytest.fixture(scope="session")
def postgres_filled(postgres_admin: Engine, postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database in which every table has rows, to be copied."""
    name = f"{postgres_template}_filled"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    _fill(Database(_url(postgres_admin, name)), tmp_path_factory.mktemp("filled"))
    return name


@pytest.fixture(scope="session")
def sqlite_furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a furnished house, to be copied: furnishing it for each test took a seventh of the tests' time."""
    path = tmp_path_factory.mktemp("furnished") / "signoff.db"
    shutil.copyfile(sqlite_template, path)
    _furnish(Database(f"sqlite:///{path}"), path.parent)
    return path


@pytest.fixture(scope="session")
def postgres_furnished(postgres_admin: Engine, postgres_template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database of a furnished house, to be copied."""
    name = f"{postgres_template}_furnished"
    with postgres_admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    _furnish(Database(_url(postgres_admin, name)), tmp_path_factory.mktemp("furnished"))
    return name


def _furnish(database: Database, folder: Path) -> None:
    furnished(database, folder)
    database.engine.dispose()


def _fill(database: Database, folder: Path) -> None:
    fill(furnished(database, folder))
    database.engine.dispose()


def furnished(database: Database, folder: Path) -> House:
    """A house on this empty database, with its keys in this folder."""
    made = house_on(database, folder)
    with database.unit_of_work() as session:
        made.furnish(session)
    return made


def house_on(database: Database, folder: Path) -> House:
    """A house on a database that is furnished already, with its keys in this folder."""
    url = database.engine.url.render_as_string(hide_password=False)
    return House(settings_for(url, folder / "instance"), database, StandingClock())


@pytest.fixture
def filled_database(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database in which every table has rows that matter."""
    with copied_database(dialect, request, tmp_path, "filled") as made:
        yield made


@pytest.fixture
def house(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An installation with its Coalition, edition and one user for each role."""
    with copied_database(dialect, request, tmp_path, "furnished") as database:
        yield house_on(database, tmp_path)


@pytest.fixture
def distributed_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house on PostgreSQL whose letters are delivered by several workers."""
    with copied_database("postgresql", request, tmp_path, "furnished") as plain:
        made = house_on(plain, tmp_path)
        made.settings = replace(made.settings, worker="distributed")
        made.database = open_database(made.settings)
        ensure_tables(made.database)
        yield made
        made.database.engine.dispose()


@pytest.fixture
def session(house: House) -> Iterator[Session]:
    """A writing session of the house."""
    with house.database.writer() as session:
        yield session


@pytest.fixture
def app(house: House) -> Iterator[Flask]:
    """The house's web application."""
    made = create_app(house.settings, clock=house.clock, passwords=house.passwords)
    made.testing = True
    yield made
    made.extensions["signoff"].database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> InspectingClient:
    """A browser without scripts that inspects every page it gets."""
    return InspectingClient(app)


@pytest.fixture
def sink(house: House) -> Iterator[Sink]:
    """A mail server that the house's settings point to."""
    port = free_port()
    house.settings = replace(house.settings, mail=replace(house.settings.mail, port=port))
    with listening(Sink(), port) as sink:
        yield sink
