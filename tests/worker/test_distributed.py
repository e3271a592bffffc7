"""Four Procrastinate workers on PostgreSQL: jobs enqueued with the transaction, each letter once."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from signoff.db import schema
from signoff.letters.delivery.delivery import LetterDelivery
from signoff.models import Letter, Version
from signoff.services.partners.partners import present_partners
from signoff.services.rounds import large_rounds
from signoff.services.rounds.large_rounds import Part, ask_part, plan_round
from signoff.services.rounds.rounds import AskResult, RoundTerms
from signoff.settings import SettingsRefused, read_settings
from signoff.worker.asking import ask_in_parts
from signoff.worker.distributed import make_app, run_jobs
from signoff.worker.engines import ensure_ready
from signoff.worker.job_queue import call_for_letters, ensure_tables
from tests.house import House
from tests.inspection import InspectingClient
from tests.letters.sink import Sink

WORKERS = 4


@pytest.fixture
def house(distributed_house: House) -> House:
    return distributed_house


def run_workers(house: House, number: int = WORKERS) -> list[str]:
    """What is due, done by so many workers at once; answers with the state each letter came to."""
    states: list[str] = []

    async def together() -> None:
        apps = [make_app(house.worker(states.append)) for _ in range(number)]
        await asyncio.gather(*(run_jobs(app, once=True) for app in apps))

    # In a thread of its own: a browser's tests may run a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(together())).result()
    return states


def jobs(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(text("SELECT COUNT(*) FROM procrastinate_jobs WHERE task_name = 'signoff.deliver'")) or 0


def test_without_the_tables_of_its_worker_an_installation_does_not_start(
    house: House, client: InspectingClient
) -> None:
    ensure_ready(house.database, house.settings)
    with house.database.engine.begin() as connection:
        connection.execute(text("DROP TABLE procrastinate_jobs CASCADE"))
    with pytest.raises(schema.NotReady, match="run `signoff db upgrade`"):
        ensure_ready(house.database, house.settings)
    assert client.get("/readyz").status_code == 503
    ensure_ready(house.database, replace(house.settings, worker="built-in"))


def test_four_workers_send_each_letter_once(house: House, sink: Sink) -> None:
    names = [f"Partner Number {number}" for number in range(300)]
    with house.database.unit_of_work() as session:
        house.asked(session, *names)
    assert jobs(house) == 2
    with house.database.unit_of_work() as session:
        version = session.scalars(select(Letter)).first().version  # type: ignore[union-attr]
        house.say(session, version, "Partner Number 7")
    states = Counter(run_workers(house))
    assert states == {"sent": 300, "canceled": 1}
    sent = Counter(letter["Message-ID"] for letter in sink.letters)
    assert len(sent) == 300 and set(sent.values()) == {1}


def test_workers_are_called_once_all_partners_of_a_large_round_are_asked(
    house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_rounds, "_AT_ONCE", 2)
    called: list[int] = []
    with house.database.unit_of_work() as session:
        house.checked(session, house.position(session))
        for name in ("Alder", "Birch", "Cedar"):
            house.partner(session, name)
    with house.database.reading() as session:
        publisher, terms = house.user(session, "publisher").actor, RoundTerms(house.clock() + timedelta(days=7))
        version, partners = session.get_one(Version, 1), present_partners(session)
        planned = plan_round(house.act(session, publisher), version, partners, terms)

    def ask_one(part: Part) -> AskResult:
        with house.database.unit_of_work() as session:
            result = ask_part(house.act(session, publisher), planned, part)
        called.append(jobs(house))
        return result

    ask_in_parts(planned, ask_one, house.database)
    assert called == [0, 1] and run_workers(house) == ["sent"] * 3


def test_what_a_worker_held_that_vanished_returns_after_its_claim(house: House, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        held = {"state": "sending", "claimed_until": house.clock() + timedelta(minutes=5), "fence": 1}
        session.execute(update(Letter).values(**held))
    assert run_workers(house) == []
    house.clock.advance(minutes=6)
    with house.database.unit_of_work() as session:
        call_for_letters(session, 1)
    assert run_workers(house) == ["sent"]


def test_a_call_for_workers_is_taken_back_with_its_transaction(house: House, sink: Sink) -> None:
    with house.database.writer() as session:
        house.asked(session, "Alder")
        session.flush()
        session.rollback()
    assert jobs(house) == 0
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
    assert jobs(house) == 1
    assert run_workers(house) == ["sent"]


def test_the_schema_can_be_laid_again_and_migrated_past(house: House) -> None:
    ensure_tables(house.database)
    with house.database.engine.connect() as connection:
        standing = "SELECT COUNT(*) FROM pg_trigger WHERE tgname LIKE 'procrastinate%'"
        before = connection.scalar(text(standing))
    assert before
    schema.upgrade(house.database)
    with house.database.engine.connect() as connection:
        assert connection.scalar(text(standing)) == before
        assert schema.problems(connection) == []


def test_several_workers_need_postgresql(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="only with PostgreSQL"):
        read_settings({"SIGNOFF_WORKER": "distributed"}, instance=tmp_path)
    with pytest.raises(SettingsRefused, match="must be built-in or distributed"):
        read_settings({"SIGNOFF_WORKER": "many"}, instance=tmp_path)


def test_a_dead_worker_holds_up_neither_the_clocks_jobs_nor_letters(house: House, sink: Sink) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")
        session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 day'"))
        # What a killed worker leaves behind, and its like, which the clock has brought meanwhile.
        session.execute(
            text(
                "INSERT INTO procrastinate_workers (id, last_heartbeat) OVERRIDING SYSTEM VALUE "
                "VALUES (99, now() - interval '1 hour')"
            )
        )
        # The mending comes first: the like still waits then.
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) "
                "VALUES ('signoff', 'signoff.retry_stalled', 'retry_stalled', '{\"timestamp\": 1}')"
            )
        )
        for task, lock, status in (("tend", "tend", "doing"), ("tend", "tend", "todo"), ("deliver", None, "doing")):
            session.execute(
                text(
                    "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status, worker_id) "
                    "VALUES ('signoff', :task, :lock, :args, CAST(:status AS procrastinate_job_status), :worker)"
                ),
                {
                    "task": f"signoff.{task}",
                    "lock": lock,
                    "args": '{"timestamp": 1}' if lock else "{}",
                    "status": status,
                    "worker": 99 if status == "doing" else None,
                },
            )
    assert run_workers(house, 1) == ["sent"]
    with house.database.reading() as session:
        left = session.execute(text("SELECT task_name, status FROM procrastinate_jobs WHERE status <> 'todo'")).all()
    assert [row for row in left if row.status in ("doing", "failed")] == []


def test_who_answers_while_another_act_is_recorded_is_not_asked(house: House, sink: Sink) -> None:
    """An entry that is committed after one with a higher number is seen all the same."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch")
    delivery = LetterDelivery(house.database, house.settings, house.clock)
    slow = house.database.writer()
    house.say(slow, version, "Birch")
    slow.flush()
    with house.database.unit_of_work() as session:
        house.position(session, "Another matter")
    turns = delivery.deliver_due()
    assert next(turns) == "sent"  # written before Birch's answer was there to be seen
    slow.commit()
    slow.close()
    time.sleep(0.05)  # a commit within the last millisecond counts as not there yet
    assert [state for state in turns if state != "sent"] == ["canceled"]
    assert sink.to("ana@birch.example") == []  # its receipt waits for the file that proves the answer


def test_a_worker_outlives_its_connections_and_stops_at_a_signal(house: House, tmp_path: Path) -> None:
    """As when PostgreSQL restarts: every connection ends, and jobs are done by the same process afterwards."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIGNOFF_")}
    url = house.database.engine.url.render_as_string(hide_password=False)
    given = {
        "SIGNOFF_DATABASE_URL": url,
        "SIGNOFF_WORKER": "distributed",
        "SIGNOFF_SECRET_KEY": house.settings.secret_key,
        "SIGNOFF_SEALING_KEY_FILE": str(house.settings.sealing_key_file),
    }
    words = [sys.executable, "-m", "signoff", "worker"]
    worker = subprocess.Popen(words, env=environ | given, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        _wait_for(house, "SELECT COUNT(*) FROM procrastinate_workers")
        with house.database.unit_of_work() as session:
            mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            session.execute(text(f"{mine} AND pid <> pg_backend_pid()"))
        with house.database.unit_of_work() as session:
            session.execute(text("DELETE FROM procrastinate_workers"))
        _wait_for(house, "SELECT COUNT(*) FROM procrastinate_workers")
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        _, said = worker.communicate()
    unreached = "the database cannot be reached"
    assert unreached in said and "Traceback" not in said.split(unreached)[-1]


def _wait_for(house: House, count: str) -> None:
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        with suppress(OperationalError), house.database.reading() as session:
            if session.scalar(text(count)):
                return
        time.sleep(0.2)
    raise AssertionError(count)
