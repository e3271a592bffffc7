"""What the directory says of partners: where they work, and what they know well."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.partners.places import NATIONWIDE, PLACES, Place
from signoff.models.base import Base, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded


class PartnerPlace(Base):
    """A place where a partner works: nationwide, a state, or a county or city in it."""

    __tablename__ = "partner_place"
    __table_args__ = (
        one_of("state", PLACES),
        CheckConstraint(f"state <> '{NATIONWIDE}' OR (county = '' AND city = '')", name="nationwide_whole"),
        Index(
            "uq_partner_place",
            "partner_id",
            "state",
            "county",
            "city",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    state: Mapped[str]
    county: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]

    @property
    def place(self) -> Place:
        """The same as a value."""
        return Place(self.state, self.county, self.city)


class Expertise(Base):
    """A word of the list that staff keep, by which partners are found for what they know well."""

    __tablename__ = "expertise"
    __table_args__ = (
        CheckConstraint("word <> ''", name="word_given"),
        Index(
            "uq_expertise_word",
            "word",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]
    until: Mapped[datetime | None]


class PartnerExpertise(Base):
    """That a partner knows something well."""

    __tablename__ = "partner_expertise"
    __table_args__ = (
        Index(
            "uq_partner_expertise",
            "partner_id",
            "expertise_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_partner_expertise_expertise_id", "expertise_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = to("partner.id")
    expertise_id: Mapped[int] = to("expertise.id")
    added_at: Mapped[datetime]
    until: Mapped[datetime | None]

    expertise: Mapped[Expertise] = relationship(lazy="joined", innerjoin=True)


GUARDS: tuple[Guard, ...] = (
    *guarded(PartnerPlace, ends=[Ending("until", "a place that is over is never revived")]),
    *guarded(Expertise, ends=[Ending("until", "a word that is over is never revived")]),
    *guarded(PartnerExpertise, ends=[Ending("until", "what is over is never revived")]),
)
