"""Letters keep what was sent, the queue can pause, and staff retry and cancel letters.

Revision: 0005
Revises: 0004
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from signoff.rebuilding import rebuild

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731

ENTRY_INDEXES = [("ix_entry_position", ["position_id", "id"], False, "")]
LETTER_INDEXES = [
    ("ix_letter_due", ["state", "due_at"], False, ""),
    ("ix_letter_link", ["link_id"], False, ""),
    ("ix_letter_version", ["version_id", "kind"], False, ""),
]
CONTACT_INDEX = ("ix_letter_contact", ["contact_id"], False, "")
NEW_KINDS = {
    "entry": ("letters_retried", "letters_cancelled", "mail_resumed"),
    "letter": ("undeliverable", "account"),
}


def upgrade() -> None:
    """Widen both tables and create the pause."""
    rebuild(op, "entry", wanted=_entry_now(), present=_entry_then(), indexes=ENTRY_INDEXES, before={})
    indexes = [*LETTER_INDEXES, CONTACT_INDEX]
    rebuild(op, "letter", wanted=_letter_now(), present=_letter_then(), indexes=indexes, before={})
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_letter_contact", "letter", ["contact_id"])
    op.create_table(
        "mail_pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("try_again_at", Instant(), nullable=True),
        sa.CheckConstraint("id = 1", name="ck_mail_pause_only_one"),
        sa.CheckConstraint("tries >= 1", name="ck_mail_pause_tried"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_pause"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Back to the tables of 0004; refused while rows exist that they cannot hold."""
    _ensure_nothing_is_lost()
    op.drop_table("mail_pause")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_letter_contact", "letter")
    rebuild(op, "letter", wanted=_letter_then(), present=_letter_now(), indexes=LETTER_INDEXES, before={})
    rebuild(op, "entry", wanted=_entry_then(), present=_entry_now(), indexes=ENTRY_INDEXES, before={})


def _ensure_nothing_is_lost() -> None:
    for table, kinds in NEW_KINDS.items():
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM {table} WHERE kind IN ({listed})")):
            raise RuntimeError(f"the table {table} holds kinds that revision 0004 does not know")
    if op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM letter WHERE sent_text IS NOT NULL")):
        raise RuntimeError("the table letter holds the texts that were sent, which revision 0004 cannot keep")


def _entry_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('coalition_described', 'user_added', 'token_added', 'letters_retried', 'letters_cancelled', 'mail_resumed', 'edition_drafted', 'edition_draft_changed', 'edition_draft_discarded', 'edition_adopted', 'word_lists_changed', 'partner_added', 'contact_added', 'contact_corrected', 'contact_removed', 'contact_confirmed', 'name_proposed', 'name_settled', 'position_started', 'position_moved', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_shortened', 'round_closed', 'round_replaced', 'round_recalled', 'partner_dropped', 'partners_reminded', 'request_referred', 'referral_settled', 'link_reissued', 'comments_invited', 'comment_made', 'comment_settled', 'words_exempted', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
            name="ck_entry_kind_known",
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_entry_position_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
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
            "kind IN ('coalition_described', 'user_added', 'token_added', 'edition_drafted', 'edition_draft_changed', 'edition_draft_discarded', 'edition_adopted', 'word_lists_changed', 'partner_added', 'contact_added', 'contact_corrected', 'contact_removed', 'contact_confirmed', 'name_proposed', 'name_settled', 'position_started', 'position_moved', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_shortened', 'round_closed', 'round_replaced', 'round_recalled', 'partner_dropped', 'partners_reminded', 'request_referred', 'referral_settled', 'link_reissued', 'comments_invited', 'comment_made', 'comment_settled', 'words_exempted', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
            name="ck_entry_kind_known",
        ),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_entry_position_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
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
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("last_reply", sa.Text(), nullable=False),
        sa.Column("sent_subject", sa.Text(), nullable=True),
        sa.Column("sent_text", sa.Text(), nullable=True),
        sa.CheckConstraint("(sent_text IS NULL) = (sent_subject IS NULL)", name="ck_letter_sent_words_whole"),
        sa.CheckConstraint(
            "kind IN ('contact_changed', 'account') OR version_id IS NOT NULL",
            name="ck_letter_about_a_version",
        ),
        sa.CheckConstraint(
            "kind NOT IN ('request', 'reminder', 'replaced', 'deadline_moved', 'fresh_link') OR link_id IS NOT NULL",
            name="ck_letter_asking_has_link",
        ),
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="ck_letter_claimed_when_sending"),
        sa.CheckConstraint(
            "kind IN ('request', 'reminder', 'replaced', 'deadline_moved', 'recalled', 'fresh_link', 'referred', 'receipt', 'withdrawn', 'published', 'contested', 'invited', 'comment_settled', 'name_settled', 'contact_changed', 'declined', 'comment', 'name_proposed', 'round_closed', 'undeliverable', 'account')",
            name="ck_letter_kind_known",
        ),
        sa.CheckConstraint("(kind = 'account') = (token_id IS NOT NULL)", name="ck_letter_account_of_token"),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_letter_token_id", ondelete="RESTRICT"),
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


def _letter_then() -> "list[Any]":
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
