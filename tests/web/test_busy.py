"""A database that is busy is no failure: 503, with when to try again; and nothing was changed."""

from threading import Thread
from time import sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from signoff.web.access import public
from signoff.web.installation import write_now
from tests.house import House

_WAITS = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def _hold(connection: Any, role: str) -> None:
    connection.execute(
        text("SELECT id FROM staff_user WHERE email = :email FOR UPDATE"), {"email": f"{role}@coalition.example"}
    )


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_who_loses_a_deadlock_is_asked_to_try_again(app: Flask, house: House) -> None:
    """Two acts wait for each other; PostgreSQL ends the one that has waited longest."""
    with house.database.engine.connect() as other:
        _hold(other, "publisher")
        waiting = Thread(target=_wait_for, args=(other, house))

        @public
        def entangled() -> str:
            session = write_now()
            _hold(session, "reviewer")
            waiting.start()
            _hold(session, "publisher")
            return "both held"

        app.add_url_rule("/entangled", "entangled", entangled, methods=["POST"])
        response = app.test_client().post("/entangled")
        waiting.join()
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Nothing was changed" in response.text


def _wait_for(other: Connection, house: House) -> None:
    # Once the act waits for what is held here, wait for what the act holds.
    with house.database.marking() as watcher:
        while watcher.scalar(text(_WAITS)) == 0:
            sleep(0.01)
    _hold(other, "reviewer")
    other.rollback()
