"""Raw SQL against keys and CHECKs alone, with all guards set aside: each holds by itself.

The lists are read from the models, so that a new constraint without an attack fails here.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    Update,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from signoff.db import guards
from signoff.models import Base
from signoff.models.words import WORDS
from tests.promise.full import copy, row

SOON = "2026-11-25 12:00:00.000000+00:00"
TABLES = Base.metadata.sorted_tables

# CHECK → the row to copy, and the change that makes it illegal.
CHECKS: dict[str, tuple[str, dict[str, Any]]] = {
    "ck_answer_digest_since_before_until": ("1 = 1", {"since": "2030-11-25 12:00:00.000000+00:00"}),
    "ck_answer_verdict_known": ("verdict = 'decline'", {"verdict": "maybe"}),
    "ck_answer_authority_known": ("verdict = 'approve'", {"authority": "rumour"}),
    "ck_answer_sequence_from_one": ("1 = 1", {"sequence": 0}),
    "ck_answer_only_removal_without_link": ("verdict = 'approve'", {"link_id": None}),
    "ck_answer_removal_has_remover": ("verdict = 'approve'", {"removed_by": 1}),
    "ck_answer_approval_has_name": ("verdict = 'approve'", {"public_name": None}),
    "ck_answer_approval_has_order": ("verdict = 'approve'", {"order_key": None}),
    "ck_answer_approval_has_authority": ("verdict = 'approve'", {"authority": None}),
    "ck_answer_note_with_approval": ("verdict = 'decline'", {"public_note": "But we like it."}),
    "ck_answer_mac_present": ("1 = 1", {"mac": ""}),
    "ck_coalition_only_one": ("1 = 1", {"id": 2}),
    "ck_contact_email_lower": ("1 = 1", {"email": "Ana@Else.Example"}),
    "ck_contact_may_answer_yes_or_no": ("1 = 1", {"may_answer": 2, "email": "x@y.example"}),
    "ck_cosignature_line_present": ("1 = 1", {"line": "", "witness": "x"}),
    "ck_criterion_kind_known": ("1 = 1", {"kind": "whim", "key": "x", "rank": 99}),
    "ck_entry_leaf_whole": ("1 = 1", {"leaf": "short"}),
    "ck_log_leaf_hash_whole": ("number = 1", {"hash": "short", "number": 900_000}),
    "ck_log_leaf_kind_known": ("number = 1", {"kind": "rumor", "number": 900_000}),
    "ck_log_head_root_whole": ("1 = 1", {"size": 900_000, "root": "short"}),
    "ck_log_head_record_whole": ("1 = 1", {"size": 900_000, "record_salt": "short"}),
    "ck_row_code_code_present": ("1 = 1", {"code": "", "row_id": 900_000}),
    "ck_logo_digest_whole": ("1 = 1", {"digest": "short"}),
    "ck_logo_has_pixels": ("1 = 1", {"width": 0, "digest": "0" * 64}),
    "ck_log_list_salt_whole": ("1 = 1", {"salt": "short", "publication_id": 900_000}),
    "ck_delivery_way_known": ("way = 'by_hand'", {"way": "by_pigeon"}),
    "ck_delivery_address_by_email": ("way = 'by_hand'", {"address": "clerk@committee.example"}),
    "ck_delivery_recipient_said": ("1 = 1", {"recipient": ""}),
    "ck_delivery_file_digest_whole": ("1 = 1", {"file_sha256": "short"}),
    "ck_delivery_taken_back_by_someone": ("taken_back_at IS NULL", {"taken_back_by": 1}),
    "ck_delivery_taken_back_for_a_reason": ("taken_back_at IS NULL", {"taken_back_reason": "A slip."}),
    "ck_delivery_taken_back_later": (
        "taken_back_at IS NOT NULL",
        {"taken_back_at": "2020-01-01 12:00:00.000000+00:00"},
    ),
    "ck_letter_delivered_has_its_delivery": ("kind = 'delivered'", {"kind": "published", "message_id": "x"}),
    "ck_draft_state_of_one_text": ("position_id IS NOT NULL", {"position_id": None}),
    "ck_edition_draft_ended_once": (
        "edition_id IS NOT NULL",
        {"discarded_at": SOON, "edition_id": 1},
    ),
    "ck_edition_draft_revision_from_one": ("edition_id IS NULL", {"revision": 0}),
    "ck_expertise_word_given": ("1 = 1", {"word": ""}),
    "ck_finding_verdict_known": ("1 = 1", {"verdict": "fine"}),
    "ck_finding_reason_given": ("1 = 1", {"verdict": "advances", "rationale": ""}),
    "ck_letter_state_known": ("state = 'queued'", {"state": "lost", "message_id": "x"}),
    "ck_letter_one_addressee": ("contact_id IS NOT NULL", {"user_id": 1, "message_id": "x"}),
    "ck_letter_sent_when_sent": ("state = 'queued'", {"state": "sent", "message_id": "x"}),
    "ck_letter_claimed_when_sending": ("state = 'queued'", {"state": "sending", "message_id": "x"}),
    "ck_letter_asking_has_link": ("kind = 'request'", {"link_id": None, "message_id": "x"}),
    "ck_letter_about_a_version": ("kind = 'request'", {"version_id": None, "message_id": "x"}),
    "ck_letter_sent_words_whole": ("state = 'queued'", {"sent_text": "Dear", "message_id": "x"}),
    "ck_partner_import_digest_whole": ("ended_at IS NOT NULL", {"digest": "short"}),
    "ck_partner_import_done_of_wanted": ("ended_at IS NOT NULL", {"done": 900_000}),
    "ck_partner_import_reason_once_ended": (
        "ended_at IS NOT NULL",
        {"ended_at": None, "reason": "A slip.", "begun_by": 2},
    ),
    "ck_scheduled_act_kind_known": ("ended_as = 'canceled'", {"kind": "retire", "grouping": None}),
    "ck_scheduled_act_ended_as_known": ("ended_as = 'canceled'", {"ended_as": "lost"}),
    "ck_scheduled_act_due_later": ("ended_as = 'canceled'", {"due_at": "2001-11-24 12:00:00.000000+00:00"}),
    "ck_scheduled_act_deadline_when_asking": (
        "ended_as = 'failed' AND kind = 'ask'",
        {"kind": "publish", "grouping": "level"},
    ),
    "ck_scheduled_act_grouping_known": ("ended_as = 'canceled'", {"grouping": "size"}),
    "ck_scheduled_act_grouping_when_publishing": ("ended_as = 'canceled'", {"grouping": None}),
    "ck_scheduled_act_deadline_after_due": (
        "ended_at IS NOT NULL AND kind = 'ask'",
        {"deadline": "2001-11-24 12:00:00.000000+00:00"},
    ),
    "ck_scheduled_act_shown_whole": ("ended_at IS NOT NULL", {"shown": "short"}),
    "ck_scheduled_act_ended_whole": ("ended_as = 'canceled'", {"ended_as": None}),
    "ck_scheduled_act_failed_for_reasons": ("ended_as = 'failed'", {"reasons": "[]"}),
    "ck_letter_not_done_has_its_schedule": ("schedule_id IS NOT NULL", {"schedule_id": None, "message_id": "x"}),
    "ck_letter_digest_has_its_days": ("digest_id IS NOT NULL", {"digest_id": None, "message_id": "x"}),
    "ck_letter_account_about_one_thing": ("token_id IS NOT NULL", {"token_id": None, "message_id": "x"}),
    "ck_letter_account_news_known": (
        "account_news IS NOT NULL",
        {"account_news": "you_are_king", "message_id": "x"},
    ),
    "ck_account_link_purpose_known": ("purpose = 'reset'", {"purpose": "conquest", "lookup": "0" * 64}),
    "ck_account_link_lookup_whole": ("1 = 1", {"lookup": "short"}),
    "ck_account_link_nonce_whole": ("1 = 1", {"nonce": b"short", "lookup": "0" * 64}),
    "ck_account_link_address_when_new": ("purpose = 'reset'", {"address": "m@evil.example", "lookup": "0" * 64}),
    "ck_account_link_expires_later": (
        "1 = 1",
        {"expires_at": "2000-01-01 00:00:00.000000+00:00", "lookup": "0" * 64},
    ),
    "ck_authenticator_lookup_whole": ("1 = 1", {"lookup": "short", "user_id": 2}),
    "ck_authenticator_nonce_whole": ("1 = 1", {"nonce": b"short", "user_id": 2}),
    "ck_letter_own_address_only_then": ("kind = 'request'", {"address": "m@evil.example", "message_id": "x"}),
    "ck_acceptance_link_lookup_whole": ("1 = 1", {"lookup": "short", "contact_id": 1, "partner_id": 1}),
    "ck_acceptance_link_nonce_whole": (
        "1 = 1",
        {"nonce": b"short", "lookup": "0" * 64, "contact_id": 1, "partner_id": 1},
    ),
    "ck_acceptance_digest_whole": ("1 = 1", {"digest": "short"}),
    "ck_acceptance_accepted_yes_or_no": ("1 = 1", {"accepted": 2}),
    "ck_letter_commitments_with_a_link": ("kind = 'commitments'", {"acceptance_link_id": None, "message_id": "x"}),
    "ck_letter_commitments_answered_by_one": (
        "kind = 'commitments_answered'",
        {"acceptance_id": None, "message_id": "x"},
    ),
    "ck_invitation_lookup_whole": ("1 = 1", {"lookup": "short", "contact_id": 1}),
    "ck_invitation_nonce_whole": ("1 = 1", {"nonce": b"short", "lookup": "0" * 64, "contact_id": 1}),
    "ck_letter_application_about_one": (
        "kind = 'application' AND application_id IS NOT NULL",
        {"application_id": None, "message_id": "x"},
    ),
    "ck_sign_on_until_later": ("ended_at IS NOT NULL", {"until": "2001-11-24 12:00:00.000000+00:00"}),
    "ck_sign_on_ended_by_someone": ("ended_at IS NOT NULL", {"ended_by": None}),
    "ck_problem_report_email_lower": ("1 = 1", {"email": "Ada@Pine.Example"}),
    "ck_problem_report_settled_by_someone": ("settled_at IS NOT NULL", {"settled_by": None}),
    "ck_problem_report_settled_later": ("settled_at IS NOT NULL", {"settled_at": "2020-01-01 00:00:00.000000+00:00"}),
    "ck_application_lookup_whole": ("1 = 1", {"lookup": "short"}),
    "ck_application_nonce_whole": ("1 = 1", {"nonce": b"short", "lookup": "0" * 64}),
    "ck_application_email_lower": ("1 = 1", {"email": "Ada@Pine.Example", "lookup": "0" * 64}),
    "ck_application_expires_later": (
        "confirmed_at IS NULL",
        {"expires_at": "2001-11-24 12:00:00.000000+00:00", "lookup": "0" * 64},
    ),
    "ck_application_confirmed_in_time": (
        "decided_at IS NULL AND confirmed_at IS NOT NULL",
        {"confirmed_at": "2031-11-24 12:00:00.000000+00:00", "lookup": "0" * 64},
    ),
    "ck_application_decision_known": (
        "decision = 'reject'",
        {"decision": "ignore", "lookup": "0" * 64, "partner_id": 1},
    ),
    "ck_application_decided_whole": ("decision = 'reject'", {"decision": None, "lookup": "0" * 64}),
    "ck_application_decided_by_someone": ("decision = 'reject'", {"decided_by": None, "lookup": "0" * 64}),
    "ck_application_decided_once_confirmed": ("decision = 'reject'", {"confirmed_at": None, "lookup": "0" * 64}),
    "ck_application_partner_unless_rejected": ("decision = 'reject'", {"partner_id": 1, "lookup": "0" * 64}),
    "ck_application_agreed_yes_or_no": ("settled_at IS NOT NULL", {"agreed": 2, "lookup": "0" * 64}),
    "ck_application_settled_whole": ("settled_at IS NOT NULL", {"agreed": None, "lookup": "0" * 64}),
    "ck_application_settled_by_a_contact": ("settled_at IS NOT NULL", {"settled_link_id": None, "lookup": "0" * 64}),
    "ck_application_settled_if_linked": ("settled_at IS NOT NULL", {"decision": "accept", "lookup": "0" * 64}),
    "ck_subscription_lookup_whole": ("1 = 1", {"lookup": "short"}),
    "ck_subscription_nonce_whole": ("1 = 1", {"nonce": b"short", "lookup": "0" * 64}),
    "ck_subscription_email_lower": ("1 = 1", {"email": "Ada@Press.Example", "lookup": "0" * 64}),
    "ck_subscription_expires_later": (
        "confirmed_at IS NULL",
        {"expires_at": "2001-11-24 12:00:00.000000+00:00", "lookup": "0" * 64},
    ),
    "ck_subscription_confirmed_in_time": (
        "ended_at IS NULL AND confirmed_at IS NOT NULL",
        {"confirmed_at": "2031-11-24 12:00:00.000000+00:00", "lookup": "0" * 64},
    ),
    "ck_subscription_ended_whole": ("ended_at IS NOT NULL", {"ended_as": None, "lookup": "0" * 64}),
    "ck_subscription_ended_once_confirmed": ("ended_at IS NOT NULL", {"confirmed_at": None, "lookup": "0" * 64}),
    "ck_subscription_ended_as_known": ("ended_at IS NOT NULL", {"ended_as": "bored", "lookup": "0" * 64}),
    "ck_letter_subscription_has_one": ("kind = 'meeting'", {"subscription_id": None, "message_id": "x"}),
    "ck_subscription_contact_needs_no_address": (
        "contact_id IS NOT NULL",
        {"email": "ada@press.example", "lookup": "0" * 64},
    ),
    "ck_meeting_ends_later": ("1 = 1", {"ends_at": "2001-11-24 12:00:00.000000+00:00"}),
    "ck_meeting_revision_from_one": ("told_revision = 0", {"revision": 0}),
    "ck_meeting_public_yes_or_no": ("1 = 1", {"is_public": 2}),
    "ck_meeting_told_of_what_was": ("1 = 1", {"told_revision": 99}),
    "ck_letter_meeting_has_one": ("kind = 'meeting'", {"meeting_id": None, "message_id": "x"}),
    "ck_newsletter_since_not_after_until": ("1 = 1", {"since": "2031-11-24 12:00:00.000000+00:00"}),
    "ck_newsletter_revision_from_one": ("1 = 1", {"revision": 0}),
    "ck_newsletter_sender_known": ("sent_at IS NOT NULL", {"sender_id": None}),
    "ck_newsletter_one_end": ("sent_at IS NOT NULL", {"discarded_at": "2031-11-24 12:00:00.000000+00:00"}),
    "ck_letter_newsletter_has_one": ("kind = 'newsletter'", {"newsletter_id": None, "message_id": "x"}),
    "ck_letter_news_has_its_days": ("kind = 'news'", {"news_id": None, "message_id": "x"}),
    "ck_news_digest_since_before_until": ("1 = 1", {"since": "2031-11-24 12:00:00.000000+00:00"}),
    "ck_comment_one_way_here": ("link_id IS NOT NULL", {"invitation_id": 1}),
    "ck_comment_settled_whole": ("settled_at IS NULL", {"outcome": "partly"}),
    "ck_comment_settled_by_someone": ("settled_at IS NULL", {"settled_by": 1}),
    "ck_comment_outcome_known": ("settled_at IS NOT NULL", {"outcome": "lost"}),
    "ck_name_proposal_settled_whole": ("1 = 1", {"accepted": None}),
    "ck_name_proposal_accepted_yes_or_no": ("1 = 1", {"accepted": 2}),
    "ck_referral_settled_whole": ("1 = 1", {"link_id": 1, "accepted": None, "contact_id": None}),
    "ck_referral_accepted_yes_or_no": ("1 = 1", {"link_id": 1, "accepted": 2, "contact_id": None}),
    "ck_referral_colleague_once_accepted": ("contact_id IS NOT NULL", {"link_id": 1, "accepted": 0}),
    "ck_referral_settled_when_taken_back": (
        "taken_back_at IS NOT NULL",
        {"settled_at": None, "accepted": None, "contact_id": None},
    ),
    "ck_exemption_reason_given": ("1 = 1", {"reason": ""}),
    "ck_exemption_spelling_known": ("1 = 1", {"spelling": "loud"}),
    "ck_link_lookup_whole": ("1 = 1", {"lookup": "short"}),
    "ck_link_nonce_whole": ("1 = 1", {"nonce": b"short", "lookup": "0" * 64}),
    "ck_partner_level_known": ("1 = 1", {"level": "galactic", "slug": "x"}),
    "ck_partner_not_its_own_parent": ("1 = 1", {"id": 900_000, "parent_id": 900_000, "slug": "x"}),
    "ck_partner_place_state_known": ("1 = 1", {"state": "ON"}),
    "ck_partner_place_nationwide_whole": ("county <> ''", {"state": "US"}),
    "ck_partner_posting_kind_known": ("kind = 'description'", {"kind": "slogan"}),
    "ck_partner_posting_state_known": ("kind = 'notice'", {"state": "ON"}),
    "ck_partner_posting_logo_has_a_picture": ("kind = 'description'", {"logo_id": 1}),
    "ck_partner_posting_notice_has_a_place": ("kind = 'notice'", {"state": None}),
    "ck_partner_posting_notice_has_a_month": ("kind = 'notice'", {"month": None}),
    "ck_partner_posting_proposed_by_someone": ("link_id IS NOT NULL", {"link_id": None}),
    "ck_partner_posting_settled_whole": ("settled_at IS NULL", {"accepted": 1}),
    "ck_partner_posting_accepted_yes_or_no": ("settled_at IS NOT NULL", {"accepted": 2}),
    "ck_partner_posting_ended_once_over": ("until IS NULL", {"ended_by": 1}),
    "ck_letter_posting_about_one": ("kind = 'posting_settled'", {"posting_id": None, "message_id": "x"}),
    "ck_partner_merge_of_two": ("undone_at IS NOT NULL", {"from_id": 1, "into_id": 1}),
    "ck_partner_merge_answers_later": ("undone_at IS NOT NULL", {"answers_from": "2001-11-24 12:00:00.000000+00:00"}),
    "ck_partner_merge_undone_by_someone": ("undone_at IS NULL", {"undone_by": 1, "from_id": 1}),
    "ck_letter_partners_merged_by_a_merge": ("merge_id IS NOT NULL", {"merge_id": None, "message_id": "x"}),
    "ck_partner_name_kind_known": ("1 = 1", {"kind": "nickname", "name": "x", "key": "x"}),
    "ck_publication_ended_whole": ("ended_at IS NULL", {"ended_as": "retired"}),
    "ck_publication_ended_as_known": (
        "ended_at IS NULL",
        {"ended_as": "lost", "ended_at": "2026-11-24 12:00:00+00:00"},
    ),
    "ck_publication_grouping_known": ("1 = 1", {"grouping": "random"}),
    "ck_restoration_opened_whole": ("1 = 1", {"number": 900_000, "opened_at": None, "opened_by": 1, "given_up": None}),
    "ck_restoration_given_up_by_opening": (
        "1 = 1",
        {"number": 900_000, "opened_at": None, "opened_by": None, "given_up": "00" * 32},
    ),
    "ck_round_ended_whole": ("ended_at IS NULL", {"ended_as": "closed"}),
    "ck_publication_ended_later": (
        "ended_at IS NULL",
        {"ended_as": "retired", "ended_at": "2001-11-24 12:00:00.000000+00:00"},
    ),
    "ck_round_deadline_later": ("1 = 1", {"deadline": "2001-11-24 12:00:00.000000+00:00"}),
    "ck_round_minimum_not_negative": ("1 = 1", {"minimum": -1}),
    "ck_round_ended_as_known": ("1 = 1", {"ended_as": "lost", "ended_at": "2026-11-24 12:00:00+00:00"}),
    "ck_staff_session_expires_later": ("1 = 1", {"expires_at": "2000-01-01 00:00:00.000000+00:00", "lookup": "x"}),
    "ck_staff_user_email_lower": ("1 = 1", {"email": "Dora@Coalition.Example"}),
    "ck_version_number_from_one": ("1 = 1", {"number": 0}),
    "ck_version_digest_whole": ("1 = 1", {"digest": "short", "number": 99}),
    "ck_version_text_present": ("1 = 1", {"body": "", "number": 99}),
    "ck_version_kind_known": ("1 = 1", {"kind": "poem", "number": 99}),
    "ck_worker_beat_only_one": ("1 = 1", {"id": 2}),
    "ck_complaint_settled_by_someone": ("settled_at IS NOT NULL", {"settled_by": None, "letter_id": 1}),
    "ck_mail_pause_only_one": ("1 = 1", {"id": 2}),
    "ck_mail_pause_tried": ("1 = 1", {"id": 1, "tries": 0}),
}


# More of them, where a CHECK has several conditions.
_UNDECIDED = {"decision": None, "decided_at": None, "decided_by": None, "partner_id": None}
MORE_CHECKS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "ck_scheduled_act_shown_whole": [("ended_at IS NOT NULL", {"state": "short"})],
    "ck_scheduled_act_failed_for_reasons": [("ended_as = 'canceled'", {"reasons": '["Because."]'})],
    "ck_partner_place_nationwide_whole": [("city <> ''", {"state": "US"})],
    "ck_application_partner_unless_rejected": [
        ("decision = 'accept'", {"partner_id": None, "lookup": "0" * 64}),
        ("decision IS NULL", {"partner_id": 1, "lookup": "0" * 64}),
    ],
    "ck_application_settled_if_linked": [
        ("settled_at IS NOT NULL", _UNDECIDED | {"lookup": "0" * 64}),
    ],
    "ck_delivery_taken_back_by_someone": [("taken_back_at IS NOT NULL", {"taken_back_by": None})],
    "ck_draft_state_of_one_text": [("position_id IS NOT NULL", {"first_draft_id": 1})],
    "ck_partner_import_done_of_wanted": [("ended_at IS NOT NULL", {"done": -1})],
    "ck_logo_has_pixels": [("1 = 1", {"height": 0, "digest": "0" * 64})],
    "ck_log_head_record_whole": [("1 = 1", {"size": 900_000, "record_root": "short"})],
    "ck_newsletter_sender_known": [
        ("sent_at IS NOT NULL", {"sent_at": None, "sender_id": None, "due_at": "2031-11-24 12:00:00.000000+00:00"}),
    ],
    "ck_subscription_contact_needs_no_address": [
        ("contact_id IS NOT NULL", {"confirmed_at": None, "ended_at": None, "ended_as": None, "lookup": "0" * 64}),
    ],
    "ck_version_text_present": [("1 = 1", {"title": "", "number": 99})],
}


# The same of words: foreign key to a word table → the table, the row to copy, and a word that is not in it.
UNKNOWN_WORDS: dict[str, tuple[str, dict[str, Any]]] = {
    "fk_email_off_kind": ("email_off", {"kind": "love"}),
    "fk_turn_notice_kind": ("turn_notice", {"kind": "love"}),
    "fk_entry_kind": ("entry", {"kind": "rumour_heard"}),
    "fk_letter_kind": ("letter", {"kind": "spam", "message_id": "x"}),
    "fk_staff_role_role": ("staff_role", {"role": "emperor"}),
}


@pytest.fixture
def bare(full: Connection) -> Connection:
    """A full database without guards and views."""
    guards.set_aside(full)
    return full


def refused(connection: Connection, name: str, kind: str, table: str, where: str, changes: dict[str, Any]) -> None:
    """The database refuses the copy, and says by which constraint as far as it can."""
    with pytest.raises(IntegrityError) as problem, connection.begin_nested():
        copy(connection, table, where, **changes)
    if connection.dialect.name == "postgresql":
        assert problem.value.orig is not None
        assert problem.value.orig.diag.constraint_name == name  # type: ignore[attr-defined]
    else:
        assert kind in str(problem.value.orig)
        if kind == "CHECK":
            assert name in str(problem.value.orig)


def test_every_check_refuses_what_it_forbids(bare: Connection) -> None:
    known = {c.name: t.name for t in TABLES for c in t.constraints if isinstance(c, CheckConstraint)}
    assert set(CHECKS) == set(known)
    for name, attack in CHECKS.items():
        for where, changes in [attack, *MORE_CHECKS.get(name, ())]:
            refused(bare, name, "CHECK", known[name], where, changes)


def test_a_word_that_its_table_does_not_know_is_refused(bare: Connection) -> None:
    known = {key.name for t in TABLES for key in t.foreign_key_constraints if key.referred_table.name in WORDS}
    assert set(UNKNOWN_WORDS) == known
    for name, (table, changes) in UNKNOWN_WORDS.items():
        refused(bare, name, "FOREIGN KEY", table, "1 = 1", changes)


def test_every_foreign_key_refuses_what_does_not_exist(bare: Connection) -> None:
    attacked = set()
    for table in TABLES:
        for key in table.foreign_key_constraints:
            column = _most_telling(table, key)
            with pytest.raises(IntegrityError) as problem, bare.begin_nested():
                _let_go_of_children(bare, table, column)
                bare.execute(_pointing_nowhere(bare, table, column))
            assert problem.value.orig is not None
            if bare.dialect.name == "postgresql":
                touching = {str(other.name) for other in table.foreign_key_constraints if column.name in other.columns}
                assert problem.value.orig.diag.constraint_name in touching  # type: ignore[attr-defined]
            else:
                assert "FOREIGN KEY" in str(problem.value.orig)
            attacked.add(key.name)
    assert len(attacked) == sum(len(table.foreign_key_constraints) for table in TABLES) >= 40


def _most_telling(table: Table, key: ForeignKeyConstraint) -> "Column[Any]":
    # The column that the fewest other keys share: when it points nowhere, this key is the one to say so.
    return min(
        key.columns, key=lambda column: sum(column.name in other.columns for other in table.foreign_key_constraints)
    )


def _let_go_of_children(connection: Connection, table: Table, column: "Column[Any]") -> None:
    # PostgreSQL may name the key of a row that points here; taken away for the moment, the key itself must answer.
    if connection.dialect.name == "postgresql":
        for child in TABLES:
            for key in child.foreign_key_constraints:
                if any(element.column is column for element in key.elements):
                    connection.exec_driver_sql(f"ALTER TABLE {child.name} DROP CONSTRAINT {key.name}")


def _pointing_nowhere(connection: Connection, table: Table, column: "Column[Any]") -> "Update":
    nowhere: Any = "nobody" if isinstance(column.type, Text) else 777_777
    if column.name == "digest":
        nowhere = "f" * 64
    first = table.primary_key.columns[0]
    chosen = connection.scalar(select(first).where(column.is_not(None)).order_by(first).limit(1))
    assert chosen is not None, f"{table.name} has no row with {column.name}"
    return update(table).where(first == chosen).values({column.name: nowhere})


def test_every_unique_key_refuses_a_second_row(bare: Connection) -> None:
    attacked = []
    for table in TABLES:
        keys = _unique_keys(table)
        for name, columns, where in keys:
            if any(other < columns for _, other, _ in keys):
                continue  # wider than another key: it stands only for composite foreign keys to point at
            others = set().union(*(other for _, other, _ in keys)) - columns
            others -= {"id", *(column for column in others if f"ck_{table.name}_{column}_known" in CHECKS)}
            changes = {column: _perturbed(table, column, bare, where) for column in others}
            if columns == {"id"}:
                changes["id"] = row(bare, table.name, where)._mapping["id"]
            refused(bare, name, "UNIQUE", table.name, where, changes)
            attacked.append(name)
    assert len(attacked) >= 35


def _unique_keys(table: Table) -> list[tuple[str, set[str], str]]:
    keys = [
        (str(c.name), {column.name for column in c.columns}, " AND ".join(f"{n.name} IS NOT NULL" for n in c.columns))
        for c in table.constraints
        if isinstance(c, UniqueConstraint)
    ]
    keys.append((str(table.primary_key.name), {column.name for column in table.primary_key}, "1 = 1"))
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            where = str(index.dialect_options["sqlite"]["where"])
            keys.append((str(index.name), {column.name for column in index.columns}, where))
    return keys


def _perturbed(table: Table, column: str, connection: Connection, where: str) -> Any:
    value = row(connection, table.name, where)._mapping[column]
    if value is None:
        return None  # absent: it can clash with nothing
    if isinstance(value, int):
        return value + 500_000
    if isinstance(value, bytes):
        return bytes(reversed(value))
    if isinstance(value, datetime):
        return value + timedelta(days=1)
    return value[:-1] + ("0" if value[-1] != "0" else "1") if value else "x"
