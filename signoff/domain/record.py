"""The vocabulary of the record: every kind of entry with exactly the facts it carries."""

from collections.abc import Mapping
from typing import Any

# Facts name organizations, texts and staff by keys and ids only. What people typed of themselves enters an
# entry as a salted commitment, so that it can be erased without breaking the record.
KINDS: dict[str, frozenset[str]] = {
    "coalition_described": frozenset({"name", "reply_to_set"}),
    "user_added": frozenset({"user", "roles"}),
    "user_changed": frozenset({"user", "name_changed", "job_title_changed", "roles"}),
    "user_deactivated": frozenset({"user"}),
    "user_reactivated": frozenset({"user"}),
    "account_link_sent": frozenset({"user", "purpose"}),
    "password_changed": frozenset({"user", "by_link"}),
    "user_address_changed": frozenset({"user"}),
    "authenticator_added": frozenset({"user"}),
    "authenticator_removed": frozenset({"user"}),
    "recovery_codes_renewed": frozenset({"user"}),
    "emails_chosen": frozenset({"user", "off"}),
    "sessions_ended": frozenset({"user", "sessions"}),
    "token_added": frozenset({"user", "token"}),
    "token_revoked": frozenset({"user", "token"}),
    "letters_retried": frozenset({"letters"}),
    "letters_cancelled": frozenset({"letters"}),
    "mail_resumed": frozenset({"reason"}),
    "edition_drafted": frozenset({"draft"}),
    "edition_draft_changed": frozenset({"draft", "revision"}),
    "edition_draft_discarded": frozenset({"draft"}),
    "edition_adopted": frozenset({"edition", "adopted_on", "criteria"}),
    "word_lists_changed": frozenset({"edition", "criteria"}),
    "partner_added": frozenset({"partner", "public_names", "aliases", "contacts"}),
    "partner_changed": frozenset({"partner", "fields", "public_names", "aliases"}),
    "partner_left": frozenset({"partner", "reason"}),
    "partner_returned": frozenset({"partner"}),
    "partners_tagged": frozenset({"partners", "tag", "added"}),
    "contact_added": frozenset({"partner", "contact", "may_answer"}),
    "contact_corrected": frozenset({"partner", "contact", "fields"}),
    "contact_removed": frozenset({"partner", "contact"}),
    "contact_confirmed": frozenset({"partner", "contact"}),
    "person_erased": frozenset({"rows"}),
    "name_question_answered": frozenset({"name", "partner", "other", "answer"}),
    "name_proposed": frozenset({"position", "version", "partner", "proposal"}),
    "name_settled": frozenset({"partner", "proposal", "name", "accepted"}),
    "position_started": frozenset({"position"}),
    "position_address_changed": frozenset({"position", "was"}),
    "position_moved": frozenset({"position", "edition", "from_edition"}),
    "version_saved": frozenset({"position", "version", "digest", "change_note"}),
    "reviewer_asked": frozenset({"position", "version", "user"}),
    "finding_recorded": frozenset({"position", "version", "criterion", "verdict"}),
    "check_completed": frozenset({"position", "version", "edition", "digest", "findings", "reasons"}),
    "round_opened": frozenset({"position", "version", "digest", "deadline", "minimum", "partners"}),
    "round_extended": frozenset({"position", "version", "deadline", "partners", "reopened"}),
    "round_shortened": frozenset({"position", "version", "deadline"}),
    "round_closed": frozenset({"position", "version", "waiting"}),
    "round_replaced": frozenset({"position", "version", "by_version", "waiting"}),
    "round_recalled": frozenset({"position", "version", "reason", "waiting", "approvals"}),
    "partner_dropped": frozenset({"position", "version", "partner", "reason", "was_named"}),
    "partners_reminded": frozenset({"position", "version", "partners", "planned"}),
    "request_referred": frozenset({"position", "version", "partner", "referral", "colleague"}),
    "referral_settled": frozenset({"position", "version", "partner", "referral", "accepted", "colleague"}),
    "link_reissued": frozenset({"position", "version", "partner", "contact"}),
    "confirmation_asked": frozenset({"position", "version", "partner", "contact"}),
    "comments_invited": frozenset({"position", "version", "partners"}),
    "comment_made": frozenset({"position", "version", "partner", "comment", "words"}),
    "comment_settled": frozenset({"position", "version", "partner", "comment", "outcome"}),
    "words_exempted": frozenset({"position", "version", "partner", "passages", "reason"}),
    "ordinary_words_ticked": frozenset({"position", "version", "passages"}),
    "partner_answered": frozenset(
        {
            "position",
            "version",
            "digest",
            "partner",
            "sequence",
            "verdict",
            "public_name",
            "public_note",
            "authority",
            "person",
        }
    ),
    "name_removed": frozenset({"position", "version", "digest", "partner", "sequence", "verdict", "person"}),
    "position_published": frozenset({"position", "version", "digest", "signatories"}),
    "position_superseded": frozenset({"position", "version", "by_version"}),
    "position_retired": frozenset({"position", "version", "reason"}),
}


def ensure_facts(kind: str, facts: Mapping[str, Any]) -> None:
    """Raise ValueError unless the kind is known and carries exactly its facts: a programming error otherwise."""
    if kind not in KINDS or set(facts) != KINDS[kind]:
        raise ValueError(f"an entry of kind {kind!r} cannot carry {sorted(facts)}")
