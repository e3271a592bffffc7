"""The turns of a sign-off: consultations, proposals, referrals, reminders, recalls, and changed addresses.

Revision: 0002
Revises: 0001
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from signoff.rebuilding import rebuild

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731

# What rows from before this revision hold in the columns it adds.
BEFORE = {
    "reminder_days": "'[7, 3, 1]'",
    "ended_reason": "''",
    "dropped_reason": "''",
    "asked_at": "added_at",
}


def upgrade() -> None:
    """Rebuild the tables that grow, then create the new ones."""
    for name in ("contact", "round", "request", "entry"):
        rebuild(op, name, wanted=NOW[name](), present=THEN[name](), indexes=INDEXES[name], before=BEFORE)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=False),
        sa.Column("invited_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.CheckConstraint("length(lookup) = 64", name="ck_invitation_lookup_whole"),
        sa.CheckConstraint("length(nonce) = 32", name="ck_invitation_nonce_whole"),
        sa.ForeignKeyConstraint(
            ["contact_id", "partner_id"],
            ["contact.id", "contact.partner_id"],
            name="fk_invitation_contact_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["staff_user.id"], name="fk_invitation_invited_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_invitation_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("lookup", name="uq_invitation_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_invitation_contact", "invitation", ["contact_id"], unique=False)
    op.create_index(
        "uq_invitation_live",
        "invitation",
        ["version_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_note", sa.Text(), nullable=False),
        sa.CheckConstraint("(link_id IS NULL) <> (invitation_id IS NULL)", name="ck_comment_one_way_here"),
        sa.CheckConstraint("outcome IN ('taken_up', 'partly', 'not_taken_up')", name="ck_comment_outcome_known"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="ck_comment_settled_by_somebody"),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="ck_comment_settled_whole"),
        sa.ForeignKeyConstraint(
            ["contact_id", "partner_id"],
            ["contact.id", "contact.partner_id"],
            name="fk_comment_contact_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_comment_invitation_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_comment_link_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["settled_by"], ["staff_user.id"], name="fk_comment_settled_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_comment_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_comment"),
        sqlite_strict=True,
    )
    op.create_index("ix_comment_version", "comment", ["version_id"], unique=False)
    op.create_table(
        "name_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("proposed_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.CheckConstraint("accepted IN (0, 1)", name="ck_name_proposal_accepted_yes_or_no"),
        sa.CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="ck_name_proposal_settled_whole"),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_name_proposal_link_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name="fk_name_proposal_partner_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["staff_user.id"], name="fk_name_proposal_settled_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_name_proposal"),
        sqlite_strict=True,
    )
    op.create_index("ix_name_proposal_partner", "name_proposal", ["partner_id"], unique=False)
    op.create_table(
        "referral",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("accepted IN (0, 1)", name="ck_referral_accepted_yes_or_no"),
        sa.CheckConstraint("contact_id IS NULL OR accepted = 1", name="ck_referral_colleague_once_accepted"),
        sa.CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="ck_referral_settled_whole"),
        sa.ForeignKeyConstraint(
            ["contact_id", "partner_id"],
            ["contact.id", "contact.partner_id"],
            name="fk_referral_contact_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["link_id", "request_id"],
            ["link.id", "link.request_id"],
            name="fk_referral_link_id_request_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request_id", "partner_id"],
            ["request.id", "request.partner_id"],
            name="fk_referral_request_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["staff_user.id"], name="fk_referral_settled_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_referral"),
        sqlite_strict=True,
    )
    op.create_index("ix_referral_contact", "referral", ["contact_id"], unique=False)
    op.create_index("ix_referral_link", "referral", ["link_id"], unique=False)
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("reason <> ''", name="ck_exemption_reason_given"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_exemption_partner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_user.id"], name="fk_exemption_recorded_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_exemption_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_exemption"),
        sqlite_strict=True,
    )
    op.create_index("ix_exemption_version", "exemption", ["version_id"], unique=False)
    rebuild(op, "letter", wanted=NOW["letter"](), present=THEN["letter"](), indexes=INDEXES["letter"], before=BEFORE)


def downgrade() -> None:
    """Back to the tables of 0001; refused while rows exist that they cannot hold."""
    _ensure_nothing_is_lost()
    rebuild(op, "letter", wanted=THEN["letter"](), present=NOW["letter"](), indexes=INDEXES["letter"], before=BEFORE)

    op.drop_index("ix_exemption_version", table_name="exemption")
    op.drop_table("exemption")
    op.drop_index("ix_referral_contact", table_name="referral")
    op.drop_index("ix_referral_link", table_name="referral")
    op.drop_table("referral")
    op.drop_index("ix_name_proposal_partner", table_name="name_proposal")
    op.drop_table("name_proposal")
    op.drop_index("ix_comment_version", table_name="comment")
    op.drop_table("comment")
    op.drop_index("ix_invitation_contact", table_name="invitation")
    op.drop_index("uq_invitation_live", table_name="invitation")
    op.drop_table("invitation")
    for name in ("entry", "request", "round", "contact"):
        rebuild(op, name, wanted=THEN[name](), present=NOW[name](), indexes=INDEXES[name], before=BEFORE)


def _ensure_nothing_is_lost() -> None:
    kept = {
        "round": "reminder_days <> '[7, 3, 1]' OR ended_reason <> ''",
        "request": "dropped_reason <> ''",
        "contact": "address_changed_at IS NOT NULL",
    }
    for table, more in kept.items():
        if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM {table} WHERE {more}")):
            raise RuntimeError(f"the table {table} holds what revision 0001 cannot keep")
    for table in ("entry", "letter"):
        check = next(c for c in THEN[table]() if isinstance(c, sa.CheckConstraint) and "kind IN" in str(c.sqltext))
        if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM {table} WHERE NOT ({check.sqltext})")):
            raise RuntimeError(f"the table {table} holds kinds that revision 0001 does not know")


INDEXES = {
    "contact": [
        ("ix_contact_email", ["email"], False, ""),
        ("uq_contact_partner_email", ["partner_id", "email"], True, "removed_at IS NULL"),
    ],
    "round": [("uq_round_open", ["position_id"], True, "ended_at IS NULL")],
    "request": [("ix_request_partner_id", ["partner_id"], False, "")],
    "letter": [
        ("ix_letter_due", ["state", "due_at"], False, ""),
        ("ix_letter_link", ["link_id"], False, ""),
        ("ix_letter_version", ["version_id", "kind"], False, ""),
    ],
    "entry": [("ix_entry_position", ["position_id", "id"], False, "")],
}


def _contact_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("may_answer", sa.Integer(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("answers_from", Instant(), nullable=False),
        sa.Column("address_changed_at", Instant(), nullable=True),
        sa.Column("address_changed_by", sa.Integer(), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name="ck_contact_email_lower"),
        sa.CheckConstraint("may_answer IN (0, 1)", name="ck_contact_may_answer_yes_or_no"),
        sa.ForeignKeyConstraint(
            ["address_changed_by"], ["staff_user.id"], name="fk_contact_address_changed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["staff_user.id"], name="fk_contact_confirmed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_contact_partner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("id", "partner_id", name="uq_contact_id_partner_id"),
    ]


def _round_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("deadline", Instant(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("reminder_days", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("deadline > opened_at", name="ck_round_deadline_later"),
        sa.CheckConstraint("ended_as IN ('closed', 'replaced', 'recalled')", name="ck_round_ended_as_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ck_round_ended_whole"),
        sa.CheckConstraint("minimum >= 0", name="ck_round_minimum_not_negative"),
        sa.ForeignKeyConstraint(["opened_by"], ["staff_user.id"], name="fk_round_opened_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["version_id", "position_id"],
            ["version.id", "version.position_id"],
            name="fk_round_version_id_position_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("version_id", name="uq_round_version_id"),
    ]


def _request_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("dropped_at", Instant(), nullable=True),
        sa.Column("dropped_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_request_partner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["round.version_id"], name="fk_request_version_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
        sa.UniqueConstraint("id", "partner_id", name="uq_request_id_partner_id"),
        sa.UniqueConstraint("id", "version_id", "partner_id", name="uq_request_id_version_id_partner_id"),
        sa.UniqueConstraint("version_id", "partner_id", name="uq_request_version_id_partner_id"),
    ]


def _letter_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("comment_id", sa.Integer(), nullable=True),
        sa.Column("referral_id", sa.Integer(), nullable=True),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("changed_contact_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("last_reply", sa.Text(), nullable=False),
        sa.CheckConstraint("kind = 'contact_changed' OR version_id IS NOT NULL", name="ck_letter_about_a_version"),
        sa.CheckConstraint(
            "kind NOT IN ('request', 'reminder', 'replaced', 'deadline_moved', 'fresh_link') OR link_id IS NOT NULL",
            name="ck_letter_asking_has_link",
        ),
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="ck_letter_claimed_when_sending"),
        sa.CheckConstraint(
            "kind IN ('request', 'reminder', 'replaced', 'deadline_moved', 'recalled', 'fresh_link', 'referred', 'receipt', 'withdrawn', 'published', 'contested', 'invited', 'comment_settled', 'name_settled', 'contact_changed', 'declined', 'comment', 'name_proposed', 'round_closed')",
            name="ck_letter_kind_known",
        ),
        sa.CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="ck_letter_one_addressee"),
        sa.CheckConstraint("address IS NULL OR kind = 'contact_changed'", name="ck_letter_own_address_only_then"),
        sa.CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="ck_letter_sent_when_sent"),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'bounced', 'cancelled')", name="ck_letter_state_known"
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_letter_answer_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["changed_contact_id"], ["contact.id"], name="fk_letter_changed_contact_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name="fk_letter_comment_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_letter_contact_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name="fk_letter_invitation_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_letter_link_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["name_proposal.id"], name="fk_letter_proposal_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name="fk_letter_referral_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_letter_user_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_letter_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
    ]


def _entry_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('coalition_described', 'user_added', 'token_added', 'edition_adopted', 'partner_added', 'contact_added', 'contact_corrected', 'contact_removed', 'contact_confirmed', 'name_proposed', 'name_settled', 'position_started', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_shortened', 'round_closed', 'round_replaced', 'round_recalled', 'partner_dropped', 'partners_reminded', 'request_referred', 'referral_settled', 'link_reissued', 'comments_invited', 'comment_made', 'comment_settled', 'words_exempted', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
            name="ck_entry_kind_known",
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_entry_position_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
    ]


def _contact_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text(), nullable=False),
        sa.Column("may_answer", sa.Integer(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("answers_from", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name="ck_contact_email_lower"),
        sa.CheckConstraint("may_answer IN (0, 1)", name="ck_contact_may_answer_yes_or_no"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_contact_partner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("id", "partner_id", name="uq_contact_id_partner_id"),
    ]


def _round_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("deadline", Instant(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.CheckConstraint("ended_as IN ('closed', 'replaced', 'recalled')", name="ck_round_ended_as_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ck_round_ended_whole"),
        sa.CheckConstraint("deadline > opened_at", name="ck_round_deadline_later"),
        sa.CheckConstraint("minimum >= 0", name="ck_round_minimum_not_negative"),
        sa.ForeignKeyConstraint(["opened_by"], ["staff_user.id"], name="fk_round_opened_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["version_id", "position_id"],
            ["version.id", "version.position_id"],
            name="fk_round_version_id_position_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_round"),
        sa.UniqueConstraint("version_id", name="uq_round_version_id"),
    ]


def _request_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("dropped_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_request_partner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["round.version_id"], name="fk_request_version_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
        sa.UniqueConstraint("id", "partner_id", name="uq_request_id_partner_id"),
        sa.UniqueConstraint("id", "version_id", "partner_id", name="uq_request_id_version_id_partner_id"),
        sa.UniqueConstraint("version_id", "partner_id", name="uq_request_version_id_partner_id"),
    ]


def _letter_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("answer_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("last_reply", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="ck_letter_claimed_when_sending"),
        sa.CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="ck_letter_sent_when_sent"),
        sa.CheckConstraint("kind <> 'request' OR link_id IS NOT NULL", name="ck_letter_request_has_link"),
        sa.CheckConstraint(
            "kind IN ('request', 'receipt', 'declined', 'withdrawn', 'published', 'contested')",
            name="ck_letter_kind_known",
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'bounced', 'cancelled')", name="ck_letter_state_known"
        ),
        sa.CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="ck_letter_one_addressee"),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_letter_answer_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_letter_contact_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_letter_link_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_letter_user_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_letter_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
    ]


def _entry_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('coalition_described', 'user_added', 'token_added', 'edition_adopted', 'partner_added', 'contact_added', 'position_started', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_closed', 'round_replaced', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
            name="ck_entry_kind_known",
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_entry_position_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
    ]


NOW = {
    "contact": _contact_now,
    "round": _round_now,
    "request": _request_now,
    "letter": _letter_now,
    "entry": _entry_now,
}
THEN = {
    "contact": _contact_then,
    "round": _round_then,
    "request": _request_then,
    "letter": _letter_then,
    "entry": _entry_then,
}
