"""Every kind of letter is written by a class, and a batch of them from a constant number of queries."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields, is_dataclass

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from signoff.domain.letters import LetterKind
from signoff.letters import kinds
from signoff.letters.base import LOADERS, BaseLetter, letter
from signoff.letters.context_queries import LetterBatch
from signoff.letters.delivery.mime_templates import WrittenLetter
from signoff.letters.delivery.writing import LetterWriter
from signoff.letters.publications import PublishedLetter
from signoff.models import Letter, Partner
from tests.house import House


def subclasses(cls: type) -> set[type]:
    return {cls} | {deeper for direct in cls.__subclasses__() for deeper in subclasses(direct)}


def test_every_kind_is_written() -> None:
    assert set(LOADERS) == set(LetterKind)


def test_a_kind_without_a_letter_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(LOADERS, LetterKind.CONTESTED)
    with pytest.raises(ImportError, match=r"^No letter is registered for: contested\.$"):
        importlib.reload(kinds)


def test_a_kind_has_one_letter() -> None:
    with pytest.raises(ImportError, match="Two letters are registered for the kind “published”"):
        letter(LetterKind.PUBLISHED, "publication")(PublishedLetter)


def test_staff_call_no_two_kinds_alike() -> None:
    assert len(set(kinds.LETTER_WORDS.values())) == len(LetterKind)


def test_a_letter_has_no_optional_part_that_someone_could_forget() -> None:
    assert len(subclasses(BaseLetter)) > len(LetterKind)
    for cls in subclasses(BaseLetter):
        assert is_dataclass(cls)
        assert all(field.default is MISSING and field.default_factory is MISSING for field in fields(cls)), cls


@contextmanager
def statements_of(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:  # type: ignore[no-untyped-def]
        statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements_for(house: House, letters: int) -> int:
    """How many statements it takes to write so many of the letters that wait, whatever becomes of each."""
    with house.database.reading() as session:
        ids = session.scalars(select(Letter.id).order_by(Letter.id.desc()).limit(letters)).all()
        assert len(ids) == letters
    with house.database.reading() as session, statements_of(session) as statements:
        LetterWriter(house.settings).write(session, ids, at=house.clock())
    return len(statements)


def test_a_dozen_letters_take_as_many_queries_as_two(house: House) -> None:
    names = [f"Partner {number:02}" for number in range(12)]
    with house.database.unit_of_work() as session:
        version = house.asked(session, *names)
    assert statements_for(house, 2) == statements_for(house, 12)
    with house.database.unit_of_work() as session:
        version = session.merge(version)
        for name in names:
            house.say(session, version, name)
        later = house.revised(session, version, title="Fund each coordinator")
        house.ask(session, house.checked(session, later), session.scalars(select(Partner)).all())
    assert statements_for(house, 2) == statements_for(house, 12)  # replaced
    with house.database.unit_of_work() as session:
        later = session.merge(later)
        for name in names:
            house.say(session, later, name)
    assert statements_for(house, 2) == statements_for(house, 12)  # receipt
    with house.database.unit_of_work() as session:
        house.publish(session, session.merge(later))
    assert statements_for(house, 2) == statements_for(house, 12)  # published


def test_a_database_that_is_away_is_no_letters_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.database.unit_of_work() as session:
        house.asked(session, "Alder")

    def away(_batch: LetterBatch) -> None:
        raise OperationalError("SELECT", {}, Exception("the connection is gone"))

    with house.database.reading() as session:
        ids = session.scalars(select(Letter.id)).all()
        writer = LetterWriter(house.settings)
        monkeypatch.setattr(LetterBatch, "rounds", property(away))
        with pytest.raises(OperationalError):
            writer.write(session, ids, at=house.clock())
        monkeypatch.undo()
        (written,) = writer.write(session, ids, at=house.clock()).values()
        assert isinstance(written, WrittenLetter)
