"""For each condition of a guard: an attack that it alone refuses, or a lawful act that would be stopped without it.

Positions 1 to 6 have the versions 1, 2 and 3, 4, 5, 6, 7. Version 1 is published and asked about (Alder approved, Birch
declined, Cedar waits, Delta withdrew, Elm was removed, Fir left); 2 and 4 are asked about; 5 is a draft, 6 was retired,
7 is being checked. The last three positions stand under the second edition.
"""

from itertools import product

from tests.promise.attacking import (
    EARLIER,
    LATER,
    Attack,
    after,
    answered,
    asked,
    checked,
    closed,
    copied,
    delivered_to,
    link_of,
    merged,
    moved,
    parted,
    published,
    sql,
)

MUCH_LATER = "2026-11-28 12:00:00.000000+00:00"
BEFORE_PUBLICATION = "2026-11-24 12:00:30.000000+00:00"
BO_IRIS, BO_JUNIPER = 12, 16  # a corrected address; a removed contact
APPLYING_ENDED = sql(f"UPDATE sign_on SET ended_at = '{LATER}', ended_by = 3 WHERE ended_at IS NULL")
LONG_AFTER = {"applied_at": "2027-11-01 12:00:00.000000+00:00", "expires_at": "2027-12-01 12:00:00.000000+00:00"}
SETTLED_BY_A_DOUBLE = after(
    merged("Gum", "Tamarack"),
    sql(
        f"UPDATE application SET settled_at = '{LATER}', agreed = 0, settled_link_id = (SELECT MAX(l.id) FROM link l "
        "JOIN partner p ON p.id = l.partner_id WHERE p.name = 'Gum') WHERE decision = 'link' AND settled_at IS NULL"
    ),
    parted("Gum"),
)
NINETY_NINTH = copied("principles_edition", number=99)


def left(partner: str, at: str = LATER) -> Attack:
    return sql(f"UPDATE partner SET left_at = '{at}' WHERE name = '{partner}'")


def returned(partner: str, at: str) -> Attack:
    return after(left(partner, at), sql(f"UPDATE partner SET left_at = NULL WHERE name = '{partner}'"))


def contact(number: int, **columns: object) -> Attack:
    setting = ", ".join(f"{name} = {'NULL' if value is None else repr(value)}" for name, value in columns.items())
    return sql(f"UPDATE contact SET {setting} WHERE id = {number}")


def scheduled(kind: str, version: int, position: int) -> Attack:
    """An act scheduled for a version, and called done."""
    terms = {} if kind == "ask" else {"deadline": None, "grouping": "level"}
    waits = copied("scheduled_act", "ended_at IS NULL", kind=kind, version_id=version, position_id=position, **terms)
    ends = sql(f"UPDATE scheduled_act SET ended_at = '{LATER}', ended_as = 'done' WHERE id = 900000")
    return after(waits, ends)


def by_who_wrote(table: str, column: str, **more: object) -> Attack:
    """The reviewer once saved a version of another position; of this one they saved none."""
    wrote = copied("version", "id = 7", number=2, digest="e" * 64, saved_by=2)
    return after(wrote, copied(table, **{"id": 910_000, column: 2, **more}))


# Letters: which state may follow which. What was sent is never queued again.
STEPS = [
    ("queued", "sending"),
    ("queued", "canceled"),
    ("sending", "queued"),
    ("sending", "sent"),
    ("sending", "failed"),
    ("sending", "canceled"),
    ("sent", "bounced"),
    ("failed", "queued"),
    ("bounced", "queued"),
]
_WAY = {
    "queued": ["queued"],
    "sending": ["queued", "sending"],
    "sent": ["queued", "sending", "sent"],
    "failed": ["queued", "sending", "failed"],
    "bounced": ["queued", "sending", "sent", "bounced"],
    "canceled": ["queued", "canceled"],
}


def letter_in(state: str) -> Attack:
    sent = f"'{LATER}'" if state in ("sent", "bounced") else "NULL"
    held = f"'{LATER}'" if state == "sending" else "NULL"
    return sql(f"UPDATE letter SET state = '{state}', claimed_until = {held}, sent_at = {sent} WHERE id = 900000")


def step(old: str, new: str) -> Attack:
    begun = copied("letter", "state = 'queued'", message_id="<step@signoff.example>")
    return after(begun, *(letter_in(state) for state in _WAY[old][1:]), letter_in(new))


ILLEGAL = [pair for pair in product(_WAY, _WAY) if pair[0] != pair[1] and pair not in STEPS]

MINIMUM = after(
    closed(2), checked(3), copied("round", "version_id = 2", version_id=3, ended_at=None, ended_as=None, minimum=1)
)

THIRD = after(NINETY_NINTH, copied("criterion", "edition_id = 1", id=900_000, edition_id=900_000))
SECOND = after(copied("version", "id = 1", id=800, number=2, digest="b" * 64, title="Second"), checked(800))


def _next_leaf(kind: str) -> Attack:
    return sql(f"INSERT INTO log_leaf SELECT MAX(number) + 1, '{kind}', NULL, 'x', '{'0' * 64}' FROM log_leaf")


def _head_of(size: str) -> Attack:
    return sql(
        f"INSERT INTO log_head SELECT (SELECT {size} FROM log_leaf), root, frontier, note, time, record_size, "
        "record_root, record_salt, record_frontier FROM log_head"
    )


ANA_TEAK = "ana@teak.example"
ACCEPTED = copied("acceptance", "accepted = 1", at=LATER)
ELSEWHERE = copied("delivery", publication_id=900_002, delivered_at=LATER)
MORE: dict[str, list[Attack]] = {
    "acceptance_through_live_link": [
        copied("acceptance", "accepted = 1", at=EARLIER),
        after(
            sql(f"UPDATE acceptance_link SET revoked_at = '{LATER}' WHERE revoked_at IS NULL"),
            copied("acceptance_link", lookup="8" * 64, asked_at=MUCH_LATER, revoked_at=None),
            copied("acceptance", "accepted = 1", link_id=900_000, at=LATER),
        ),
        after(left("Teak"), ACCEPTED),
        after(sql(f"UPDATE contact SET removed_at = '{LATER}' WHERE email = '{ANA_TEAK}'"), ACCEPTED),
        after(sql(f"UPDATE contact SET may_answer = 0 WHERE email = '{ANA_TEAK}'"), ACCEPTED),
        after(sql(f"UPDATE contact SET answers_from = '{MUCH_LATER}' WHERE email = '{ANA_TEAK}'"), ACCEPTED),
        after(merged("Teak", "Gum"), ACCEPTED),
    ],
    "acceptance_of_edition_in_force": [
        after(
            copied("principles_edition", number=99, commitments=""),
            copied("acceptance_link", "revoked_at IS NULL", edition_id=900_000, lookup="8" * 64),
            copied("acceptance", "accepted = 1", edition_id=900_000, link_id=900_000, at=LATER),
        ),
    ],
    "application_while_open": [copied("application", "confirmed_at IS NULL", lookup="0" * 64, **LONG_AFTER)],
    "application_confirmed_while_open": [
        after(
            copied(
                "application", "confirmed_at IS NULL", lookup="0" * 64, expires_at="2027-12-01 12:00:00.000000+00:00"
            ),
            sql("UPDATE application SET confirmed_at = '2027-11-01 12:00:00.000000+00:00' WHERE id = 900000"),
        ),
        after(
            APPLYING_ENDED,
            copied("sign_on", "ended_at IS NOT NULL", position_id=1, ended_at=None, ended_by=None),
            sql("UPDATE application SET confirmed_at = applied_at WHERE confirmed_at IS NULL"),
        ),
    ],
    "schedule_done_when_done": [scheduled("publish", 2, 2), scheduled("ask", 6, 5)],
    "criterion_not_replaced": [
        after(THIRD, copied("criterion", "edition_id = 1", id=900_001, edition_id=900_000, rank=70)),
        after(THIRD, copied("criterion", "edition_id = 1", id=900_001, edition_id=900_000, key="whim")),
    ],
    "version_not_replaced": [
        copied("version", "number = 2", id=1, number=3, digest="d" * 64),
    ],
    "finding_not_replaced": [
        copied("finding", "version_id = 7"),
        sql(
            "INSERT INTO finding (id, version_id, criterion_id, verdict, rationale, quotes, found_by, found_at) SELECT "
            "id, 5, criterion_id, verdict, rationale, quotes, found_by, found_at FROM finding WHERE version_id = 7"
        ),
    ],
    "version_check_not_replaced": [copied("version_check", "version_id = 1"), checked(3, id=1)],
    "partner_name_not_replaced": [
        copied("partner_name", "id = 1", name="ALDER"),
        copied("partner_name", "id = 1", until=LATER),
        copied("partner_name", "id = 1", id=1, name="Alders", key="ALDERS"),
    ],
    "round_not_replaced": [
        after(
            checked(3), closed(2), copied("round", "version_id = 2", id=1, version_id=3, ended_at=None, ended_as=None)
        ),
        copied("round", "version_id = 1", ended_at=LATER, ended_as="closed"),
        after(checked(3), copied("round", "version_id = 2", version_id=3)),
    ],
    "answer_not_replaced": [
        answered("Cedar", "approve", id=1),
        answered("Cedar", "approve", entry_id=26),
    ],
    "delivered_name_not_replaced": [
        copied("delivered_name"),
        after(copied("delivery"), copied("delivered_name", id=1, delivery_id=900_000)),
    ],
    "delivery_of_what_is_public": [copied("delivery", delivered_at=EARLIER)],
    "delivered_name_of_signatory": [
        after(answered("Cedar", "approve"), delivered_to(1, "Cedar")),
        after(
            published(2, 2),
            copied("delivery", publication_id=900_002, delivered_at=LATER),
            delivered_to(900_000, "Alder"),
        ),
        delivered_to(1, "Elm"),
    ],
    "publication_not_replaced": [
        published(2, 2, id=1),
        published(6, 5),
        after(SECOND, published(800, 1)),
    ],
    "leaf_not_replaced": [after(copied("entry", id=900_000), sql("INSERT INTO leaf VALUES (1, 900000)"))],
    "log_leaf_in_sequence": [copied("log_leaf", number=-1)],
    "log_head_ends_with_state": [
        after(_next_leaf("key"), _head_of("MAX(number) + 1")),
        after(_next_leaf("state"), _next_leaf("state"), _head_of("MAX(number)")),
    ],
    "position_edition_forward": [
        after(NINETY_NINTH, moved(1, 900_000), moved(1, 2)),
        after(NINETY_NINTH, moved(4, 1)),
    ],
    "position_address_stays": [sql("UPDATE position SET slug = 'elsewhere' WHERE id = 5")],
    "edition_draft_ended": [
        after(
            sql(f"UPDATE edition_draft SET discarded_at = '{LATER}' WHERE edition_id IS NULL"),
            sql("UPDATE edition_draft SET revision = 9 WHERE discarded_at IS NOT NULL"),
        ),
    ],
    "check_whole": [checked(3, c1="works_against")],
    "check_advances": [
        after(
            copied("finding", "version_id = 1 AND criterion_id = 1", id=3999, version_id=3),
            closed(2),
            moved(2),
            checked(3, edition=2, found="not_engaged"),
        ),
    ],
    "partner_returns_without_approvals": [
        after(answered("Hazel", "approve", version=4), returned("Hazel", MUCH_LATER)),
        # Hazel also said something twice about another version; of this one its approval is the last word.
        after(
            asked("Hazel", 1),
            answered("Hazel", "abstain"),
            answered("Hazel", "decline", id=910_001),
            answered("Hazel", "approve", version=4, id=910_002),
            returned("Hazel", MUCH_LATER),
        ),
    ],
    "contact_waits_after_change": [
        contact(BO_IRIS, email="m@evil.example", address_changed_at=None, answers_from=MUCH_LATER, confirmed_by=None),
        contact(1, email="m@evil.example", address_changed_at=LATER, answers_from=MUCH_LATER, confirmed_by=2),
        contact(BO_IRIS, email="m@evil.example", answers_from=MUCH_LATER, confirmed_by=None),
        contact(1, email="m@evil.example", address_changed_at=LATER, answers_from=LATER),
    ],
    "contact_may_answer_later": [
        after(contact(BO_IRIS, may_answer=0), contact(BO_IRIS, may_answer=1, address_changed_at=None)),
        after(contact(BO_IRIS, may_answer=0), contact(BO_IRIS, may_answer=1, answers_from=MUCH_LATER)),
        after(
            contact(1, may_answer=0),
            contact(1, may_answer=1, address_changed_at=LATER, answers_from=LATER, address_changed_by=4),
        ),
        after(
            contact(1, may_answer=0),
            contact(
                1, may_answer=1, address_changed_at=LATER, answers_from=LATER, address_changed_by=4, confirmed_by=4
            ),
        ),
    ],
    "contact_confirmed_by_another": [
        after(contact(1, answers_from=LATER, address_changed_by=4), contact(1, answers_from=EARLIER)),
    ],
    "round_needs_check": [
        after(checked(3), closed(2), moved(2), copied("round", "version_id = 2", version_id=3, ended_at=None)),
    ],
    "round_reopens_with_check": [
        after(closed(2), moved(2), sql("UPDATE round SET deadline = '2027-01-01' WHERE version_id = 2")),
    ],
    "round_ended_for_good": [
        after(closed(1, "recalled"), sql("UPDATE round SET ended_as = 'closed' WHERE version_id = 1")),
        after(closed(1, "replaced"), sql(f"UPDATE round SET ended_at = '{MUCH_LATER}' WHERE version_id = 1")),
    ],
    "answer_ends_what_stands": [
        answered("Cedar", "contest"),
        answered("Birch", "withdraw"),
        answered("Birch", "remove"),
        answered("Elm", "contest"),
    ],
    "answer_in_open_round": [
        after(closed(1), answered("Cedar", "approve")),
        after(
            copied("contact", "id = 3", email="bo@cedar.example", answers_from=EARLIER),
            copied("link", "id = 3", contact_id=900_000, lookup="8" * 64, issued_at=EARLIER),
            answered("Cedar", "abstain", link_id=900_000, at="2026-11-20 12:00:00.000000+00:00"),
        ),
    ],
    "answer_to_standing_request": [after(left("Cedar", EARLIER), answered("Cedar", "decline"))],
    "answer_through_live_link": [
        after(contact(3, removed_at=EARLIER), answered("Cedar", "approve")),
        after(link_of("Cedar", issued_at=MUCH_LATER), answered("Cedar", "approve", link_id=900_000)),
        after(sql(f"UPDATE link SET referred_at = '{EARLIER}' WHERE id = 3"), answered("Cedar", "approve")),
        after(contact(3, may_answer=0), answered("Cedar", "approve")),
        after(contact(3, answers_from=MUCH_LATER), answered("Cedar", "approve")),
    ],
    "answer_under_public_name": [
        answered("Cedar", "approve", public_name="Alder"),
        after(
            copied("partner_name", "id = 3", name="Cedrus", key="CEDRUS", accepted_at=MUCH_LATER),
            answered("Cedar", "approve", public_name="Cedrus"),
        ),
        after(sql(f"UPDATE partner_name SET until = '{EARLIER}' WHERE id = 3"), answered("Cedar", "approve")),
    ],
    "publication_needs_check": [after(closed(2), moved(2), published(2, 2))],
    "publication_of_standing_round": [
        after(closed(2, "replaced"), published(2, 2)),
        after(MINIMUM, published(3, 2)),
        after(MINIMUM, asked("Cedar", 3), answered("Cedar", "abstain", version=3), published(3, 2)),
        after(
            MINIMUM,
            asked("Cedar", 3),
            answered("Cedar", "approve", version=3),
            answered("Cedar", "withdraw", version=3, id=910_001),
            published(3, 2),
        ),
    ],
    "letter_known_steps": [step(*pair) for pair in ILLEGAL],
}

# Acts that no guard may stop; the guard that is named would, had it a condition less.
LAWFUL: dict[str, list[Attack]] = {
    "acceptance_link_not_replaced": [
        copied("acceptance_link", "revoked_at IS NULL", lookup="8" * 64, revoked_at=LATER),
        copied("acceptance_link", "revoked_at IS NULL", lookup="8" * 64, edition_id=1),
        after(
            sql(f"UPDATE acceptance_link SET revoked_at = '{LATER}' WHERE revoked_at IS NULL"),
            copied("acceptance_link", lookup="8" * 64, revoked_at=None),
        ),
    ],
    "acceptance_through_live_link": [
        after(merged("Teak", "Gum"), copied("acceptance", "accepted = 1", at=MUCH_LATER)),
        after(merged("Teak", "Gum"), parted("Teak"), ACCEPTED),
    ],
    "sign_on_not_replaced": [
        copied("sign_on", "ended_at IS NULL", position_id=1),
        copied("sign_on", "ended_at IS NULL", ended_at=LATER, ended_by=3),
    ],
    "application_confirmed_while_open": [after(APPLYING_ENDED, sql("UPDATE application SET id = id"))],
    "application_settled_by_its_partner": [after(SETTLED_BY_A_DOUBLE, sql("UPDATE application SET id = id"))],
    "delivery_taken_back_at_for_good": [sql("UPDATE delivery SET taken_back_reason = NULL")],
    "partner_posting_settled_at_for_good": [sql("UPDATE partner_posting SET reason = NULL")],
    "partner_posting_until_for_good": [sql("UPDATE partner_posting SET ended_reason = NULL")],
    "restoration_opened_at_for_good": [
        after(
            copied("restoration", number=900_000, opened_at=None, opened_by=None, given_up=None),
            sql(f"UPDATE restoration SET opened_at = '{LATER}', opened_by = 1 WHERE number = 900000"),
        )
    ],
    "comment_settled_at_for_good": [sql("UPDATE comment SET outcome_note = NULL WHERE settled_at IS NOT NULL")],
    "cosignature_not_replaced": [
        copied("cosignature", witness="another.example/w1+00000000+AA"),
    ],
    "delivered_name_not_replaced": [
        after(
            answered("Cedar", "approve"),
            copied("delivery", delivered_at=LATER),
            delivered_to(900_000, "Alder"),
            delivered_to(900_000, "Cedar", number=900_001),
        ),
    ],
    "review_assignment_not_replaced": [
        copied("review_assignment", "ended_at IS NOT NULL"),
        copied("review_assignment", "ended_at IS NULL", position_id=6),
    ],
    "schedule_done_when_done": [scheduled("publish", 6, 5), scheduled("ask", 2, 2)],
    "partner_import_not_replaced": [
        after(
            sql(f"UPDATE partner_import SET ended_at = '{LATER}' WHERE ended_at IS NULL"),
            copied("partner_import", ended_at=None, reason=""),
        ),
        copied("partner_import", "ended_at IS NOT NULL"),
        copied("partner_import", "ended_at IS NULL", begun_by=1),
    ],
    "scheduled_act_not_replaced": [
        after(
            sql(f"UPDATE scheduled_act SET ended_at = '{LATER}', ended_as = 'canceled' WHERE ended_at IS NULL"),
            copied("scheduled_act", ended_at=None, ended_as=None),
        ),
        copied("scheduled_act", ended_at=LATER, ended_as="canceled"),
    ],
    "answer_not_replaced": [
        after(asked("Delta", 4), answered("Delta", "abstain", version=4)),
    ],
    "request_not_replaced": [
        asked("Cedar", 4),
    ],
    "recovery_code_not_replaced": [
        copied("recovery_code", "authenticator_id = 1", authenticator_id=2),
    ],
    "staff_user_not_displaced": [
        sql("UPDATE staff_user SET email = 'dora@new.example' WHERE id = 1"),
    ],
    "partner_name_until_for_good": [
        sql(f"UPDATE partner_name SET until = '{LATER}' WHERE id = 1"),
    ],
    "version_check_not_replaced": [
        after(closed(2), moved(2), checked(2, edition=2)),
    ],
    "position_not_displaced": [
        sql("UPDATE position SET slug = 'elsewhere' WHERE id = 2"),
    ],
    "position_edition_not_while_asking": [moved(1), after(closed(2), moved(2))],
    "position_address_stays": [sql("UPDATE position SET slug = 'elsewhere' WHERE id = 2")],
    "finding_before_completion": [
        after(
            closed(2), moved(2), copied("finding", "version_id = 1 AND criterion_id = 1", version_id=2, criterion_id=10)
        ),
    ],
    "finding_unchanged_after_completion": [
        sql("UPDATE finding SET rationale = 'So it says.' WHERE version_id = 7"),
        after(
            closed(2),
            moved(2),
            copied("finding", "version_id = 1 AND criterion_id = 1", version_id=2, criterion_id=10),
            sql("UPDATE finding SET rationale = 'So it says.' WHERE id = 900000"),
        ),
    ],
    "finding_by_another": [by_who_wrote("finding", "found_by", version_id=3)],
    "finding_by_another_again": [
        after(
            by_who_wrote("finding", "found_by", version_id=3),
            sql("UPDATE finding SET rationale = 'So it says.' WHERE id = 910000"),
        )
    ],
    "check_by_another": [
        after(copied("version", "id = 7", number=2, digest="e" * 64, saved_by=2), checked(3)),
    ],
    "exemption_by_another": [by_who_wrote("exemption", "recorded_by", version_id=4)],
    "assignment_to_another": [by_who_wrote("review_assignment", "reviewer_id")],
    "partner_returns_without_approvals": [
        after(left("Alder", BEFORE_PUBLICATION), sql("UPDATE partner SET website = '' WHERE name = 'Alder'")),
        returned("Fir", LATER),
        *(returned(name, BEFORE_PUBLICATION) for name in ("Cedar", "Birch", "Delta")),
        returned("Alder", EARLIER),
        returned("Alder", LATER),
    ],
    "partner_name_of_nobody_else": [
        after(
            sql(f"UPDATE partner_name SET until = '{LATER}' WHERE id = 1"),
            copied("partner_name", "id = 1", name="ALDER", until=None),
        ),
    ],
    "partner_place_not_replaced": [
        *(
            copied("partner_place", "county <> ''", **{column: value})
            for column, value in (("until", LATER), ("partner_id", 1), ("state", "MI"), ("county", "X"), ("city", "X"))
        ),
        after(
            sql(f"UPDATE partner_place SET until = '{LATER}' WHERE until IS NULL"),
            copied("partner_place", "county <> ''", until=None),
        ),
    ],
    "expertise_not_replaced": [
        copied("expertise", "word = 'literacy'", until=LATER),
        copied("expertise", "word = 'dance'", until=None),
    ],
    "partner_expertise_not_replaced": [
        copied("partner_expertise", "until IS NULL", until=LATER),
        copied("partner_expertise", "until IS NULL", partner_id=1),
        copied("partner_expertise", "until IS NOT NULL", until=None),
    ],
    "partner_name_becomes_public": [
        sql("UPDATE partner_name SET kind = 'public' WHERE kind = 'alias'"),
        sql("UPDATE partner_name SET kind = kind"),
    ],
    "partner_name_not_replaced": [
        after(
            sql(f"UPDATE partner_name SET until = '{LATER}' WHERE id = 1"),
            copied("partner_name", "id = 1", name="ALDER", until=None),
        ),
        copied("partner_name", "id = 1", name="A L D E R", until=LATER),
    ],
    "contact_not_replaced": [
        copied("contact", f"id = {BO_JUNIPER}", removed_at=None),
        copied("contact", "id = 15", removed_at=LATER),
        copied("contact", "id = 15", partner_id=1),
    ],
    "contact_not_displaced": [
        contact(
            BO_IRIS, email="ana@alder.example", address_changed_at=LATER, answers_from=MUCH_LATER, confirmed_by=None
        ),
        contact(15, email="bo@juniper.example", address_changed_at=LATER, answers_from=MUCH_LATER),
        contact(BO_JUNIPER, email="ana@juniper.example", address_changed_at=LATER, answers_from=MUCH_LATER),
        contact(15, full_name="Ana Juniper Jones"),
    ],
    "contact_may_answer_later": [
        after(
            contact(1, may_answer=0),
            contact(1, may_answer=1, address_changed_at=LATER, answers_from=MUCH_LATER, address_changed_by=4),
        ),
        after(
            contact(1, may_answer=0),
            contact(
                1, may_answer=1, address_changed_at=LATER, answers_from=LATER, address_changed_by=4, confirmed_by=3
            ),
        ),
    ],
    "contact_confirmed_with_own_password": [
        after(
            sql("UPDATE staff_user SET password_chosen_at = NULL WHERE id = 4"),
            sql(f"UPDATE staff_user SET password_chosen_at = '{EARLIER}' WHERE id = 3"),
            contact(1, confirmed_by=3),
        ),
        after(sql("UPDATE staff_user SET password_chosen_at = NULL WHERE id = 3"), contact(BO_IRIS, job_title="Chair")),
    ],
    "staff_is_not_contact": [copied("staff_user", email="bo@juniper.example")],
    "staff_stays_not_contact": [sql("UPDATE staff_user SET email = 'bo@juniper.example' WHERE id = 1")],
    "staff_role_not_replaced": [
        copied("staff_role", "ended_at IS NULL", ended_at=LATER),
        copied("staff_role", "ended_at IS NOT NULL", ended_at=None),
    ],
    "authenticator_not_replaced": [
        copied("authenticator", "removed_at IS NOT NULL", lookup="8" * 64, removed_at=None),
        copied("authenticator", "removed_at IS NULL", lookup="8" * 64, removed_at=LATER),
    ],
    "round_needs_check": [
        after(NINETY_NINTH, moved(5, 900_000), copied("round", "version_id = 2", version_id=6, position_id=5)),
    ],
    "round_reopens_with_check": [
        after(closed(2), moved(2), sql("UPDATE round SET ended_reason = 'It was late.' WHERE version_id = 2")),
        sql("UPDATE round SET deadline = '2027-01-01' WHERE version_id = 2"),
        after(moved(1), sql("UPDATE round SET deadline = '2027-01-01' WHERE version_id = 1")),
    ],
    "round_ended_for_good": [
        after(closed(2), sql("UPDATE round SET ended_at = NULL, ended_as = NULL WHERE version_id = 2")),
        after(closed(2, "recalled"), sql("UPDATE round SET ended_reason = 'It was late.' WHERE version_id = 2")),
    ],
    "round_not_replaced": [
        after(checked(3), closed(2), copied("round", "version_id = 2", version_id=3, ended_at=None, ended_as=None)),
        after(checked(3), copied("round", "version_id = 2", version_id=3, ended_at=LATER, ended_as="closed")),
    ],
    "round_not_displaced": [
        after(closed(2), sql("UPDATE round SET ended_at = NULL, ended_as = NULL WHERE version_id = 2")),
    ],
    "link_of_referrer_reads_only": [
        after(
            sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE id = 9"),
            copied("link", "id = 9", lookup="8" * 64, revoked_at=None),
        ),
        after(
            copied("request", "id = 8", version_id=1),
            copied("link", "id = 9", request_id=900_000, lookup="8" * 64, referred_at=None),
        ),
        after(
            sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE id = 8"),
            copied("link", "id = 8", lookup="8" * 64, revoked_at=None),
        ),
    ],
    "link_not_replaced": [
        after(
            sql(f"UPDATE link SET revoked_at = '{LATER}' WHERE id = 1"),
            copied("link", "id = 1", lookup="8" * 64, revoked_at=None),
        ),
        copied("link", "id = 1", lookup="8" * 64, revoked_at=LATER),
        after(copied("request", "id = 8", version_id=1), copied("link", "id = 8", request_id=900_000, lookup="8" * 64)),
    ],
    "invitation_not_replaced": [
        after(
            sql(f"UPDATE invitation SET revoked_at = '{LATER}' WHERE revoked_at IS NULL"),
            copied("invitation", lookup="8" * 64, revoked_at=None),
        ),
        copied("invitation", "revoked_at IS NULL", lookup="8" * 64, revoked_at=LATER),
        copied("invitation", "revoked_at IS NULL", lookup="8" * 64, version_id=7),
    ],
    "answer_in_sequence": [after(asked("Delta", 4), answered("Delta", "abstain", version=4))],
    "answer_not_before_last": [
        answered("Cedar", "abstain", at="2026-11-24 12:01:30.000000+00:00"),
        after(
            asked("Alder", 4),
            answered("Alder", "abstain", version=4, at=MUCH_LATER),
            answered("Alder", "decline", id=910_001),
        ),
    ],
    "answer_ends_what_stands": [
        after(
            asked("Elm", 4), answered("Elm", "approve", version=4), answered("Elm", "contest", version=4, id=910_001)
        ),
        answered("Alder", "contest"),
        answered("Birch", "contest"),
        answered("Alder", "withdraw"),
        after(
            asked("Delta", 4),
            answered("Delta", "approve", version=4),
            answered("Delta", "withdraw", version=4, id=910_001),
        ),
    ],
    "answer_in_open_round": [after(closed(1), answered("Alder", "withdraw"))],
    "answer_to_standing_request": [
        after(left("Alder"), answered("Alder", "withdraw")),
        answered("Cedar", "abstain"),
    ],
    "answer_through_live_link": [
        after(sql(f"UPDATE link SET referred_at = '{EARLIER}' WHERE id = 1"), answered("Alder", "withdraw")),
    ],
    "answer_after_contest_by_new_link": [
        after(answered("Birch", "contest"), answered("Birch", "abstain", id=910_001)),
        after(answered("Birch", "contest"), answered("Cedar", "approve", id=910_001)),
        answered("Birch", "approve"),
        after(
            answered("Birch", "contest"),
            link_of("Birch", issued_at=MUCH_LATER),
            answered("Birch", "approve", link_id=900_000, id=910_001, at=MUCH_LATER),
        ),
        after(
            asked("Birch", 4),
            answered("Birch", "abstain", version=4),
            answered("Birch", "contest", version=4, id=910_001),
            answered("Birch", "approve", id=910_002),
        ),
    ],
    "answer_under_public_name": [
        after(sql(f"UPDATE partner_name SET until = '{MUCH_LATER}' WHERE id = 3"), answered("Cedar", "approve")),
    ],
    "publication_moves_forward": [
        after(
            SECOND,
            sql(f"UPDATE publication SET ended_at = '{LATER}', ended_as = 'superseded' WHERE id = 1"),
            published(800, 1),
            published(2, 2),
        ),
    ],
    "publication_not_replaced": [
        after(
            SECOND,
            sql(f"UPDATE publication SET ended_at = '{LATER}', ended_as = 'superseded' WHERE id = 1"),
            published(800, 1),
        ),
    ],
    "publication_of_standing_round": [
        after(closed(2, "recalled"), published(4, 3)),
        after(
            MINIMUM,
            asked("Cedar", 3),
            answered("Cedar", "approve", version=3),
            asked("Birch", 3),
            answered("Birch", "abstain", version=3, id=910_001),
            answered("Birch", "decline", version=3, id=910_002),
            published(3, 2),
        ),
        after(
            MINIMUM,
            asked("Delta", 3),
            answered("Delta", "approve", version=3),
            published(3, 2),
        ),
    ],
    "publication_by_another": [
        after(copied("exemption", spelling="ordinary", version_id=2, recorded_by=2), published(2, 2, published_by=2)),
        published(2, 2, published_by=2),
        published(4, 3),
    ],
    "letter_known_steps": [
        *(step(*pair) for pair in STEPS),
        *(after(step(way[-2], way[-1]), letter_in(way[-1])) for way in _WAY.values() if len(way) > 1),
    ],
}
