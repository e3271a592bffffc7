"""A database in which every table has rows that matter: published, withdrawn, declined, waiting, retired."""

from sqlalchemy import Connection, Row, text
from sqlalchemy.orm import Session

from signoff.models import IdempotentCall, PartnerTag, SignInFailure, Version, WorkerBeat
from signoff.services.sign_ins import make_token, note_failure, start_session
from tests.house import House


def fill(house: House) -> None:
    """Alder stands on a published version; Birch declined, Cedar is silent, Delta withdrew, Elm's name was removed."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Elm", "Fir")
        for name in ("Alder", "Delta", "Elm"):
            house.say(session, version, name)
        house.say(session, version, "Birch", "decline")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.clock.advance(minutes=1)
        house.withdraw(session, version, "Delta")
        house.remove(session, version, "Elm")
        _second_position(house, session)
        _everything_else(house, session)


def _second_position(house: House, session: Session) -> None:
    drafted = house.position(session, "Open the yards")
    checked = house.checked(session, drafted)
    house.ask(session, checked, [house.partner(session, "Gum")])
    house.revised(session, checked)


def _everything_else(house: House, session: Session) -> None:
    user = house.user(session, "drafter")
    start_session(session, user, clock=house.clock)
    make_token(session, user, name="test", by=user.actor, clock=house.clock)
    note_failure(session, "nobody@coalition.example", clock=house.clock)
    session.add(WorkerBeat(id=1, at=house.clock()))
    session.add(IdempotentCall(user_id=user.id, key="k", request_digest="d", status=200, answer="{}", at=house.clock()))
    session.add(PartnerTag(partner_id=1, tag="health"))
    assert session.get_one(Version, 1).number == 1
    assert session.query(SignInFailure).count() == 1


def row(connection: Connection, table: str, where: str = "1 = 1") -> Row:  # type: ignore[type-arg]
    """The first row of a table."""
    found = connection.execute(text(f"SELECT * FROM {table} WHERE {where} ORDER BY 1 LIMIT 1")).first()
    assert found is not None, f"{table} has no row where {where}"
    return found


def copy(connection: Connection, table: str, where: str = "1 = 1", verb: str = "INSERT", **changes: object) -> None:
    """Insert a copy of a row with some columns changed; its id is free unless given."""
    values = dict(row(connection, table, where)._mapping)
    if "id" in values and "id" not in changes:
        values["id"] = 900_000
    values.update(changes)
    columns = ", ".join(f'"{name}"' for name in values)
    binds = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"{verb} INTO {table} ({columns}) VALUES ({binds})"), values)
