"""The page System: what works and what does not, in words, and the same problems as `signoff status`."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import update

from signoff.domain.permissions import OPERATOR
from signoff.models import Letter
from signoff.services.outbox.mail_state import note_pause
from signoff.services.record.record import record
from signoff.worker import disks
from signoff.worker.turn import record_heartbeat, seal_all
from tests.house import House
from tests.inspection import InspectingClient


def rows(client: InspectingClient) -> dict[str, str]:
    """What the page says of each thing."""
    shown = BeautifulSoup(client.get("/staff/system").text, "html.parser")
    return {
        row.dt.text: re.sub(r"\s+", " ", row.dd.text).strip()  # type: ignore[union-attr]
        for row in shown.select("dl.facts > div")
    }


def problems(client: InspectingClient) -> list[str]:
    return [item.text for item in BeautifulSoup(client.get("/staff/system").text, "html.parser").select(".missing li")]


def test_all_is_well(client: InspectingClient, house: House, dialect: str) -> None:
    record_heartbeat(house.worker())
    seal_all(house.worker(), at_once=True)
    client.sign_in("administrator")
    page, said = client.get("/staff/system").text, rows(client)
    assert "everything is working" in page and problems(client) == []
    assert said["Sending"] == "working" and said["Waiting"] == "No email waiting."
    assert said["Last seen"] == "November 24, 2026, 7:00 a.m. EST running"
    assert said["Newest signed head"].startswith("November 24, 2026, 7:00 a.m. EST")
    assert said["Kind"].startswith("PostgreSQL" if dialect == "postgresql" else "SQLite 3.")
    assert ("Not known here" in said["Free on its disk"]) is (dialect == "postgresql")
    assert said["Last backup"].startswith("No backup is known.")
    with house.database.unit_of_work() as session:
        facts = {"newest_entry": 1, "with_keys": False}
        record(session, "backup_made", by=OPERATOR, at=house.clock(), facts=facts)
    assert rows(client)["Last backup"] == "November 24, 2026, 7:00 a.m. EST"
    assert said["Revision"] == "0001 newest" and re.search(r"Python 3\.\d+", said["Versions"])


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_is_wrong_stands_first(
    client: InspectingClient, house: House, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_heartbeat(house.worker())
    seal_all(house.worker(), at_once=True)
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder", "Birch")
        taken = {"state": "sending", "fence": 1, "claimed_until": house.clock()}
        for step in (taken, {"state": "failed", "claimed_until": None, "last_reply": "550 No"}):
            session.execute(update(Letter).where(Letter.id == 1).values(**step))
        later = house.clock() + timedelta(minutes=1)
        note_pause(session, "The mail server cannot be reached.", at=house.clock(), try_again_at=later)
    house.clock.advance(hours=1)
    monkeypatch.setattr(disks, "LEAST_FREE", 10**18)
    client.sign_in("administrator")
    said = problems(client)
    assert [sentence.split(" ")[0:3] for sentence in said] == [
        ["The", "background", "worker"],
        ["Email", "has", "been"],
        ["An", "email", "has"],
        ["One", "email", "failed;"],
        ["Entries", "of", "the"],
        ["The", "disk", "of"],
    ]
    assert "The disk of the database is nearly full." in client.get("/readyz").json["problems"]  # type: ignore[index]
    shown = rows(client)
    assert shown["Sending"].startswith("paused since November 24, 2026, 7:00 a.m. EST")
    assert shown["Not delivered"] == "One email failed. No email bounced."
    assert shown["Waiting"].startswith("One email waiting. The oldest was due November 24, 2026, 7:00 a.m.")
    assert shown["Sealing"].startswith("late") and shown["Last seen"].endswith("missing")
    assert "nearly full" in shown["Free on its disk"]
    settings = replace(house.settings, mail=replace(house.settings.mail, username="us", password="a secret of ours"))
    object.__setattr__(app.extensions["signoff"], "settings", settings)
    assert shown["Proxies in front"] == "none"
    client.get("/login", headers={"X-Forwarded-For": "203.0.113.9"})
    assert "SIGNOFF_TRUSTED_PROXIES is 0" in problems(client)[-1] and "203.0.113.9" not in problems(client)[-1]
    assert "signed in as us" in rows(client)["Mail server"] and "a secret" not in client.get("/staff/system").text


def test_a_full_disk_is_said_by_everything_that_is_asked(
    client: InspectingClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of PostgreSQL is known by what the server says when it has to write, that of the key file by its size."""
    record_heartbeat(house.worker())
    client.sign_in("administrator")
    full = "DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
    monkeypatch.setattr(disks, "_SPILL", full)
    monkeypatch.setattr(disks, "_NOTHING_LEFT", 10**18)
    said = [
        "The disk of the database is full.",
        "The disk of the sealing key file is full. An older copy of the database would not be noticed.",
    ]
    assert rows(client)["Free on its disk"] == "full"
    assert problems(client)[-2:] == said
    assert client.get("/readyz").json["problems"][-2:] == said  # type: ignore[index]
