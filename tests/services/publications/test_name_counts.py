"""What is counted of a long list is what its names are, whatever was answered or changed since it was counted."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.models import Answer, Partner, Publication, Version
from signoff.services.publications import long_lists, name_counts
from signoff.services.publications.list_pages import count_signatories, kinds_of_names
from signoff.services.publications.public_queries import signatories, with_states
from tests.house import House
from tests.services.publications.test_list_pages import NAMES

ACTS: tuple[Callable[[House, Session, Version], Any], ...] = (
    lambda _house, _session, _version: None,
    lambda house, session, version: house.say(session, version, "Late", public_note="At last."),
    lambda house, session, version: house.withdraw(session, version, "Avila Friends"),
    lambda house, session, version: house.withdraw(session, version, "Late"),
    lambda house, session, version: house.say(session, version, "Late"),
    lambda house, session, version: house.say(session, version, "Birch", public_note="Another."),
    lambda house, session, version: house.remove(session, version, "Cedar"),
    lambda house, session, version: house.say(session, version, "Never", verdict="decline"),
    lambda _house, session, _version: named_partner(session, "2 Rivers").__setattr__("level", "state"),
    lambda house, session, _version: house.leaves(session, "Zinnia"),
    lambda house, session, version: house.say(session, version, "Never"),
)


def named_partner(session: Session, name: str) -> Partner:
    """The partner of this name."""
    return session.scalars(select(Partner).where(Partner.name == name)).one()


@pytest.fixture
def version_id(house: House, monkeypatch: pytest.MonkeyPatch) -> int:
    """A published version whose list counts as long; two partners that were asked have not answered."""
    monkeypatch.setattr(long_lists, "LONG", 1)
    with house.database.unit_of_work() as session:
        partners = [house.partner(session, name, **more) for name, more in NAMES.items()]
        partners += [house.partner(session, name, level="local", places=("TX",)) for name in ("Late", "Never")]
        version = house.checked(session, house.position(session))
        house.ask(session, version, partners)
        for name in NAMES:
            house.say(session, version, name)
        house.leaves(session, "Left")
        house.clock.advance(days=1)
        house.publish(session, version)
        return version.id


def in_the_list(session: Session, publication: Publication) -> tuple[Counter[Any], Counter[Any]]:
    """How many names of each kind there are, and how many with a note, by the names themselves."""
    rows = signatories(session, publication)
    states = [row["state"] if publication.grouping == "state" else None for row in with_states(session, rows)]
    kinds = [(row["level"], state, row["order_key"][:2]) for row, state in zip(rows, states, strict=True)]
    return Counter(kinds), Counter(kind for kind, row in zip(kinds, rows, strict=True) if row["public_note"])


def counted(session: Session, publication: Publication) -> tuple[Counter[Any], Counter[Any]]:
    """The same as it is counted."""
    rows = kinds_of_names(session, publication)
    assert [row["order_key"] for row in rows] == sorted(row["order_key"] for row in rows)
    keys = [(row["level"], row["state"], row["order_key"]) for row in rows]
    return (
        Counter(dict(zip(keys, (row["number"] for row in rows), strict=True))),
        +Counter(dict(zip(keys, (row["noted"] for row in rows), strict=True))),
    )


@pytest.mark.parametrize(("dialect", "grouping"), [("sqlite", "level"), ("postgresql", "state")], indirect=["dialect"])
def test_counts_are_those_of_the_names_after_every_act(house: House, version_id: int, grouping: str) -> None:
    with house.database.unit_of_work() as session:
        session.scalars(select(Publication)).one().grouping = grouping
    numbers = []
    for act in ACTS:
        with house.database.unit_of_work() as session:
            house.clock.advance(minutes=1)
            act(house, session, session.get_one(Version, version_id))
        with house.database.reading() as session:
            publication = session.scalars(select(Publication)).one()
            assert counted(session, publication) == in_the_list(session, publication)
            numbers.append(count_signatories(session, publication))
    assert numbers == [9, 10, 9, 8, 9, 9, 8, 8, 8, 8, 9]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_what_was_counted_is_used_only_where_nothing_is_missing_in_it(house: House, version_id: int) -> None:
    with house.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        before = name_counts._first_answers(session, publication, None)
    with house.database.unit_of_work() as session:
        house.say(session, session.get_one(Version, version_id), "Late")
    with house.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        last = session.scalars(select(Answer).order_by(Answer.id.desc()).limit(1)).one()
        after = name_counts._first_answers(session, publication, None)
        assert sum(after.numbers.values()) == sum(before.numbers.values()) + 1
        # An answer stored late, under a number that was passed already, and answers that a backup does not have.
        for wrong in (replace(before, newest=last.id, mac=last.mac), replace(after, mac=before.mac), before):
            assert name_counts._first_answers(session, publication, wrong) == after


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_an_answer_between_two_statements_is_counted_in_neither(
    house: House, version_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = name_counts._standing

    def read_late(*of: Any) -> Any:
        with house.database.unit_of_work() as session:
            house.say(session, session.get_one(Version, version_id), "Birch", public_note="Another.")
        return read(*of)

    monkeypatch.setattr(name_counts, "_standing", read_late)
    with house.database.reading() as session:
        publication = session.scalars(select(Publication)).one()
        assert counted(session, publication) == in_the_list(session, publication)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_counts_are_not_those_of_another_publication_in_a_file_that_was_brought_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_lists, "LONG", 1)
    names = {"Alder": "local", "Birch": "state", "Cedar": "national", "Dogwood": "local"}
    with house.database.unit_of_work() as session:
        partners = [house.partner(session, name, level=level) for name, level in names.items()]
        versions = [house.checked(session, house.position(session, title)) for title in ("One", "Two")]
        for version, signing in zip(versions, (partners[:2], partners[2:]), strict=True):
            house.ask(session, version, signing)
            for partner in signing:
                house.say(session, version, partner.name)
        numbers = [version.id for version in versions]
    file = Path(str(house.database.engine.url.database))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", (f"{file}.older",))
    for number in numbers:
        with house.database.unit_of_work() as session:
            house.publish(session, session.get_one(Version, number))
        with house.database.reading() as session:
            publication = session.scalars(select(Publication)).one()
            assert (publication.id, counted(session, publication)) == (1, in_the_list(session, publication))
        if number == numbers[0]:
            house.database.engine.dispose()
            os.replace(f"{file}.older", file)
