"""For each guard of merges: attacks that it refuses, and lawful acts that come near to them.

Gum is asked about version 2; Hazel and Iris are asked about version 4, which is not published; see `conditions.py` for
what is said about version 1. Osier was merged into Nutmeg, and Oak was once.
"""

from sqlalchemy import Connection

from tests.promise.attacking import (
    LATER,
    Attack,
    after,
    answered,
    asked,
    asked_again,
    closed,
    copied,
    dropped,
    linked,
    merged,
    parted,
    published,
    sql,
)
from tests.promise.full import row

BIRCH, GUM = 2, 7
MUCH_LATER = "2026-11-28 12:00:00.000000+00:00"


def iris_approves(connection: Connection) -> None:
    own = "partner_id = (SELECT id FROM partner WHERE name = 'Iris') AND revoked_at IS NULL"
    answered("Iris", "approve", version=4, id=910_001, link_id=row(connection, "link", own).id)(connection)


HAZEL_DROPPED = after(answered("Hazel", "approve", version=4), iris_approves, dropped("Hazel", 4))
BEFORE_MERGE = {"merged_at": MUCH_LATER, "answers_from": "2026-11-29 12:00:00.000000+00:00"}
ENDED = sql(f"UPDATE publication SET ended_at = '{LATER}', ended_as = 'retired' WHERE id = 1")


def agreed_through(partner: str, agreed: int = 1) -> Attack:
    """A contact of a partner said whether the applicant who waits for Tamarack's word may answer."""
    link = f"(SELECT MAX(l.id) FROM link l JOIN partner p ON p.id = l.partner_id WHERE p.name = '{partner}')"
    said = f"settled_at = '{LATER}', agreed = {agreed}, settled_link_id = {link}"
    return sql(f"UPDATE application SET {said} WHERE decision = 'link' AND settled_at IS NULL")


def named_through(link: int = 960_000, accepted: int = 1) -> Attack:
    """Who holds a link named a colleague, and staff settled it; the link has ended since."""
    return after(
        sql(
            "INSERT INTO referral (id, link_id, request_id, partner_id, full_name, email, job_title, made_at, "
            f"settled_at, settled_by, accepted) SELECT 980000, id, request_id, partner_id, 'Cy', 'cy@x.example', '', "
            f"'{LATER}', '{LATER}', 3, {accepted} FROM link WHERE id = {link}"
        ),
        sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE id = {link}"),
    )


def gone(partner: str) -> Attack:
    return sql(f"UPDATE partner SET left_at = '{LATER}' WHERE name = '{partner}'")


def again(partner: str, **columns: object) -> Attack:
    """A partner is asked about the first version by a row of its own."""
    own = {"id": 970_000, "asked_at": LATER, "added_at": LATER, "dropped_at": None, **columns}
    number = f"(SELECT id FROM partner WHERE name = '{partner}')"
    names = ", ".join(own)
    values = ", ".join("NULL" if value is None else repr(value) for value in own.values())
    return sql(
        f"INSERT INTO request (version_id, partner_id, dropped_reason, {names}) SELECT 1, {number}, '', {values}"
    )


def twice(partner: str, version: int) -> Attack:
    """A partner is asked about another version, and answers it twice."""
    said = after(answered(partner, "approve", version), answered(partner, "withdraw", version))
    return after(asked(partner, version), said)


def untouched(table: str, where: str) -> Attack:
    """An update that changes nothing of some rows."""
    return sql(f"UPDATE {table} SET id = id WHERE {where}")


def moved_name(name: str, partner: int = GUM) -> Attack:
    """A name that ended elsewhere is another partner's."""
    return after(
        sql(f"UPDATE partner_name SET until = '{LATER}' WHERE name = '{name}'"),
        copied("partner_name", f"name = '{name}'", partner_id=partner, until=None),
    )


def of(partner: str, version: int = 1) -> str:
    return f"partner_id = (SELECT id FROM partner WHERE name = '{partner}') AND version_id = {version}"


ONLY_UNDONE = sql(f"UPDATE partner_merge SET undone_at = '{LATER}', undone_by = 4 WHERE id = 950000")
BY_A_DOUBLE = answered("Gum", "approve", 2, link_id=960_000, at=MUCH_LATER)

ATTACKS: dict[str, list[Attack]] = {
    "partner_name_of_nobody_else": [
        after(merged("Cedar", "Gum"), moved_name("Cedar", BIRCH)),
    ],
    "merge_undone_before_answers": [
        after(merged("Cedar", "Gum"), answered("Cedar", "approve"), parted("Cedar")),
        after(merged("Gum", "Cedar"), answered("Cedar", "decline"), parted("Gum")),
        after(merged("Gum", "Tamarack"), agreed_through("Gum"), parted("Gum")),
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), named_through(), parted("Cedar")),
        after(merged("Cedar", "Gum"), gone("Gum"), parted("Cedar")),
    ],
    "partner_begins_unmerged": [copied("partner", slug="another", merged_into_id=2)],
    "partner_merged_as_recorded": [
        sql("UPDATE partner SET merged_into_id = (SELECT id FROM partner WHERE name = 'Gum') WHERE name = 'Cedar'"),
        sql("UPDATE partner SET merged_into_id = NULL WHERE name = 'Osier'"),
        sql("UPDATE partner SET merged_into_id = (SELECT id FROM partner WHERE name = 'Gum') WHERE name = 'Osier'"),
    ],
    "partner_merged_once": [
        merged("Nutmeg", "Gum"),
        merged("Cedar", "Osier"),
    ],
    "partner_merged_asked_once": [
        merged("Cedar", "Birch"),
        after(merged("Birch", "Gum"), merged("Cedar", "Gum", 950_001)),
        after(closed(1), merged("Cedar", "Birch")),
    ],
    "partner_merged_of_one_word": [
        after(answered("Cedar", "abstain"), dropped("Cedar"), merged("Cedar", "Birch")),
        after(twice("Cedar", 2), answered("Cedar", "abstain"), dropped("Cedar"), merged("Cedar", "Birch")),
        after(twice("Birch", 2), answered("Cedar", "abstain"), dropped("Cedar"), merged("Cedar", "Birch")),
        after(answered("Cedar", "abstain"), dropped("Cedar"), merged("Birch", "Gum"), merged("Cedar", "Gum", 950_001)),
    ],
    "partner_merged_listed_once": [
        after(HAZEL_DROPPED, merged("Hazel", "Iris")),
        after(HAZEL_DROPPED, closed(4), merged("Hazel", "Iris")),
        after(HAZEL_DROPPED, merged("Iris", "Gum"), merged("Hazel", "Gum", 950_001)),
        after(twice("Oak", 4), HAZEL_DROPPED, merged("Hazel", "Iris")),
        after(twice("Hazel", 2), HAZEL_DROPPED, merged("Hazel", "Iris")),
        after(twice("Iris", 2), HAZEL_DROPPED, merged("Hazel", "Iris")),
    ],
    "partner_merged_changes_nothing_public": [
        merged("Alder", "Gum"),
        after(twice("Alder", 2), merged("Alder", "Oak")),
        after(
            answered("Hazel", "approve", version=4),
            merged("Hazel", "Gum", **BEFORE_MERGE),
            published(4, 3),
            parted("Hazel"),
        ),
    ],
    "partner_parted_without_links": [
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), parted("Cedar")),
        after(merged("Cedar", "Gum"), linked("Gum", "Cedar"), parted("Cedar")),
    ],
    "partner_parted_with_its_names": [
        after(
            merged("Cedar", "Gum"),
            moved_name("Cedar"),
            parted("Cedar"),
        ),
    ],
    "request_to_no_double": [again("Osier")],
    "request_to_no_double_again": [
        after(dropped("Cedar"), merged("Cedar", "Gum"), asked_again("Cedar")),
        after(
            merged("Cedar", "Gum"),
            sql(
                "UPDATE request SET asked_at = '2026-11-26' WHERE partner_id = (SELECT id FROM partner "
                "WHERE name = 'Cedar')"
            ),
        ),
    ],
    "request_once_a_version": [after(merged("Cedar", "Gum"), again("Gum"))],
    "request_once_a_version_again": [
        after(again("Gum", dropped_at=LATER), merged("Cedar", "Gum"), asked_again("Gum")),
    ],
    "link_within_a_partner": [
        linked("Cedar", "Gum", 2),
        linked("Oak", "Gum", 2),
        after(merged("Cedar", "Gum"), linked("Cedar", "Birch")),
    ],
    # A contact that came with a double answers after a day, and never what the double was asked.
    "answer_through_live_link": [
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), answered("Gum", "approve", 2, link_id=960_000)),
        after(
            merged("Cedar", "Gum"),
            linked("Gum", "Cedar"),
            answered("Cedar", "approve", link_id=960_000, at=MUCH_LATER),
        ),
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), ONLY_UNDONE, BY_A_DOUBLE),
        after(
            merged("Cedar", "Gum"),
            linked("Cedar", "Gum", 2),
            merged("Oak", "Gum", 950_001),
            ONLY_UNDONE,
            BY_A_DOUBLE,
        ),
        after(
            asked("Oak", 4),
            merged("Oak", "Gum"),
            merged("Cedar", "Gum", 950_001),
            linked("Cedar", "Oak", 4),
            answered("Oak", "approve", 4, link_id=960_000, at=MUCH_LATER),
        ),
    ],
}

LAWFUL: dict[str, list[Attack]] = {
    "partner_name_of_nobody_else": [after(merged("Cedar", "Gum"), moved_name("Cedar"))],
    "partner_merge_not_replaced": [
        copied("partner_merge", "undone_at IS NULL", undone_at=LATER, undone_by=4),
        merged("Oak", "Gum"),
    ],
    "merge_undone_before_answers": [
        after(merged("Cedar", "Gum"), answered("Cedar", "approve"), untouched("partner_merge", "id = 950000")),
        after(merged("Cedar", "Gum"), answered("Birch", "approve"), parted("Cedar")),
        after(answered("Cedar", "decline"), merged("Cedar", "Gum", **BEFORE_MERGE), parted("Cedar")),
        after(merged("Gum", "Tamarack"), agreed_through("Gum", agreed=0), parted("Gum")),
        after(merged("Gum", "Tamarack"), agreed_through("Tamarack"), parted("Gum")),
        after(merged("Gum", "Tamarack", **BEFORE_MERGE), agreed_through("Gum"), parted("Gum")),
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), named_through(accepted=0), parted("Cedar")),
        after(merged("Cedar", "Gum"), linked("Gum", "Cedar"), named_through(), parted("Cedar")),
        after(merged("Gum", "Cedar"), linked("Cedar", "Gum", 2), named_through(), parted("Gum")),
        after(merged("Cedar", "Gum"), named_through(3), parted("Cedar")),
        after(merged("Cedar", "Gum", **BEFORE_MERGE), linked("Cedar", "Gum", 2), named_through(), parted("Cedar")),
        after(merged("Cedar", "Gum"), gone("Birch"), parted("Cedar")),
    ],
    "partner_merged_as_recorded": [
        after(merged("Cedar", "Gum"), parted("Cedar"), merged("Cedar", "Hazel", 950_001)),
        after(copied("partner_merge", "undone_at IS NULL", from_id=1), untouched("partner", "id = 1")),
    ],
    "partner_merged_once": [after(merged("Cedar", "Gum"), merged("Oak", "Gum", 950_001))],
    "partner_merged_asked_once": [
        after(dropped("Cedar"), merged("Cedar", "Birch")),
        after(dropped("Birch"), merged("Cedar", "Birch")),
        after(closed(1, "recalled"), merged("Cedar", "Birch")),
        merged("Cedar", "Gum"),
    ],
    "partner_merged_of_one_word": [
        after(answered("Cedar", "decline"), dropped("Cedar"), merged("Cedar", "Birch")),
        after(
            HAZEL_DROPPED,
            closed(4, "recalled"),
            merged("Hazel", "Iris"),
            answered("Hazel", "withdraw", version=4),
            untouched("partner", "name = 'Hazel'"),
        ),
        after(dropped("Elm"), merged("Elm", "Birch")),
        after(dropped("Birch"), merged("Birch", "Elm")),
        after(
            answered("Cedar", "abstain"),
            answered("Cedar", "decline", id=910_001),
            dropped("Cedar"),
            merged("Cedar", "Birch"),
        ),
    ],
    "partner_merged_listed_once": [
        after(iris_approves, dropped("Hazel", 4), merged("Hazel", "Iris")),
        after(HAZEL_DROPPED, answered("Hazel", "remove", version=4), merged("Hazel", "Iris")),
        after(HAZEL_DROPPED, answered("Iris", "remove", version=4), merged("Hazel", "Iris")),
        after(HAZEL_DROPPED, closed(4, "recalled"), merged("Hazel", "Iris")),
        after(answered("Cedar", "approve"), ENDED, dropped("Cedar"), merged("Cedar", "Alder")),
    ],
    "partner_merged_changes_nothing_public": [
        merged("Delta", "Gum"),
        after(ENDED, merged("Alder", "Gum")),
        after(answered("Hazel", "approve", version=4), merged("Hazel", "Gum")),
        sql("UPDATE partner SET website = 'https://alder.example/' WHERE name = 'Alder'"),
    ],
    "partner_parted_without_links": [
        after(
            merged("Cedar", "Gum"),
            linked("Cedar", "Gum", 2),
            sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE id = 960000"),
            parted("Cedar"),
        ),
        after(merged("Oak", "Gum", 950_001), linked("Oak", "Gum", 2), merged("Cedar", "Hazel"), parted("Cedar")),
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2), untouched("partner", "name IN ('Cedar', 'Gum')")),
    ],
    "partner_parted_with_its_names": [
        after(merged("Cedar", "Gum"), parted("Cedar")),
        after(merged("Cedar", "Gum"), moved_name("Cedar"), untouched("partner", "name = 'Cedar'")),
    ],
    "request_to_no_double": [again("Gum"), again("Nutmeg")],
    "request_to_no_double_again": [
        after(merged("Cedar", "Gum"), dropped("Cedar")),
        after(merged("Cedar", "Gum"), untouched("request", of("Cedar"))),
        after(dropped("Cedar"), merged("Cedar", "Gum"), untouched("request", of("Cedar"))),
        after(dropped("Cedar"), asked_again("Cedar")),
    ],
    "request_once_a_version": [
        after(dropped("Cedar"), merged("Cedar", "Gum"), again("Gum")),
        after(merged("Gum", "Oak"), again("Oak")),
    ],
    "request_once_a_version_again": [
        after(merged("Cedar", "Gum"), dropped("Gum", 2), asked_again("Gum", 2)),
        after(again("Gum", dropped_at=LATER), asked_again("Gum")),
        after(again("Gum", dropped_at=LATER), dropped("Cedar"), merged("Cedar", "Gum"), asked_again("Gum")),
        after(again("Gum", dropped_at=LATER), merged("Cedar", "Gum"), untouched("request", of("Gum"))),
        after(closed(1, "recalled"), merged("Cedar", "Birch"), untouched("request", of("Birch"))),
    ],
    "link_within_a_partner": [
        after(merged("Cedar", "Gum"), linked("Cedar", "Gum", 2)),
        after(merged("Cedar", "Gum"), linked("Gum", "Cedar")),
        after(asked("Oak", 4), merged("Oak", "Gum"), merged("Cedar", "Gum", 950_001), linked("Cedar", "Oak", 4)),
    ],
    "answer_through_live_link": [
        after(
            merged("Cedar", "Gum"),
            linked("Cedar", "Gum", 2),
            answered("Gum", "approve", 2, link_id=960_000, at=MUCH_LATER),
        ),
        after(
            merged("Cedar", "Gum"),
            answered("Cedar", "approve"),
            linked("Gum", "Cedar"),
            answered("Cedar", "withdraw", link_id=960_000, id=910_001),
        ),
        after(merged("Cedar", "Gum"), answered("Cedar", "approve")),
    ],
}
