"""Partners: organizations that may be named, the names agreed for them, and their contacts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from signoff.domain.partners.places import Place
from signoff.domain.publications.name_groups import order_key
from signoff.models.accounts import StaffUser
from signoff.models.base import Base, Json, one_of, to
from signoff.models.directory import PartnerExpertise, PartnerPlace
from signoff.models.guard_kinds import Ending, Guard, guarded

LEVELS = ("national", "state", "local")
NAME_KINDS = ("public", "alias")


_PRESENT = text("left_at IS NULL AND merged_into_id IS NULL")
_IN_NETWORKS = text("networks <> '[]'")


class Partner(Base):
    """An organization of the Coalition."""

    __tablename__ = "partner"
    __table_args__ = (
        one_of("level", LEVELS),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("ix_partner_parent_id", "parent_id"),
        # The directory reads present partners in the order of their names, some hundreds at a time.
        Index("ix_partner_order", "order_key", sqlite_where=_PRESENT, postgresql_where=_PRESENT),
        # Few belong to a network; for each new name, all of those are read.
        Index("ix_partner_networks", "id", sqlite_where=_IN_NETWORKS, postgresql_where=_IN_NETWORKS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    # Of the name: of one that is added in bulk too.
    order_key: Mapped[bytes] = mapped_column(default=lambda row: order_key(row.get_current_parameters()["name"]))
    level: Mapped[str | None]
    website: Mapped[str] = mapped_column(default="")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    # The organization that it is an affiliate or chapter of. Each approves for itself alone.
    parent_id: Mapped[int | None] = to("partner.id")
    networks: Mapped[list[str]] = mapped_column(Json, default=list)
    joined_year: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")

    parent: Mapped["Partner | None"] = relationship(foreign_keys=[parent_id], remote_side=[id])
    # The partner that it was found to be: models/merges.py.
    merged_into_id: Mapped[int | None] = to("partner.id", index=True)

    merged_into: Mapped["Partner | None"] = relationship(
        foreign_keys=[merged_into_id], remote_side=[id], back_populates="doubles"
    )
    doubles: Mapped[list["Partner"]] = relationship(
        foreign_keys=[merged_into_id], order_by="Partner.id", back_populates="merged_into"
    )
    names: Mapped[list["PartnerName"]] = relationship(order_by="PartnerName.id", back_populates="partner")
    contacts: Mapped[list["Contact"]] = relationship(order_by="Contact.id", back_populates="partner")
    tags: Mapped[list["PartnerTag"]] = relationship(order_by="PartnerTag.tag", cascade="all, delete-orphan")
    # With those that are over.
    all_places: Mapped[list["PartnerPlace"]] = relationship(order_by="PartnerPlace.id")
    all_expertise: Mapped[list["PartnerExpertise"]] = relationship(order_by="PartnerExpertise.id")

    @validates("name")
    def _put_in_order(self, _column: str, name: str) -> str:
        self.order_key = order_key(name)
        return name

    @property
    def present_parent(self) -> "Partner | None":
        """The organization that it is an affiliate of, while that is a partner too."""
        return self.parent if self.parent is not None and self.parent.left_at is None else None

    @property
    def places(self) -> list[Place]:
        """Where it works now, in the order in which it was entered."""
        return [row.place for row in self.all_places if row.until is None]

    @property
    def expertise(self) -> list[str]:
        """What it knows well, in alphabetical order: words of the present list."""
        rows = (row for row in self.all_expertise if row.until is None and row.expertise.until is None)
        return sorted((row.expertise.word for row in rows), key=str.casefold)

    @property
    def whole(self) -> "Partner":
        """The partner that staff and partners deal with: the one it was merged into, otherwise itself."""
        return self.merged_into or self

    @property
    def people(self) -> list["Contact"]:
        """Its present contacts and those of its doubles, each address once."""
        rows = [contact for partner in (self, *self.doubles) for contact in partner.contacts]
        return list({row.email: row for row in reversed(rows) if row.removed_at is None}.values())[::-1]


def is_present() -> ColumnElement[bool]:
    """The condition that a partner can be asked and is listed: it has not left, and is no double of another."""
    return and_(Partner.left_at.is_(None), Partner.merged_into_id.is_(None))


class PartnerName(Base):
    """A name agreed for a partner: public ones may be approved under, aliases count as naming it in a text."""

    __tablename__ = "partner_name"
    __table_args__ = (
        UniqueConstraint("partner_id", "name"),
        one_of("kind", NAME_KINDS),
        Index(
            "uq_partner_name_key",
            "key",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        # Names that are over count too when someone else wants one.
        Index("ix_partner_name_key", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    name: Mapped[str]
    # How the name's letters and digits look in capitals: no two partners can have names that differ in nothing else.
    key: Mapped[str]
    kind: Mapped[str]
    accepted_at: Mapped[datetime]
    until: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(back_populates="names")


class PartnerTag(Base):
    """A word by which staff choose whom to ask."""

    __tablename__ = "partner_tag"

    partner_id: Mapped[int] = to("partner.id", primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class Segment(Base):
    """A filter of the register that staff keep under a name; empty columns do not narrow it."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str]
    tag: Mapped[str]
    place: Mapped[str]
    expertise: Mapped[str]


class ImportColumns(Base):
    """Which columns of a spreadsheet held what, for the next file with the same headings."""

    __tablename__ = "import_columns"

    headings: Mapped[str] = mapped_column(primary_key=True)  # their digest
    fields: Mapped[list[str]] = mapped_column(Json)  # one for each column, empty for what was left out
    changed_at: Mapped[datetime]


class Contact(Base):
    """A person who hears, and may answer, for a partner; what is personal here can be erased."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("id", "partner_id"),
        Index(
            "uq_contact_partner_email",
            "partner_id",
            "email",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_contact_email", "email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("may_answer IN (0, 1)", name="may_answer_yes_or_no"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    full_name: Mapped[str]
    email: Mapped[str]
    job_title: Mapped[str] = mapped_column(default="")
    may_answer: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime]
    # A new or corrected address answers after a day, or once someone other than who changed it confirmed it.
    answers_from: Mapped[datetime]
    address_changed_at: Mapped[datetime | None]
    address_changed_by: Mapped[int | None] = to("staff_user.id")
    confirmed_by: Mapped[int | None] = to("staff_user.id")
    removed_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(back_populates="contacts")
    confirmer: Mapped[StaffUser | None] = relationship(foreign_keys=[confirmed_by])


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Partner,
        changes="name order_key level website left_at parent_id networks joined_year language notes merged_into_id",
    ),
    Guard(
        "partner_returns_without_approvals",
        "partner",
        "UPDATE",
        """NEW.left_at {differs} OLD.left_at AND EXISTS (SELECT 1 FROM answer a
            WHERE a.partner_id = OLD.id AND a.verdict = 'approve' AND a.at <= OLD.left_at
            AND NOT EXISTS (SELECT 1 FROM answer later WHERE later.version_id = a.version_id
                AND later.partner_id = a.partner_id AND later.sequence > a.sequence)
            AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.version_id = a.version_id
                AND p.published_at <= OLD.left_at))""",
        "partner: what it approved before it left does not come back with it",
    ),
    *guarded(PartnerName, changes="kind", ends=[Ending("until", "a name that is over is never revived")]),
    Guard(
        "partner_name_of_nobody_else",
        "partner_name",
        "INSERT",
        """EXISTS (SELECT 1 FROM partner_name other JOIN partner p ON p.id = other.partner_id
            WHERE other.key = NEW.key AND other.partner_id <> NEW.partner_id
            AND (p.merged_into_id IS NULL OR p.merged_into_id <> NEW.partner_id))""",
        "partner_name: this is, or was, the name of another partner",
    ),
    Guard(
        "partner_name_becomes_public",
        "partner_name",
        "UPDATE",
        "NEW.kind <> OLD.kind AND NOT (OLD.kind = 'alias' AND NEW.kind = 'public')",
        "partner_name: an alias may become a public name, a public name stays one",
    ),
    *guarded(PartnerTag, goes=True),
    *guarded(Segment, goes=True),
    *guarded(ImportColumns, changes="fields changed_at"),
    *guarded(
        Contact,
        changes="full_name email job_title may_answer answers_from address_changed_at address_changed_by confirmed_by",
        ends=[Ending("removed_at", "a removed contact is never revived")],
    ),
    Guard(
        "contact_is_not_staff",
        "contact",
        "INSERT",
        "EXISTS (SELECT 1 FROM staff_user s WHERE s.email = NEW.email)",
        "contact: a staff address can never be a partner's contact",
    ),
    Guard(
        "contact_stays_not_staff",
        "contact",
        "UPDATE",
        "EXISTS (SELECT 1 FROM staff_user s WHERE s.email = NEW.email)",
        "contact: a staff address can never be a partner's contact",
    ),
    Guard(
        "contact_waits_after_change",
        "contact",
        "UPDATE",
        """NEW.email {differs} OLD.email AND (NEW.address_changed_at IS NULL OR NEW.confirmed_by IS NOT NULL
        OR NOT (NEW.address_changed_at {differs} OLD.address_changed_at)
        OR NEW.answers_from <= NEW.address_changed_at)""",
        "contact: a new address does not answer at once",
    ),
    Guard(
        "contact_may_answer_later",
        "contact",
        "UPDATE",
        """NEW.may_answer > OLD.may_answer AND (NEW.address_changed_at IS NULL
        OR NOT (NEW.address_changed_at {differs} OLD.address_changed_at)
        OR (NEW.answers_from <= NEW.address_changed_at AND (NEW.confirmed_by IS NULL
            OR NOT (NEW.confirmed_by {differs} NEW.address_changed_by))))""",
        "contact: a new right to answer waits, or someone else confirmed it",
    ),
    Guard(
        "contact_confirmed_by_another",
        "contact",
        "UPDATE",
        """NEW.answers_from < OLD.answers_from
        AND (NEW.confirmed_by IS NULL OR NOT (NEW.confirmed_by {differs} NEW.address_changed_by))""",
        "contact: only a second staff member lets a new address answer sooner",
    ),
    Guard(
        "contact_confirmed_with_own_password",
        "contact",
        "UPDATE",
        """NEW.confirmed_by {differs} OLD.confirmed_by
        AND EXISTS (SELECT 1 FROM staff_user u WHERE u.id = NEW.confirmed_by AND u.password_chosen_at IS NULL)""",
        "contact: the user who confirms it signs in with a password of their own",
    ),
)
