"""Raw SQL as an attacker, or the program, would send it: steps to put together, each taking a connection."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from tests.promise.full import copy, row

# Within the round of the first version, which ends a week after noon of the 24th.
LATER = "2026-11-25 12:00:00.000000+00:00"
EARLIER = "2026-11-01 12:00:00.000000+00:00"
Attack = Callable[[Connection], None]


def sql(statement: str, **values: Any) -> Attack:
    """One statement."""
    return lambda connection: connection.execute(text(statement), values) and None


def copied(table: str, where: str = "1 = 1", **changes: Any) -> Attack:
    """A copy of the first such row, with some columns changed."""
    return lambda connection: copy(connection, table, where, **changes)


def after(*steps: Attack) -> Attack:
    """One step after the other; only the last is to be refused."""

    def attack(connection: Connection) -> None:
        for step in steps:
            step(connection)

    return attack


def answered(partner: str, verdict: str, version: int = 1, **changes: Any) -> Attack:
    """A forged answer of a partner on a version, right in every other respect."""

    def attack(connection: Connection) -> None:
        number = row(connection, "partner", f"name = '{partner}'").id
        own = f"partner_id = {number} AND version_id = {version}"
        request = row(connection, "request", own).id
        values = {
            "version_id": version,
            "digest": row(connection, "version", f"id = {version}").digest,
            "partner_id": number,
            "request_id": request,
            "sequence": 1 + (connection.scalar(text(f"SELECT MAX(sequence) FROM answer WHERE {own}")) or 0),
            "verdict": verdict,
            "public_name": partner if verdict == "approve" else None,
            "order_key": partner.encode() if verdict == "approve" else None,
            "authority": "board" if verdict == "approve" else None,
            "public_note": "",
            "link_id": None if verdict == "remove" else row(connection, "link", f"request_id = {request}").id,
            "removed_by": 3 if verdict == "remove" else None,
            "entry_id": connection.scalar(
                text("SELECT MAX(id) FROM entry WHERE id NOT IN (SELECT entry_id FROM answer)")
            ),
            "at": LATER,
            "id": 900_000 + (connection.scalar(text("SELECT COUNT(*) FROM answer")) or 0),
            **changes,
        }
        copy(connection, "answer", "version_id = 1", **values)

    return attack


def asked(partner: str, version: int) -> Attack:
    """A partner is asked about a version too, with a link to its first contact."""

    def attack(connection: Connection) -> None:
        number = row(connection, "partner", f"name = '{partner}'").id
        contact = row(connection, "contact", f"partner_id = {number}").id
        own = {"id": 800_000 + 100 * number + version, "partner_id": number}
        copy(connection, "request", version_id=version, dropped_at=None, **own)
        more = {"contact_id": contact, "lookup": f"{own['id']:064}", "revoked_at": None, "referred_at": None}
        copy(connection, "link", "referred_at IS NULL", request_id=own["id"], **own, **more)

    return attack


def link_of(partner: str, **changes: Any) -> Attack:
    """A second link of a partner to the first version; its earlier ones are revoked."""
    own = f"partner_id = (SELECT id FROM partner WHERE name = '{partner}') AND request_id IN "
    own += "(SELECT id FROM request WHERE version_id = 1)"
    return after(
        sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE {own} AND revoked_at IS NULL"),
        copied("link", own, **{"id": 900_000, "lookup": "7" * 64, "revoked_at": None, **changes}),
    )


def checked(version: int, *, edition: int = 1, id: int = 0, found: str = "advances", **verdicts: str) -> Attack:
    """Findings and a completed check of a version; `c3` says what was found for the third criterion."""
    first = 1 + 9 * (edition - 1)
    findings = [
        copied(
            "finding",
            "version_id = 1 AND criterion_id = 1",
            id=version * 1000 + n,
            version_id=version,
            criterion_id=n,
            verdict=verdicts.get(f"c{n}", found),
        )
        for n in range(first, first + 9)
    ]
    check = sql(
        "INSERT INTO version_check (id, version_id, edition_id, digest, completed_by, completed_at) "
        f"SELECT {id or 900_000 + version}, id, {edition}, digest, 2, saved_at FROM version WHERE id = {version}"
    )
    return after(*findings, check)


def closed(version: int, how: str = "closed") -> Attack:
    """The round on a version has ended."""
    return sql(f"UPDATE round SET ended_at = '{LATER}', ended_as = '{how}' WHERE version_id = {version}")


def moved(position: int, edition: int = 2) -> Attack:
    """A position stands under another edition."""
    return sql(f"UPDATE position SET edition_id = {edition} WHERE id = {position}")


def delivered_to(delivery: int, partner: str, number: int = 900_000) -> Attack:
    """The newest approval of a partner stands among the names of a delivery."""
    return sql(
        f"INSERT INTO delivered_name (id, delivery_id, answer_id) SELECT {number}, {delivery}, MAX(a.id) FROM answer a "
        f"JOIN partner p ON p.id = a.partner_id WHERE p.name = '{partner}' AND a.verdict = 'approve'"
    )


def merged(double: str, into: str, id: int = 950_000, **changes: Any) -> Attack:
    """One partner becomes a double of another: the row that says so, and then the partner's own."""

    def attack(connection: Connection) -> None:
        numbers = [row(connection, "partner", f"name = '{name}'").id for name in (double, into)]
        values = {"id": id, "from_id": numbers[0], "into_id": numbers[1], "undone_at": None, "undone_by": None}
        copy(connection, "partner_merge", **{**values, **changes})
        sql(f"UPDATE partner SET merged_into_id = {numbers[1]} WHERE id = {numbers[0]}")(connection)

    return attack


def parted(double: str, id: int = 950_000) -> Attack:
    """The same undone."""
    return after(
        sql(f"UPDATE partner_merge SET undone_at = '{LATER}', undone_by = 4 WHERE id = {id}"),
        sql(f"UPDATE partner SET merged_into_id = NULL WHERE name = '{double}'"),
    )


def linked(contact_of: str, asked: str, version: int = 1) -> Attack:
    """A link for a contact of one partner to what another is asked."""

    def attack(connection: Connection) -> None:
        number = row(connection, "partner", f"name = '{asked}'").id
        person = row(connection, "contact", f"partner_id = (SELECT id FROM partner WHERE name = '{contact_of}')").id
        own = {"id": 960_000, "contact_id": person, "partner_id": number, "lookup": "6" * 64}
        request = row(connection, "request", f"partner_id = {number} AND version_id = {version}").id
        copy(connection, "link", "referred_at IS NULL", request_id=request, revoked_at=None, referred_at=None, **own)

    return attack


def dropped(partner: str, version: int = 1, at: str = LATER) -> Attack:
    """A partner is not asked about a version any more."""
    own = f"partner_id = (SELECT id FROM partner WHERE name = '{partner}') AND version_id = {version}"
    return sql(f"UPDATE request SET dropped_at = '{at}' WHERE {own}")


def asked_again(partner: str, version: int = 1) -> Attack:
    """A partner that was dropped is asked about the version again."""
    own = f"partner_id = (SELECT id FROM partner WHERE name = '{partner}') AND version_id = {version}"
    return sql(f"UPDATE request SET dropped_at = NULL WHERE {own}")


def published(version: int, position: int, **changes: Any) -> Attack:
    """A version is made public."""
    values = {"id": 900_000 + version, "ended_at": None, "ended_as": None, "ended_reason": "", "published_by": 3}
    values |= {"published_at": LATER, "version_id": version, "position_id": position}
    return copied("publication", **{**values, **changes})
