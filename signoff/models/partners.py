"""Partners: organisations that may be named, the names agreed for them, and their contacts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.models.base import Base, one_of, to

LEVELS = ("national", "state", "local")
NAME_KINDS = ("public", "alias")


class Partner(Base):
    """An organisation of the Coalition."""

    __tablename__ = "partner"
    __table_args__ = (one_of("level", LEVELS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    level: Mapped[str | None]
    website: Mapped[str] = mapped_column(default="")
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    names: Mapped[list["PartnerName"]] = relationship(order_by="PartnerName.id", back_populates="partner")
    contacts: Mapped[list["Contact"]] = relationship(order_by="Contact.id", back_populates="partner")
    tags: Mapped[list["PartnerTag"]] = relationship(order_by="PartnerTag.tag", cascade="all, delete-orphan")


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
    # A new or corrected address answers after a day, or once somebody other than who changed it confirmed it.
    answers_from: Mapped[datetime]
    address_changed_at: Mapped[datetime | None]
    address_changed_by: Mapped[int | None] = to("staff_user.id")
    confirmed_by: Mapped[int | None] = to("staff_user.id")
    removed_at: Mapped[datetime | None]

    partner: Mapped[Partner] = relationship(back_populates="contacts")
