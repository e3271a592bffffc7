"""Two entries of the register found to be one partner: rows stay where they are, and are read together from then on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import CheckConstraint, Index, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.partners import Partner


class PartnerMerge(Base):
    """One partner, the double, merged into another; until it was undone, if it was."""

    __tablename__ = "partner_merge"
    __table_args__ = (
        CheckConstraint("from_id <> into_id", name="of_two"),
        CheckConstraint("answers_from > merged_at", name="answers_later"),
        CheckConstraint("undone_by IS NULL OR undone_at IS NOT NULL", name="undone_by_someone"),
        Index(
            "uq_partner_merge_standing",
            "from_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_partner_merge_into", "into_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = to("partner.id")
    into_id: Mapped[int] = to("partner.id")
    merged_at: Mapped[datetime]
    merged_by: Mapped[int | None] = to("staff_user.id")
    # From then on the double's contacts may answer what the other is asked: new contacts wait too.
    answers_from: Mapped[datetime]
    # What is taken back when the merge is undone: tags the other got, and requests that were dropped.
    tags: Mapped[list[str]] = mapped_column(Json)
    dropped: Mapped[list[int]] = mapped_column(Json)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = to("staff_user.id")

    double: Mapped[Partner] = relationship(foreign_keys=[from_id])
    into: Mapped[Partner] = relationship(foreign_keys=[into_id])
    merger: Mapped[StaffUser | None] = relationship(foreign_keys=[merged_by])


@dataclass(frozen=True)
class Families:
    """Which partners are doubles of which others: from the double's id to that of the partner it was merged into."""

    into: Mapping[int, int]

    @cached_property
    def _doubles(self) -> Mapping[int, tuple[int, ...]]:
        of: dict[int, tuple[int, ...]] = {}
        for double, whole in self.into.items():
            of[whole] = (*of.get(whole, ()), double)
        return of

    def whole(self, partner_id: int) -> int:
        """The partner that this one is: itself, or the one it was merged into."""
        return self.into.get(partner_id, partner_id)

    def doubles(self, partner_id: int) -> tuple[int, ...]:
        """The partners that were merged into this one."""
        return self._doubles.get(partner_id, ())

    def members(self, partner_id: int) -> tuple[int, ...]:
        """Everything that is one partner with this one, the whole first."""
        whole = self.whole(partner_id)
        return (whole, *self.doubles(whole))


def families(session: Session) -> Families:
    """All merges that stand, in one query; there are few."""
    query = select(Partner.id, Partner.merged_into_id).where(Partner.merged_into_id.is_not(None)).order_by(Partner.id)
    return Families({double: whole for double, whole in session.execute(query) if whole is not None})


def members_of(session: Session, partner_id: int) -> tuple[int, ...]:
    """Everything that is one partner with this one, the whole first."""
    return families(session).members(partner_id)


def _last(answer: str) -> str:
    return (
        f"NOT EXISTS (SELECT 1 FROM answer later WHERE later.version_id = {answer}.version_id "
        f"AND later.partner_id = {answer}.partner_id AND later.sequence > {answer}.sequence)"
    )


# Why a merge stays, each under a word for it: the same conditions for the guards and for who explains them. `double`,
# `into` and `since` are filled in with the two partners and the moment of the merge.
_STAYS_WHILE = {
    "answered": "EXISTS (SELECT 1 FROM answer a WHERE a.partner_id IN ({double}, {into}) AND a.at >= {since})",
    # Whom a contact of the double made a contact of the other would stay one when they part.
    "let_in": """(EXISTS (SELECT 1 FROM application made JOIN link l ON l.id = made.settled_link_id
        JOIN contact c ON c.id = l.contact_id
        WHERE c.partner_id = {double} AND made.agreed = 1 AND made.settled_at >= {since})
    OR EXISTS (SELECT 1 FROM referral r JOIN link l ON l.id = r.link_id JOIN contact c ON c.id = l.contact_id
        WHERE c.partner_id = {double} AND r.partner_id = {into} AND r.accepted = 1 AND r.made_at >= {since}))""",
    "left": "EXISTS (SELECT 1 FROM partner p WHERE p.id = {into} AND p.left_at IS NOT NULL)",
    "named": f"""EXISTS (SELECT 1 FROM publication p
        JOIN answer a ON a.version_id = p.version_id WHERE p.ended_at IS NULL AND a.partner_id = {{double}}
        AND a.verdict = 'approve' AND {_last("a")})""",
    "shares_name": """EXISTS (SELECT 1 FROM partner_name own JOIN partner_name other ON other.key = own.key
        WHERE own.partner_id = {double} AND other.partner_id = {into})""",
}


def reasons_to_stay(session: Session, merge: PartnerMerge) -> list[str]:
    """What keeps a merge from being undone: words from answered, let_in, left, named and shares_name."""
    row = {"double": "m.from_id", "into": "m.into_id", "since": "m.merged_at"}
    columns = (f"CASE WHEN {condition.format(**row)} THEN 1 ELSE 0 END" for condition in _STAYS_WHILE.values())
    query = text(f"SELECT {', '.join(columns)} FROM partner_merge m WHERE m.id = :id")
    holds = session.execute(query, {"id": merge.id}).one()
    return [reason for reason, held in zip(_STAYS_WHILE, holds, strict=True) if held]


# The partner that is being merged, and another of those that it will be one with.
_WITH = "(o.id = NEW.merged_into_id OR o.merged_into_id = NEW.merged_into_id)"
# Where `_WITH` follows, a merge that ends compares with nothing, and so is not refused.
_MOVES = "NEW.merged_into_id {differs} OLD.merged_into_id"
_ENDS = "NEW.merged_into_id IS NULL AND OLD.merged_into_id IS NOT NULL"
_ROUND_MAY_GO_ON = "(r.ended_as IS NULL OR r.ended_as = 'closed')"


_BOTH_LAST = f"""FROM answer a JOIN answer b ON b.version_id = a.version_id JOIN partner o ON o.id = b.partner_id
    WHERE a.partner_id = NEW.id AND {_WITH} AND {_last("a")} AND {_last("b")}"""
_IS_DOUBLE = "EXISTS (SELECT 1 FROM partner p WHERE p.id = NEW.partner_id AND p.merged_into_id IS NOT NULL)"
# Counted for each double, not joined: PostgreSQL keeps the plan of a join that it made while few were asked, and then
# reads all requests of the version again for each one that is added.
_DOUBLE_IS_ASKED = """EXISTS (SELECT 1 FROM partner p WHERE p.merged_into_id = NEW.partner_id
    AND (SELECT COUNT(*) FROM request q
        WHERE q.partner_id = p.id AND q.version_id = NEW.version_id AND q.dropped_at IS NULL) > 0)"""
_ASKED_AGAIN = "NEW.dropped_at IS NULL AND OLD.dropped_at IS NOT NULL"

_SHARES = _STAYS_WHILE["shares_name"].format(double="NEW.id", into="OLD.merged_into_id")
_ROW = {"double": "OLD.from_id", "into": "OLD.into_id", "since": "OLD.merged_at"}
_STAYS = " OR ".join(_STAYS_WHILE[reason].format(**_ROW) for reason in ("answered", "let_in", "left"))

GUARDS: tuple[Guard, ...] = (
    *guarded(PartnerMerge, ends=[Ending("undone_at", "a merge that was undone stays what it was", along="undone_by")]),
    Guard(
        "merge_undone_before_answers",
        "partner_merge",
        "UPDATE",
        # That the double is named in public, or shares a name, is held below, where its own row changes.
        f"NEW.undone_at {{differs}} OLD.undone_at AND ({_STAYS})",
        "partner_merge: something was done with it since, so it stays",
    ),
    Guard(
        "partner_begins_unmerged",
        "partner",
        "INSERT",
        "NEW.merged_into_id IS NOT NULL",
        "partner: a new partner is no double",
    ),
    Guard(
        "partner_merged_as_recorded",
        "partner",
        "UPDATE",
        f"""{_MOVES} AND COALESCE(NEW.merged_into_id, 0) <> COALESCE((SELECT m.into_id FROM partner_merge m
            WHERE m.from_id = NEW.id AND m.undone_at IS NULL), 0)""",
        "partner: no merge says so",
    ),
    Guard(
        "partner_merged_once",
        "partner",
        "UPDATE",
        f"""{_MOVES} AND EXISTS (SELECT 1 FROM partner p
            WHERE p.merged_into_id = NEW.id OR (p.id = NEW.merged_into_id AND p.merged_into_id IS NOT NULL))""",
        "partner: a double has no doubles",
    ),
    Guard(
        "partner_merged_asked_once",
        "partner",
        "UPDATE",
        f"""{_MOVES} AND EXISTS (SELECT 1 FROM request q JOIN request other ON other.version_id = q.version_id
            JOIN partner o ON o.id = other.partner_id JOIN round r ON r.version_id = q.version_id
            WHERE q.partner_id = NEW.id AND {_WITH} AND q.dropped_at IS NULL AND other.dropped_at IS NULL
            AND {_ROUND_MAY_GO_ON})""",
        "partner: both are asked about one version",
    ),
    Guard(
        "partner_merged_of_one_word",
        "partner",
        "UPDATE",
        f"""{_MOVES} AND EXISTS (SELECT 1 {_BOTH_LAST} AND a.verdict <> b.verdict
            AND a.verdict <> 'remove' AND b.verdict <> 'remove')""",
        "partner: both answered about one version, and not alike",
    ),
    Guard(
        "partner_merged_listed_once",
        "partner",
        "UPDATE",
        f"""{_MOVES} AND EXISTS (SELECT 1 {_BOTH_LAST} AND a.verdict = 'approve' AND b.verdict = 'approve'
            AND EXISTS (SELECT 1 FROM round r WHERE r.version_id = a.version_id AND {_ROUND_MAY_GO_ON})
            AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.version_id = a.version_id))""",
        "partner: both approved a version that is not published yet",
    ),
    Guard(
        "partner_merged_changes_nothing_public",
        "partner",
        "UPDATE",
        f"{_MOVES} AND {_STAYS_WHILE['named'].format(double='NEW.id')}",
        "partner: it is named in public",
    ),
    Guard(
        "partner_parted_without_links",
        "partner",
        "UPDATE",
        f"""{_ENDS} AND EXISTS (SELECT 1 FROM link l JOIN contact c ON c.id = l.contact_id
            WHERE l.revoked_at IS NULL AND c.partner_id <> l.partner_id
            AND (c.partner_id = NEW.id OR l.partner_id = NEW.id))""",
        "partner: a contact of the one has a link of the other",
    ),
    Guard(
        "partner_parted_with_its_names",
        "partner",
        "UPDATE",
        f"NEW.merged_into_id IS NULL AND {_SHARES}",
        "partner: the other has one of its names",
    ),
    Guard("request_to_no_double", "request", "INSERT", _IS_DOUBLE, "request: this partner was merged into another"),
    Guard(
        "request_to_no_double_again",
        "request",
        "UPDATE",
        f"(NEW.asked_at {{differs}} OLD.asked_at OR ({_ASKED_AGAIN})) AND {_IS_DOUBLE}",
        "request: this partner was merged into another",
    ),
    Guard(
        "request_once_a_version",
        "request",
        "INSERT",
        _DOUBLE_IS_ASKED,
        "request: it is asked about this version under its other entry",
    ),
    Guard(
        "request_once_a_version_again",
        "request",
        "UPDATE",
        f"{_ASKED_AGAIN} AND {_DOUBLE_IS_ASKED}",
        "request: it is asked about this version under its other entry",
    ),
    Guard(
        "link_within_a_partner",
        "link",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM contact c JOIN partner own ON own.id = c.partner_id
            JOIN partner asked ON asked.id = NEW.partner_id WHERE c.id = NEW.contact_id
            AND COALESCE(own.merged_into_id, own.id) = COALESCE(asked.merged_into_id, asked.id))""",
        "link: the contact is of another partner",
    ),
)
