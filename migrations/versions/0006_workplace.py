"""Accounts with mailed links and second factors, partners that leave and return, and search by words.

Revision: 0006
Revises: 0005
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from signoff.rebuilding import rebuild

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731

ENTRY_INDEXES = [("ix_entry_position", ["position_id", "id"], False, "")]
LETTER_INDEXES = [
    ("ix_letter_due", ["state", "due_at"], False, ""),
    ("ix_letter_link", ["link_id"], False, ""),
    ("ix_letter_version", ["version_id", "kind"], False, ""),
    ("ix_letter_contact", ["contact_id"], False, ""),
]
SESSION_INDEXES = [("ix_staff_session_user_id", ["user_id"], False, "")]
KEY = "uq_partner_name_key"
NEW_KINDS = (
    "user_changed",
    "user_deactivated",
    "user_reactivated",
    "account_link_sent",
    "password_changed",
    "user_address_changed",
    "authenticator_added",
    "authenticator_removed",
    "recovery_codes_renewed",
    "sessions_ended",
    "token_revoked",
    "partner_changed",
    "partner_left",
    "partner_returned",
    "partners_tagged",
)


def upgrade() -> None:
    """Create the tables of accounts, widen three tables, and index the words that were written so far."""
    _create_account_tables()
    rebuild(
        op,
        "staff_session",
        wanted=_session_now(),
        present=_session_then(),
        indexes=SESSION_INDEXES,
        before={"proven_at": "started_at", "browser": "''"},
    )
    rebuild(op, "entry", wanted=_entry_now(), present=_entry_then(), indexes=ENTRY_INDEXES, before={})
    rebuild(op, "letter", wanted=_letter_now(), present=_letter_then(), indexes=LETTER_INDEXES, before={})
    _index_letters_by("state")
    _let_names_end()
    _index_entries()


def downgrade() -> None:
    """Back to the tables of 0005; refused while rows exist that they cannot hold."""
    _ensure_nothing_is_lost()
    op.execute("DROP TABLE entry_words" if _is_sqlite() else "DROP INDEX ix_entry_words")
    _let_names_be_for_ever()
    _index_letters_by("kind")
    rebuild(op, "letter", wanted=_letter_then(), present=_letter_now(), indexes=LETTER_INDEXES, before={})
    rebuild(op, "entry", wanted=_entry_then(), present=_entry_now(), indexes=ENTRY_INDEXES, before={})
    rebuild(
        op, "staff_session", wanted=_session_then(), present=_session_now(), indexes=SESSION_INDEXES, before={}
    )
    for table in ("recovery_code", "authenticator", "account_link"):
        op.drop_table(table)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _index_entries() -> None:
    if not _is_sqlite():
        op.execute("CREATE INDEX ix_entry_words ON entry USING gin (to_tsvector('simple'::regconfig, body))")
        return
    op.execute(
        "CREATE VIRTUAL TABLE entry_words USING fts5(body, content='entry', content_rowid='id', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute("INSERT INTO entry_words (entry_words) VALUES ('rebuild')")


def _index_letters_by(column: str) -> None:
    # Letters about a version are counted by their state; one index more would cost each mark of a letter.
    op.drop_index("ix_letter_version", "letter")
    op.create_index("ix_letter_version", "letter", ["version_id", column])


def _let_names_end() -> None:
    # A name that is over may be spelled anew; until now its key was taken for ever.
    if _is_sqlite():
        indexes = [(KEY, ["key"], True, "until IS NULL")]
        rebuild(op, "partner_name", wanted=_name_now(), present=_name_then(), indexes=indexes, before={})
        return
    op.drop_constraint(KEY, "partner_name", type_="unique")
    op.create_index(KEY, "partner_name", ["key"], unique=True, postgresql_where=sa.text("until IS NULL"))


def _let_names_be_for_ever() -> None:
    if _is_sqlite():
        rebuild(op, "partner_name", wanted=_name_then(), present=_name_now(), indexes=[], before={})
        return
    op.drop_index(KEY, "partner_name")
    op.create_unique_constraint(KEY, "partner_name", ["key"])


def _ensure_nothing_is_lost() -> None:
    listed = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM entry WHERE kind IN ({listed})")):
        raise RuntimeError("the table entry holds kinds that revision 0005 does not know")
    for table in ("account_link", "authenticator"):
        if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM {table}")):
            raise RuntimeError(f"the table {table} holds rows that revision 0005 cannot keep")
    if op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM letter WHERE account_news IS NOT NULL")):
        raise RuntimeError("the table letter holds letters that revision 0005 does not know")


def _create_account_tables() -> None:
    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("purpose IN ('invite', 'reset', 'address')", name="ck_account_link_purpose_known"),
        sa.CheckConstraint("length(lookup) = 64", name="ck_account_link_lookup_whole"),
        sa.CheckConstraint("length(nonce) = 32", name="ck_account_link_nonce_whole"),
        sa.CheckConstraint("(purpose = 'address') = (address IS NOT NULL)", name="ck_account_link_address_when_new"),
        sa.CheckConstraint("expires_at > issued_at", name="ck_account_link_expires_later"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name="fk_account_link_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_account_link"),
        sa.UniqueConstraint("lookup", name="uq_account_link_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_account_link_user_id", "account_link", ["user_id"])
    op.create_table(
        "authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("length(lookup) = 64", name="ck_authenticator_lookup_whole"),
        sa.CheckConstraint("length(nonce) = 32", name="ck_authenticator_nonce_whole"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name="fk_authenticator_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_authenticator_present",
        "authenticator",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authenticator_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authenticator_id"],
            ["authenticator.id"],
            name="fk_recovery_code_authenticator_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("authenticator_id", "lookup", name="uq_recovery_code_authenticator_id_lookup"),
        sqlite_strict=True,
    )


def _name_then() -> "list[Any]":
    return [*_name_now(), sa.UniqueConstraint("key", name=KEY)]


def _name_now() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('public', 'alias')", name="ck_partner_name_kind_known"),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partner.id"], name="fk_partner_name_partner_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_partner_name"),
        sa.UniqueConstraint("partner_id", "name", name="uq_partner_name_partner_id_name"),
    ]


def _session_now() -> "list[Any]":
    return [
        *_session_then()[:6],
        sa.Column("proven_at", Instant(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        *_session_then()[6:],
    ]


def _session_then() -> "list[Any]":
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("expires_at > started_at", name="ck_staff_session_expires_later"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name="fk_staff_session_user_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("lookup", name="uq_staff_session_lookup"),
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
            "kind IN ('coalition_described', 'user_added', 'user_changed', 'user_deactivated', 'user_reactivated', 'account_link_sent', 'password_changed', 'user_address_changed', 'authenticator_added', 'authenticator_removed', 'recovery_codes_renewed', 'sessions_ended', 'token_added', 'token_revoked', 'letters_retried', 'letters_cancelled', 'mail_resumed', 'edition_drafted', 'edition_draft_changed', 'edition_draft_discarded', 'edition_adopted', 'word_lists_changed', 'partner_added', 'partner_changed', 'partner_left', 'partner_returned', 'partners_tagged', 'contact_added', 'contact_corrected', 'contact_removed', 'contact_confirmed', 'name_proposed', 'name_settled', 'position_started', 'position_moved', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_shortened', 'round_closed', 'round_replaced', 'round_recalled', 'partner_dropped', 'partners_reminded', 'request_referred', 'referral_settled', 'link_reissued', 'comments_invited', 'comment_made', 'comment_settled', 'words_exempted', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
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
            "kind IN ('coalition_described', 'user_added', 'token_added', 'letters_retried', 'letters_cancelled', 'mail_resumed', 'edition_drafted', 'edition_draft_changed', 'edition_draft_discarded', 'edition_adopted', 'word_lists_changed', 'partner_added', 'contact_added', 'contact_corrected', 'contact_removed', 'contact_confirmed', 'name_proposed', 'name_settled', 'position_started', 'position_moved', 'version_saved', 'finding_recorded', 'check_completed', 'round_opened', 'round_extended', 'round_shortened', 'round_closed', 'round_replaced', 'round_recalled', 'partner_dropped', 'partners_reminded', 'request_referred', 'referral_settled', 'link_reissued', 'comments_invited', 'comment_made', 'comment_settled', 'words_exempted', 'partner_answered', 'name_removed', 'position_published', 'position_superseded', 'position_retired')",
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
        sa.Column("account_link_id", sa.Integer(), nullable=True),
        sa.Column("account_news", sa.Text(), nullable=True),
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
        sa.CheckConstraint(
            "CASE WHEN token_id IS NULL THEN 0 ELSE 1 END + CASE WHEN account_link_id IS NULL THEN 0 ELSE 1 END "
            "+ CASE WHEN account_news IS NULL THEN 0 ELSE 1 END = CASE WHEN kind = 'account' THEN 1 ELSE 0 END",
            name="ck_letter_account_about_one_thing",
        ),
        sa.CheckConstraint(
            "account_news IN ('password_changed', 'address_changed', 'authenticator_added', 'authenticator_removed', 'recovery_codes_renewed', 'roles_changed')",
            name="ck_letter_account_news_known",
        ),
        sa.ForeignKeyConstraint(
            ["account_link_id"], ["account_link.id"], name="fk_letter_account_link_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_letter_token_id", ondelete="RESTRICT"),
        sa.CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="ck_letter_one_addressee"),
        sa.CheckConstraint("address IS NULL OR kind IN ('contact_changed', 'account')", name="ck_letter_own_address_only_then"),
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
