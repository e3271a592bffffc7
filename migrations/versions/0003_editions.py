"""Principles editions are drafted in pages, their word lists may change, and versions are found by their words.

Revision: 0003
Revises: 0002
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from signoff.paths import PACKAGE
from signoff.rebuilding import rebuild

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731

ENTRY_INDEXES = [("ix_entry_position", ["position_id", "id"], False, "")]
NEW_KINDS = (
    "edition_drafted",
    "edition_draft_changed",
    "edition_draft_discarded",
    "word_lists_changed",
    "position_moved",
)


def upgrade() -> None:
    """Create the new tables and the index of words; the first edition gets its word lists."""
    rebuild(op, "entry", wanted=_entry_now(), present=_entry_then(), indexes=ENTRY_INDEXES, before={})
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
    _fill_word_lists()
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
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE version_words USING fts5(title, summary, body, content='version', "
            "content_rowid='id', tokenize='porter unicode61 remove_diacritics 2')"
        )
        op.execute("INSERT INTO version_words (version_words) VALUES ('rebuild')")
    else:
        op.execute(
            "CREATE INDEX ix_version_words ON version USING gin "
            "(to_tsvector('english'::regconfig, title || ' ' || summary || ' ' || body))"
        )


def _fill_word_lists() -> None:
    op.execute(
        "INSERT INTO word_list (criterion_id, words, deceptive, changed_at) "
        "SELECT c.id, '[]', '[]', e.recorded_at FROM criterion c JOIN principles_edition e ON e.id = c.edition_id"
    )
    # Word lists are an aid and no part of what was agreed, so these may be the ones the program has by now.
    for criterion in json.loads((PACKAGE / "first_edition.json").read_text())["criteria"]:
        op.get_bind().execute(
            sa.text(
                "UPDATE word_list SET words = :words, deceptive = :deceptive WHERE criterion_id = (SELECT c.id "
                "FROM criterion c JOIN principles_edition e ON e.id = c.edition_id WHERE e.number = 1 AND c.key = :key)"
            ),
            {
                "key": criterion["key"],
                "words": json.dumps(criterion["words"], ensure_ascii=False),
                "deceptive": json.dumps(criterion["deceptive"], ensure_ascii=False),
            },
        )


def downgrade() -> None:
    """Back to the tables of 0002; refused while rows exist that they cannot hold."""
    _ensure_nothing_is_lost()
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE version_words")
    else:
        op.execute("DROP INDEX ix_version_words")
    op.drop_table("edition_draft")
    op.drop_table("word_list")
    rebuild(op, "entry", wanted=_entry_then(), present=_entry_now(), indexes=ENTRY_INDEXES, before={})


def _ensure_nothing_is_lost() -> None:
    listed = ", ".join(f"'{kind}'" for kind in NEW_KINDS)
    if op.get_bind().scalar(sa.text(f"SELECT COUNT(*) FROM entry WHERE kind IN ({listed})")):
        raise RuntimeError("the table entry holds kinds that revision 0002 does not know")


def _entry_now() -> "list[Any]":
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


def _entry_then() -> "list[Any]":
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
