"""A published list with a public log: what tests of sealing, bundles and verification begin with."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from signoff.db import guards
from signoff.models import Version
from signoff.services.publications.log_verification import verify_log
from signoff.services.record.verification import verify_record
from tests.house import House

PROOF = "/positions/fund-the-coordinator/proof"


def public_list(house: House) -> House:
    """Alder and Iris stand on a published version; Birch declined, Cedar is silent, Delta withdrew."""
    with house.database.unit_of_work() as session:
        version = house.asked(session, "Alder", "Birch", "Cedar", "Delta", "Iris")
        house.say(session, version, "Alder", public_note="With one reservation.")
        house.say(session, version, "Iris", "abstain")
        house.say(session, version, "Iris")
        house.say(session, version, "Birch", "decline", reason="Quiet reason")
        house.say(session, version, "Delta")
        house.clock.advance(minutes=1)
        house.publish(session, version)
        house.withdraw(session, version, "Delta")
    return house


def first(session: Session) -> Version:
    return session.get_one(Version, 1)


def sealed(house: House) -> int:
    with house.database.unit_of_work() as session:
        return house.seal(session)


def bent(house: House, *statements: str) -> None:
    """What the owner of the database can do: guards are set aside, rows changed without foreign keys, guards laid."""
    with house.database.migrating.begin() as connection:
        guards.set_aside(connection)
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount >= 1, statement
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = origin"))
        guards.lay(connection)


def wrong_in(house: House) -> list[str]:
    with house.database.reading() as session:
        return [*verify_record(session, house.keys).wrong, *verify_log(session, house.keys).wrong]
