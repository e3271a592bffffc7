"""Answers: added, never changed; the last one of a partner on a version stands."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from signoff.domain.answers.answers import Authority, Verdict
from signoff.domain.publications.name_groups import order_key
from signoff.models.base import Base, Day, Instant, one_of, to
from signoff.models.guard_kinds import Guard, guarded
from signoff.models.views import VIEW_METADATA


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
        CheckConstraint("(verdict = 'approve') = (order_key IS NOT NULL)", name="approval_has_order"),
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
        # Lists of names are read in their order, some hundreds at a time.
        Index(
            "ix_answer_order",
            "version_id",
            "order_key",
            "partner_id",
            "sequence",
            sqlite_where=text("verdict = 'approve'"),
            postgresql_where=text("verdict = 'approve'"),
        ),
        # Few answers follow another: which approvals no longer stand is looked up here.
        Index(
            "ix_answer_later",
            "version_id",
            "partner_id",
            "sequence",
            sqlite_where=text("sequence > 1"),
            postgresql_where=text("sequence > 1"),
        ),
        # Who joined a list after it was published, in the history of the list.
        Index(
            "ix_answer_times",
            "version_id",
            "at",
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
    order_key: Mapped[bytes | None]  # of the public name
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

    @validates("public_name")
    def _put_in_order(self, _column: str, name: str | None) -> str | None:
        self.order_key = None if name is None else order_key(name)
        return name


def is_approval() -> ColumnElement[bool]:
    """The condition that an answer approves: as words of the statement, for SQLite to take the indexes of approvals."""
    return Answer.verdict == literal_column(f"'{Verdict.APPROVE}'")


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


_LAST_VERDICT = """(SELECT last.verdict FROM answer last
    WHERE last.version_id = NEW.version_id AND last.partner_id = NEW.partner_id
    ORDER BY last.sequence DESC LIMIT 1)"""
_TO_A_ROUND = "('approve', 'decline', 'abstain')"

GUARDS: tuple[Guard, ...] = (
    *guarded(Answer),
    Guard(
        "answer_in_sequence",
        "answer",
        "INSERT",
        """NEW.sequence <> 1 + COALESCE((SELECT MAX(a.sequence) FROM answer a
            WHERE a.version_id = NEW.version_id AND a.partner_id = NEW.partner_id), 0)""",
        "answer: answers follow one another",
    ),
    Guard(
        "answer_not_before_last",
        "answer",
        "INSERT",
        """EXISTS (SELECT 1 FROM answer a WHERE a.version_id = NEW.version_id
            AND a.partner_id = NEW.partner_id AND a.at > NEW.at)""",
        "answer: time does not go backwards",
    ),
    Guard(
        "answer_ends_what_stands",
        "answer",
        "INSERT",
        f"""(NEW.verdict IN ('withdraw', 'remove') AND COALESCE({_LAST_VERDICT}, '') <> 'approve')
        OR (NEW.verdict = 'contest' AND COALESCE({_LAST_VERDICT}, '') NOT IN
            ('approve', 'decline', 'abstain', 'withdraw'))""",
        "answer: there is nothing that this could end",
    ),
    Guard(
        "answer_in_open_round",
        "answer",
        "INSERT",
        f"""NEW.verdict IN {_TO_A_ROUND} AND NOT EXISTS (SELECT 1 FROM round r
            WHERE r.version_id = NEW.version_id AND r.ended_at IS NULL
            AND NEW.at >= r.opened_at AND NEW.at <= r.deadline)""",
        "answer: the round takes no answers",
    ),
    Guard(
        "answer_to_standing_request",
        "answer",
        "INSERT",
        f"""NEW.verdict IN {_TO_A_ROUND} AND EXISTS (SELECT 1 FROM request q JOIN partner p ON p.id = q.partner_id
            WHERE q.id = NEW.request_id AND (q.dropped_at IS NOT NULL OR p.left_at IS NOT NULL))""",
        "answer: this partner is no longer asked",
    ),
    Guard(
        "answer_through_live_link",
        "answer",
        "INSERT",
        f"""NEW.link_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM link l JOIN contact c ON c.id = l.contact_id
            WHERE l.id = NEW.link_id AND l.revoked_at IS NULL AND c.removed_at IS NULL AND l.issued_at <= NEW.at
            AND (NEW.verdict NOT IN {_TO_A_ROUND}
                 OR (l.referred_at IS NULL AND c.may_answer = 1 AND c.answers_from <= NEW.at
                     AND (c.partner_id = l.partner_id OR EXISTS (SELECT 1 FROM partner_merge m
                         WHERE m.from_id = c.partner_id AND m.into_id = l.partner_id AND m.undone_at IS NULL
                         AND m.answers_from <= NEW.at)))))""",
        "answer: the link or its contact does not answer",
    ),
    Guard(
        "answer_after_contest_by_new_link",
        "answer",
        "INSERT",
        """NEW.verdict = 'approve' AND EXISTS (SELECT 1 FROM answer a JOIN link l ON l.id = NEW.link_id
            WHERE a.version_id = NEW.version_id AND a.partner_id = NEW.partner_id
            AND a.verdict = 'contest' AND l.issued_at <= a.at)""",
        "answer: after a contest only a link issued later approves",
    ),
    Guard(
        "answer_under_public_name",
        "answer",
        "INSERT",
        """NEW.verdict = 'approve' AND NOT EXISTS (SELECT 1 FROM partner_name n
            WHERE n.partner_id = NEW.partner_id AND n.name = NEW.public_name AND n.kind = 'public'
            AND n.accepted_at <= NEW.at AND (n.until IS NULL OR n.until > NEW.at))""",
        "answer: the name is not one of the partner's public names",
    ),
    *guarded(AnswerPerson, erases="full_name job_title reason note salt"),
)


approval = Table(
    "approval",
    VIEW_METADATA,
    Column("answer_id", Integer),
    Column("version_id", Integer),
    Column("partner_id", Integer),
    Column("public_name", Text),
    Column("order_key", LargeBinary),
    Column("public_note", Text),
    Column("at", Instant),
)
