"""/metrics: what it says, to whom, and that it names no one."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from signoff.db.database import Database
from signoff.db.write_queue import Busy, Limits
from signoff.models import Entry, Letter
from signoff.services.outbox.mail_state import note_pause
from signoff.web.app import create_app
from signoff.web.metrics import Metrics
from signoff.worker.turn import record_heartbeat
from tests.house import House
from tests.served import bring_back, take_away

TOKEN = "a-token-that-is-long-enough-to-be-one"


def read(response: TestResponse) -> dict[str, float]:
    """Each sample of an answer, by its name and labels."""
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    return read_text(response.text)


def read_text(text: str) -> dict[str, float]:
    """Each sample, as Prometheus's own reader finds it."""
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_says_how_the_installation_is_and_names_no_one(app: Flask, house: House) -> None:
    client = app.test_client()
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar")
        secret = house.secret(house.link(session, version, "Alder"))
        taken = {"state": "sending", "fence": 1, "claimed_until": house.clock()}
        for step in (taken, {"state": "failed", "claimed_until": None, "last_reply": "550 ana@alder.example"}):
            session.execute(update(Letter).where(Letter.id == 1).values(**step))
        note_pause(session, "The mail server cannot be reached.", at=house.clock(), try_again_at=None)
        first = session.scalars(select(func.min(Entry.at))).one()
    record_heartbeat(house.worker())
    house.clock.advance(seconds=90)
    client.get(f"/r/{secret}").close()
    client.get(f"/r/{secret}").close()
    seen = read(client.get("/metrics"))
    assert seen["signoff_requests_total[('method', 'GET'), ('route', '/r/<secret>'), ('status', '200')]"] == 2
    assert seen["signoff_request_seconds_count[('method', 'GET'), ('route', '/r/<secret>')]"] == 2
    assert seen["signoff_emails[('state', 'queued')]"] == 2 and seen["signoff_emails[('state', 'failed')]"] == 1
    assert seen["signoff_email_paused[('until', 'someone_resumes')]"] == 1
    assert seen["signoff_email_paused[('until', 'next_try')]"] == 0
    assert seen["signoff_oldest_due_email_seconds[]"] == seen["signoff_worker_beat_age_seconds[]"] == 90
    assert seen["signoff_sealing_lag_seconds[]"] == (house.clock() - first).total_seconds()  # nothing is sealed yet
    assert seen["signoff_database_up[]"] == 1 and seen["signoff_database_bytes[]"] > 100_000
    assert seen["signoff_problems[]"] == 3  # paused, failed, not sealed
    text = client.get("/metrics").text.lower()
    assert not any(word in text for word in ("alder", "birch", secret.lower(), "fund-the-coordinator", "550"))


def test_a_database_that_is_away_is_said_and_counted(app: Flask, house: House) -> None:
    client = app.test_client()
    client.get("/metrics")
    take_away(house.database)
    assert client.get("/positions/").status_code == 503
    seen = read(client.get("/metrics"))
    bring_back(house.database)
    assert seen["signoff_database_up[]"] == 0
    assert seen["signoff_database_trouble_total[('kind', 'unavailable')]"] == 1
    assert not any(name.startswith("signoff_emails") for name in seen)


def _client(house: House, base_url: str, token: str) -> FlaskClient:
    settings = replace(house.settings, base_url=base_url, metrics_token=token)
    return create_app(settings, clock=house.clock).test_client()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_off_loopback_it_takes_a_token(house: House) -> None:
    assert _client(house, "https://signoff.coalition.example", "").get("/metrics").status_code == 404
    for base_url in ("https://signoff.coalition.example", "http://127.0.0.1:8000"):
        client = _client(house, base_url, TOKEN)
        for wrong in ("", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é", f"Bearer {TOKEN[:-1]}"):
            answer = client.get("/metrics", headers={"Authorization": wrong} if wrong else {})
            assert answer.status_code == 401 and "signoff_" not in answer.text, wrong
        assert read(client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}))


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_without_a_token_only_this_machine_reads_it(house: House) -> None:
    client = _client(house, "http://127.0.0.1:8000", "")
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "192.168.1.7"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_writers_that_wait_are_counted(house: House) -> None:
    database = Database(house.settings.database_url, limits=Limits(1, 1, seconds=0.2))
    with house.database.unit_of_work() as session, database.writer() as other:
        session.connection()
        with pytest.raises(Busy):
            other.connection()
    assert database.queue is not None
    waited, turned_away = database.queue.waits
    assert turned_away == 1 and 0.2 <= waited < 5
    seen = read_text(Metrics().as_text(None, database.queue).decode())
    assert seen["signoff_writers_turned_away_total[]"] == 1 and seen["signoff_write_wait_seconds_total[]"] == waited
    database.engine.dispose()
