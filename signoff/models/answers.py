"""Answers: added, never changed; the last one of a partner on a version stands."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.answers import Authority, Verdict
from signoff.models.base import Base, Day, one_of, to


class Answer(Base):
    """What a partner said of one version, bound to its digest and, when approving, to one public name."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("version_id", "partner_id", "sequence"),
        ForeignKeyConstraint(["version_id", "digest"], ["version.id", "version.digest"], ondelete="RESTRICT"),
        ForeignKeyConstraint(
            ["request_id", "version_id", "partner_id"],
            ["request.id", "request.version_id", "request.partner_id"],
            ondelete="RESTRICT",
        ),
        ForeignKeyConstraint(["link_id", "request_id"], ["link.id", "link.request_id"], ondelete="RESTRICT"),
        ForeignKeyConstraint(
            ["partner_id", "public_name"], ["partner_name.partner_id", "partner_name.name"], ondelete="RESTRICT"
        ),
        one_of("verdict", Verdict),
        one_of("authority", Authority),
        CheckConstraint("sequence >= 1", name="sequence_from_one"),
        CheckConstraint("(verdict = 'remove') = (link_id IS NULL)", name="only_removal_without_link"),
        CheckConstraint("(verdict = 'remove') = (removed_by IS NOT NULL)", name="removal_has_remover"),
        CheckConstraint("(verdict = 'approve') = (public_name IS NOT NULL)", name="approval_has_name"),
        CheckConstraint("(verdict = 'approve') = (authority IS NOT NULL)", name="approval_has_authority"),
        CheckConstraint("verdict = 'approve' OR public_note = ''", name="note_with_approval"),
        CheckConstraint("length(mac) > 0", name="mac_present"),
        Index(
            "ix_answer_approvals",
            "version_id",
            "public_name",
            "partner_id",
            sqlite_where=text("verdict = 'approve'"),
            postgresql_where=text("verdict = 'approve'"),
        ),
        Index("ix_answer_request", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int]
    partner_id: Mapped[int]
    sequence: Mapped[int]
    digest: Mapped[str]
    verdict: Mapped[str]
    public_name: Mapped[str | None]
    public_note: Mapped[str] = mapped_column(default="")
    authority: Mapped[str | None]
    board_decided_on: Mapped[date | None] = mapped_column(Day)
    at: Mapped[datetime]
    request_id: Mapped[int]
    link_id: Mapped[int | None]
    removed_by: Mapped[int | None] = to("staff_user.id")
    entry_id: Mapped[int] = to("entry.id", unique=True)
    mac: Mapped[str]

    person: Mapped["AnswerPerson"] = relationship(back_populates="answer", lazy="joined")


class AnswerPerson(Base):
    """Who gave an answer, in their own words: the part that can be erased."""

    __tablename__ = "answer_person"

    answer_id: Mapped[int] = to("answer.id", primary_key=True)
    full_name: Mapped[str | None]
    job_title: Mapped[str | None]
    reason: Mapped[str | None]
    note: Mapped[str | None]
    salt: Mapped[str | None]

    answer: Mapped[Answer] = relationship(back_populates="person")
