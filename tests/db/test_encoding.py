"""A PostgreSQL database that cannot hold every character is refused in a sentence, before anything is made in it."""

import uuid

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from signoff.cli import main


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_without_unicode_is_refused(
    postgres_admin: Engine, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"signoff_{uuid.uuid4().hex[:12]}"
    with postgres_admin.connect() as connection:
        made = f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        connection.execute(text(made))
    url = postgres_admin.url.set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("SIGNOFF_DATABASE_URL", url)
    try:
        refused = CliRunner().invoke(main, ["db", "upgrade"])
    finally:
        with postgres_admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    assert refused.exit_code == 1 and refused.output.startswith(f"The PostgreSQL database has the encoding {encoding},")
    assert "createdb --encoding UTF8" in refused.output
