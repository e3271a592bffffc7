"""The first schema: every table, from the Coalition's facts to the letters and the record.

Revision: 0001
Revises: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731
Day = lambda: sa.Date().with_variant(sa.Text(), "sqlite")  # noqa: E731


def upgrade() -> None:
    """Create every table, and the full-text indexes beside them."""
    _word_table("letter_kind", "kind", LETTER_KINDS)
    _word_table("entry_kind", "kind", ENTRY_KINDS)
    _word_table("role", "role", ROLES)
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.CheckConstraint("length(root) = 64", name="ck_checkpoint_root_whole"),
        sa.CheckConstraint("size >= 1", name="ck_checkpoint_size_from_one"),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
        sa.UniqueConstraint("size", name="uq_checkpoint_size"),
        sqlite_strict=True,
    )
    op.create_table(
        "coalition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_coalition_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_coalition"),
        sqlite_strict=True,
    )
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
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.CheckConstraint("level IN ('national', 'state', 'local')", name="ck_partner_level_known"),
        sa.PrimaryKeyConstraint("id", name="pk_partner"),
        sa.UniqueConstraint("slug", name="uq_partner_slug"),
        sqlite_strict=True,
    )
    op.create_table(
        "principles_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("adopted_on", Day(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("vision", sa.Text(), nullable=False),
        sa.Column("mission", sa.Text(), nullable=False),
        sa.Column("preamble", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_principles_edition"),
        sa.UniqueConstraint("number", name="uq_principles_edition_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failure"),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_in_failure_lookup_at", "sign_in_failure", ["lookup", "at"])
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_chosen_at", Instant(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("deactivated_at", Instant(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name="ck_staff_user_email_lower"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_user"),
        sa.UniqueConstraint("email", name="uq_staff_user_email"),
        sqlite_strict=True,
    )
    op.create_table(
        "worker_beat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_worker_beat_only_one"),
        sa.PrimaryKeyConstraint("id", name="pk_worker_beat"),
        sqlite_strict=True,
    )
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
        sa.CheckConstraint("(purpose = 'address') = (address IS NOT NULL)", name="ck_account_link_address_when_new"),
        sa.CheckConstraint("purpose IN ('invite', 'reset', 'address')", name="ck_account_link_purpose_known"),
        sa.CheckConstraint("expires_at > issued_at", name="ck_account_link_expires_later"),
        sa.CheckConstraint("length(lookup) = 64", name="ck_account_link_lookup_whole"),
        sa.CheckConstraint("length(nonce) = 32", name="ck_account_link_nonce_whole"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_account_link_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_account_link"),
        sa.UniqueConstraint("lookup", name="uq_account_link_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_account_link_user_id", "account_link", ["user_id"])
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_api_token_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("lookup", name="uq_api_token_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"])
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
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_authenticator_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator"),
        sqlite_strict=True,
    )
    _partial_index("uq_authenticator_present", "authenticator", ["user_id"], "removed_at IS NULL", unique=True)
    op.create_table(
        "contact",
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
        sqlite_strict=True,
    )
    op.create_index("ix_contact_email", "contact", ["email"])
    _partial_index("uq_contact_partner_email", "contact", ["partner_id", "email"], "removed_at IS NULL", unique=True)
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('vision', 'mission', 'preamble', 'principle')", name="ck_criterion_kind_known"),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["principles_edition.id"], name="fk_criterion_edition_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_criterion"),
        sa.UniqueConstraint("edition_id", "key", name="uq_criterion_edition_id_key"),
        sa.UniqueConstraint("edition_id", "rank", name="uq_criterion_edition_id_rank"),
        sa.UniqueConstraint("id", "edition_id", name="uq_criterion_id_edition_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "edition_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("discarded_at", Instant(), nullable=True),
        sa.CheckConstraint("edition_id IS NULL OR discarded_at IS NULL", name="ck_edition_draft_ended_once"),
        sa.CheckConstraint("revision >= 1", name="ck_edition_draft_revision_from_one"),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["staff_user.id"], name="fk_edition_draft_changed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["principles_edition.id"], name="fk_edition_draft_edition_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["staff_user.id"], name="fk_edition_draft_started_by", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_edition_draft"),
        sa.UniqueConstraint("edition_id", name="uq_edition_draft_edition_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotent_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_idempotent_call_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_idempotent_call"),
        sa.UniqueConstraint("user_id", "key", name="uq_idempotent_call_user_id_key"),
        sqlite_strict=True,
    )
    op.create_table(
        "partner_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=True),
        sa.CheckConstraint("kind IN ('public', 'alias')", name="ck_partner_name_kind_known"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_partner_name_partner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_partner_name"),
        sa.UniqueConstraint("partner_id", "name", name="uq_partner_name_partner_id_name"),
        sqlite_strict=True,
    )
    _partial_index("uq_partner_name_key", "partner_name", ["key"], "until IS NULL", unique=True)
    op.create_index("ix_partner_name_key", "partner_name", ["key"])
    op.create_table(
        "partner_tag",
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_partner_tag_partner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("partner_id", "tag", name="pk_partner_tag"),
        sqlite_strict=True,
    )
    op.create_table(
        "position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["principles_edition.id"], name="fk_position_edition_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["started_by"], ["staff_user.id"], name="fk_position_started_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_position"),
        sa.UniqueConstraint("slug", name="uq_position_slug"),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["role"], ["role.role"], name="fk_staff_role_role", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_staff_role_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_staff_role"),
        sqlite_strict=True,
    )
    op.create_table(
        "staff_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("proven_at", Instant(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.CheckConstraint("expires_at > started_at", name="ck_staff_session_expires_later"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_staff_session_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("lookup", name="uq_staff_session_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_staff_session_user_id", "staff_session", ["user_id"])
    op.create_table(
        "entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kind"], ["entry_kind.kind"], name="fk_entry_kind", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_entry_position_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_entry_position", "entry", ["position_id", "id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authenticator_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["authenticator_id"], ["authenticator.id"], name="fk_recovery_code_authenticator_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("authenticator_id", "lookup", name="uq_recovery_code_authenticator_id_lookup"),
        sqlite_strict=True,
    )
    op.create_table(
        "version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("addressed_to", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("change_note", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('position', 'letter', 'statement', 'testimony', 'comment')", name="ck_version_kind_known"
        ),
        sa.CheckConstraint("title <> '' AND body <> ''", name="ck_version_text_present"),
        sa.CheckConstraint("length(digest) = 64", name="ck_version_digest_whole"),
        sa.CheckConstraint("number >= 1", name="ck_version_number_from_one"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_version_position_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["saved_by"], ["staff_user.id"], name="fk_version_saved_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
        sa.UniqueConstraint("id", "digest", name="uq_version_id_digest"),
        sa.UniqueConstraint("id", "position_id", name="uq_version_id_position_id"),
        sa.UniqueConstraint("position_id", "number", name="uq_version_position_id_number"),
        sqlite_strict=True,
    )
    op.create_table(
        "word_list",
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("deceptive", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name="fk_word_list_criterion_id", ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("criterion_id", name="pk_word_list"),
        sqlite_strict=True,
    )
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("passages", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("reason <> '' OR spelling = 'ordinary'", name="ck_exemption_reason_given"),
        sa.CheckConstraint("spelling IN ('written', 'ordinary')", name="ck_exemption_spelling_known"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_exemption_partner_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_user.id"], name="fk_exemption_recorded_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_exemption_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_exemption"),
        sqlite_strict=True,
    )
    op.create_index("ix_exemption_version", "exemption", ["version_id"])
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("quotes", sa.Text(), nullable=False),
        sa.Column("found_by", sa.Integer(), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.CheckConstraint("verdict = 'not_engaged' OR rationale <> ''", name="ck_finding_reason_given"),
        sa.CheckConstraint(
            "verdict IN ('advances', 'not_engaged', 'works_against', 'cannot_tell')", name="ck_finding_verdict_known"
        ),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name="fk_finding_criterion_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["found_by"], ["staff_user.id"], name="fk_finding_found_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_finding_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_finding"),
        sa.UniqueConstraint("version_id", "criterion_id", name="uq_finding_version_id_criterion_id"),
        sqlite_strict=True,
    )
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
    op.create_index("ix_invitation_contact", "invitation", ["contact_id"])
    _partial_index("uq_invitation_live", "invitation", ["version_id", "contact_id"], "revoked_at IS NULL", unique=True)
    op.create_table(
        "leaf",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name="ck_leaf_hash_whole"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_leaf_entry_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("number", name="pk_leaf"),
        sa.UniqueConstraint("entry_id", name="uq_leaf_entry_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("published_by", sa.Integer(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_as", sa.Text(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("ended_as IN ('retired', 'superseded')", name="ck_publication_ended_as_known"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ck_publication_ended_whole"),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= published_at", name="ck_publication_ended_later"),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name="fk_publication_position_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff_user.id"], name="fk_publication_published_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "position_id"],
            ["version.id", "version.position_id"],
            name="fk_publication_version_id_position_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_publication"),
        sa.UniqueConstraint("version_id", name="uq_publication_version_id"),
        sqlite_strict=True,
    )
    _partial_index("uq_publication_live", "publication", ["position_id"], "ended_at IS NULL", unique=True)
    op.create_table(
        "round",
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
        sqlite_strict=True,
    )
    _partial_index("uq_round_open", "round", ["position_id"], "ended_at IS NULL", unique=True)
    op.create_table(
        "version_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("completed_by", sa.Integer(), nullable=False),
        sa.Column("completed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completed_by"], ["staff_user.id"], name="fk_version_check_completed_by", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["principles_edition.id"], name="fk_version_check_edition_id", ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "digest"],
            ["version.id", "version.digest"],
            name="fk_version_check_version_id_digest",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_version_check"),
        sa.UniqueConstraint("version_id", "edition_id", name="uq_version_check_version_id_edition_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "request",
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
        sqlite_strict=True,
    )
    op.create_index("ix_request_partner_id", "request", ["partner_id"])
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.Text(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("referred_at", Instant(), nullable=True),
        sa.CheckConstraint("length(lookup) = 64", name="ck_link_lookup_whole"),
        sa.CheckConstraint("length(nonce) = 32", name="ck_link_nonce_whole"),
        sa.ForeignKeyConstraint(
            ["contact_id", "partner_id"],
            ["contact.id", "contact.partner_id"],
            name="fk_link_contact_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["request_id", "partner_id"],
            ["request.id", "request.partner_id"],
            name="fk_link_request_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("id", "request_id", name="uq_link_id_request_id"),
        sa.UniqueConstraint("lookup", name="uq_link_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_link_contact", "link", ["contact_id"])
    _partial_index("uq_link_live", "link", ["request_id", "contact_id"], "revoked_at IS NULL", unique=True)
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("public_name", sa.Text(), nullable=True),
        sa.Column("public_note", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("board_decided_on", Day(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.Text(), nullable=False),
        sa.CheckConstraint("(verdict = 'approve') = (authority IS NOT NULL)", name="ck_answer_approval_has_authority"),
        sa.CheckConstraint("(verdict = 'approve') = (public_name IS NOT NULL)", name="ck_answer_approval_has_name"),
        sa.CheckConstraint("(verdict = 'remove') = (link_id IS NULL)", name="ck_answer_only_removal_without_link"),
        sa.CheckConstraint("(verdict = 'remove') = (removed_by IS NOT NULL)", name="ck_answer_removal_has_remover"),
        sa.CheckConstraint(
            "authority IN ('executive', 'board', 'committee', 'delegate')", name="ck_answer_authority_known"
        ),
        sa.CheckConstraint("verdict = 'approve' OR public_note = ''", name="ck_answer_note_with_approval"),
        sa.CheckConstraint(
            "verdict IN ('approve', 'decline', 'abstain', 'withdraw', 'contest', 'remove')",
            name="ck_answer_verdict_known",
        ),
        sa.CheckConstraint("length(mac) > 0", name="ck_answer_mac_present"),
        sa.CheckConstraint("sequence >= 1", name="ck_answer_sequence_from_one"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_answer_entry_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["link_id", "request_id"],
            ["link.id", "link.request_id"],
            name="fk_answer_link_id_request_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["partner_id", "public_name"],
            ["partner_name.partner_id", "partner_name.name"],
            name="fk_answer_partner_id_public_name",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(["removed_by"], ["staff_user.id"], name="fk_answer_removed_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["request_id", "version_id", "partner_id"],
            ["request.id", "request.version_id", "request.partner_id"],
            name="fk_answer_request_id_version_id_partner_id",
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "digest"],
            ["version.id", "version.digest"],
            name="fk_answer_version_id_digest",
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("entry_id", name="uq_answer_entry_id"),
        sa.UniqueConstraint("version_id", "partner_id", "sequence", name="uq_answer_version_id_partner_id_sequence"),
        sqlite_strict=True,
    )
    _partial_index("ix_answer_approvals", "answer", ["version_id", "public_name", "partner_id"], "verdict = 'approve'")
    op.create_index("ix_answer_request", "answer", ["request_id"])
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
        sa.CheckConstraint("outcome IN ('taken_up', 'partly', 'not_taken_up')", name="ck_comment_outcome_known"),
        sa.CheckConstraint("(link_id IS NULL) <> (invitation_id IS NULL)", name="ck_comment_one_way_here"),
        sa.CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="ck_comment_settled_whole"),
        sa.CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="ck_comment_settled_by_somebody"),
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
    op.create_index("ix_comment_version", "comment", ["version_id"])
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
        sa.CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="ck_name_proposal_settled_whole"),
        sa.CheckConstraint("accepted IN (0, 1)", name="ck_name_proposal_accepted_yes_or_no"),
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
    op.create_index("ix_name_proposal_partner", "name_proposal", ["partner_id"])
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
        sa.CheckConstraint("(settled_at IS NULL) = (accepted IS NULL)", name="ck_referral_settled_whole"),
        sa.CheckConstraint("accepted IN (0, 1)", name="ck_referral_accepted_yes_or_no"),
        sa.CheckConstraint("contact_id IS NULL OR accepted = 1", name="ck_referral_colleague_once_accepted"),
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
    op.create_index("ix_referral_contact", "referral", ["contact_id"])
    op.create_index("ix_referral_link", "referral", ["link_id"])
    op.create_table(
        "answer_person",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=True),
        sa.Column("job_title", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("salt", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_answer_person_answer_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_answer_person"),
        sqlite_strict=True,
    )
    op.create_table(
        "letter",
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
        sa.CheckConstraint("(state = 'sending') = (claimed_until IS NOT NULL)", name="ck_letter_claimed_when_sending"),
        sa.CheckConstraint("(state IN ('sent', 'bounced')) = (sent_at IS NOT NULL)", name="ck_letter_sent_when_sent"),
        sa.CheckConstraint(
            "CASE WHEN token_id IS NULL THEN 0 ELSE 1 END + CASE WHEN account_link_id IS NULL THEN 0 ELSE 1 END + CASE WHEN account_news IS NULL THEN 0 ELSE 1 END = CASE WHEN kind = 'account' THEN 1 ELSE 0 END",
            name="ck_letter_account_about_one_thing",
        ),
        sa.CheckConstraint(
            "account_news IN ('password_changed', 'address_changed', 'authenticator_added', 'authenticator_removed', 'recovery_codes_renewed', 'roles_changed')",
            name="ck_letter_account_news_known",
        ),
        sa.CheckConstraint(
            "address IS NULL OR kind IN ('contact_changed', 'contact_confirmed', 'account')",
            name="ck_letter_own_address_only_then",
        ),
        sa.CheckConstraint(
            "kind IN ('contact_changed', 'contact_confirmed', 'account') OR version_id IS NOT NULL",
            name="ck_letter_about_a_version",
        ),
        sa.ForeignKeyConstraint(["kind"], ["letter_kind.kind"], name="fk_letter_kind", ondelete="RESTRICT"),
        sa.CheckConstraint(
            "kind NOT IN ('request', 'reminder', 'replaced', 'deadline_moved', 'fresh_link') OR link_id IS NOT NULL",
            name="ck_letter_asking_has_link",
        ),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'bounced', 'cancelled')", name="ck_letter_state_known"
        ),
        sa.CheckConstraint("(contact_id IS NULL) <> (user_id IS NULL)", name="ck_letter_one_addressee"),
        sa.CheckConstraint("(sent_text IS NULL) = (sent_subject IS NULL)", name="ck_letter_sent_words_whole"),
        sa.ForeignKeyConstraint(
            ["account_link_id"], ["account_link.id"], name="fk_letter_account_link_id", ondelete="RESTRICT"
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
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"], name="fk_letter_token_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_letter_user_id", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_letter_version_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("message_id", name="uq_letter_message_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_letter_contact", "letter", ["contact_id"])
    op.create_index("ix_letter_due", "letter", ["state", "due_at"])
    op.create_index("ix_letter_link", "letter", ["link_id"])
    op.create_index("ix_letter_version", "letter", ["version_id", "state"])

    _create_text_indexes()


def downgrade() -> None:
    """Drop every table."""
    if _is_sqlite():
        op.execute("DROP TABLE version_words")
        op.execute("DROP TABLE entry_words")
    for table in reversed(TABLES):
        op.drop_table(table)


def _word_table(name: str, column: str, words: tuple[str, ...]) -> None:
    table = op.create_table(
        name, sa.Column(column, sa.Text(), nullable=False), sa.PrimaryKeyConstraint(column, name=f"pk_{name}"), sqlite_strict=True
    )
    op.bulk_insert(table, [{column: word} for word in words])


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _partial_index(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    only = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only)


def _create_text_indexes() -> None:
    if _is_sqlite():
        op.execute(
            "CREATE VIRTUAL TABLE version_words USING fts5(title, summary, body, content='version', "
            "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
        )
        op.execute(
            "CREATE VIRTUAL TABLE entry_words USING fts5(body, content='entry', content_rowid='id', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
        return
    op.execute(
        "CREATE INDEX ix_version_words ON version USING gin "
        "(to_tsvector('english'::regconfig, title || ' ' || summary || ' ' || body))"
    )
    op.execute("CREATE INDEX ix_entry_words ON entry USING gin (to_tsvector('simple'::regconfig, body))")


ENTRY_KINDS = (
    "coalition_described",
    "user_added",
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
    "token_added",
    "token_revoked",
    "letters_retried",
    "letters_cancelled",
    "mail_resumed",
    "edition_drafted",
    "edition_draft_changed",
    "edition_draft_discarded",
    "edition_adopted",
    "word_lists_changed",
    "partner_added",
    "partner_changed",
    "partner_left",
    "partner_returned",
    "partners_tagged",
    "contact_added",
    "contact_corrected",
    "contact_removed",
    "contact_confirmed",
    "name_question_answered",
    "name_proposed",
    "name_settled",
    "position_started",
    "position_address_changed",
    "position_moved",
    "version_saved",
    "finding_recorded",
    "check_completed",
    "round_opened",
    "round_extended",
    "round_shortened",
    "round_closed",
    "round_replaced",
    "round_recalled",
    "partner_dropped",
    "partners_reminded",
    "request_referred",
    "referral_settled",
    "link_reissued",
    "comments_invited",
    "comment_made",
    "comment_settled",
    "words_exempted",
    "ordinary_words_ticked",
    "partner_answered",
    "name_removed",
    "position_published",
    "position_superseded",
    "position_retired",
)

LETTER_KINDS = (
    "request",
    "reminder",
    "replaced",
    "deadline_moved",
    "recalled",
    "fresh_link",
    "referred",
    "receipt",
    "withdrawn",
    "published",
    "contested",
    "invited",
    "comment_settled",
    "name_settled",
    "contact_changed",
    "contact_confirmed",
    "declined",
    "comment",
    "name_proposed",
    "round_closed",
    "undeliverable",
    "account",
)

ROLES = ("drafter", "reviewer", "publisher", "administrator")

TABLES = (
    "letter_kind",
    "entry_kind",
    "role",
    "checkpoint",
    "coalition",
    "mail_pause",
    "partner",
    "principles_edition",
    "sign_in_failure",
    "staff_user",
    "worker_beat",
    "account_link",
    "api_token",
    "authenticator",
    "contact",
    "criterion",
    "edition_draft",
    "idempotent_call",
    "partner_name",
    "partner_tag",
    "position",
    "staff_role",
    "staff_session",
    "entry",
    "recovery_code",
    "version",
    "word_list",
    "exemption",
    "finding",
    "invitation",
    "leaf",
    "publication",
    "round",
    "version_check",
    "request",
    "link",
    "answer",
    "comment",
    "name_proposal",
    "referral",
    "answer_person",
    "letter",
)
