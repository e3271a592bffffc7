"""The record is sealed: a leaf for each entry, and the signed heads of their tree.

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# As signoff.models.base stores them; spelled out, since a migration must not change when the program does.
Instant = lambda: sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")  # noqa: E731


def upgrade() -> None:
    """Create both tables; the worker seals what is there already."""
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
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("frontier", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", Instant(), nullable=False),
        sa.CheckConstraint("size >= 1", name="ck_checkpoint_size_from_one"),
        sa.CheckConstraint("length(root) = 64", name="ck_checkpoint_root_whole"),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
        sa.UniqueConstraint("size", name="uq_checkpoint_size"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    """Back to the tables of 0003; refused once a head was signed, since others may hold it."""
    if op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM checkpoint")):
        raise RuntimeError("the table checkpoint holds signed heads of the record, which revision 0003 cannot keep")
    op.drop_table("checkpoint")
    op.drop_table("leaf")
