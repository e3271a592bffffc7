"""The first schema: everything from the Coalition's facts to the letters and the record.

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
    """Create every table."""
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
    op.create_index("ix_sign_in_failure_lookup_at", "sign_in_failure", ["lookup", "at"], unique=False)
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
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
    op.create_index("ix_api_token_user_id", "api_token", ["user_id"], unique=False)
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
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name="ck_contact_email_lower"),
        sa.CheckConstraint("may_answer IN (0, 1)", name="ck_contact_may_answer_yes_or_no"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name="fk_contact_partner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.UniqueConstraint("id", "partner_id", name="uq_contact_id_partner_id"),
        sqlite_strict=True,
    )
    op.create_index("ix_contact_email", "contact", ["email"], unique=False)
    op.create_index(
        "uq_contact_partner_email",
        "contact",
        ["partner_id", "email"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
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
        sa.UniqueConstraint("key", name="uq_partner_name_key"),
        sa.UniqueConstraint("partner_id", "name", name="uq_partner_name_partner_id_name"),
        sqlite_strict=True,
    )
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
        sa.CheckConstraint(
            "role IN ('drafter', 'reviewer', 'publisher', 'administrator')", name="ck_staff_role_role_known"
        ),
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
        sa.CheckConstraint("expires_at > started_at", name="ck_staff_session_expires_later"),
        sa.ForeignKeyConstraint(["user_id"], ["staff_user.id"], name="fk_staff_session_user_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_session"),
        sa.UniqueConstraint("lookup", name="uq_staff_session_lookup"),
        sqlite_strict=True,
    )
    op.create_index("ix_staff_session_user_id", "staff_session", ["user_id"], unique=False)
    op.create_table(
        "entry",
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
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_entry_position", "entry", ["position_id", "id"], unique=False)
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
    op.create_index(
        "uq_publication_live",
        "publication",
        ["position_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "round",
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
        sqlite_strict=True,
    )
    op.create_index(
        "uq_round_open",
        "round",
        ["position_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
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
        sa.Column("dropped_at", Instant(), nullable=True),
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
    op.create_index("ix_request_partner_id", "request", ["partner_id"], unique=False)
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
    op.create_index("ix_link_contact", "link", ["contact_id"], unique=False)
    op.create_index(
        "uq_link_live",
        "link",
        ["request_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
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
    op.create_index(
        "ix_answer_approvals",
        "answer",
        ["version_id", "public_name", "partner_id"],
        unique=False,
        sqlite_where=sa.text("verdict = 'approve'"),
        postgresql_where=sa.text("verdict = 'approve'"),
    )
    op.create_index("ix_answer_request", "answer", ["request_id"], unique=False)
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
        sqlite_strict=True,
    )
    op.create_index("ix_letter_due", "letter", ["state", "due_at"], unique=False)
    op.create_index("ix_letter_link", "letter", ["link_id"], unique=False)
    op.create_index("ix_letter_version", "letter", ["version_id", "kind"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    op.drop_index("ix_letter_version", table_name="letter")
    op.drop_index("ix_letter_link", table_name="letter")
    op.drop_index("ix_letter_due", table_name="letter")
    op.drop_table("letter")
    op.drop_table("answer_person")
    op.drop_index("ix_answer_request", table_name="answer")
    op.drop_index(
        "ix_answer_approvals",
        table_name="answer",
        sqlite_where=sa.text("verdict = 'approve'"),
        postgresql_where=sa.text("verdict = 'approve'"),
    )
    op.drop_table("answer")
    op.drop_index(
        "uq_link_live",
        table_name="link",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index("ix_link_contact", table_name="link")
    op.drop_table("link")
    op.drop_index("ix_request_partner_id", table_name="request")
    op.drop_table("request")
    op.drop_table("version_check")
    op.drop_index(
        "uq_round_open",
        table_name="round",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("round")
    op.drop_index(
        "uq_publication_live",
        table_name="publication",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("publication")
    op.drop_table("finding")
    op.drop_table("version")
    op.drop_index("ix_entry_position", table_name="entry")
    op.drop_table("entry")
    op.drop_index("ix_staff_session_user_id", table_name="staff_session")
    op.drop_table("staff_session")
    op.drop_table("staff_role")
    op.drop_table("position")
    op.drop_table("partner_tag")
    op.drop_table("partner_name")
    op.drop_table("idempotent_call")
    op.drop_table("criterion")
    op.drop_index(
        "uq_contact_partner_email",
        table_name="contact",
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.drop_index("ix_contact_email", table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_api_token_user_id", table_name="api_token")
    op.drop_table("api_token")
    op.drop_table("worker_beat")
    op.drop_table("staff_user")
    op.drop_index("ix_sign_in_failure_lookup_at", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_table("principles_edition")
    op.drop_table("partner")
    op.drop_table("coalition")
