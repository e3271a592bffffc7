"""Deliveries: to whom a published position was handed, which file it was, and whose names were in it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.publications.deliveries import DeliveryWay
from signoff.models.accounts import StaffUser
from signoff.models.answers import Answer
from signoff.models.base import Base, Day, one_of, to
from signoff.models.guard_kinds import Ending, Guard, guarded
from signoff.models.publications import Publication


class Delivery(Base):
    """A publication handed to someone, by email or by hand, with the file exactly as it was.

    `recipient` is public; `address`, `note` and `taken_back_reason` are for staff, and can be erased. What was recorded
    by mistake is taken back: the row stays, and nothing of it is public anymore.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("id", "publication_id"),
        ForeignKeyConstraint(
            ["supplements_id", "publication_id"], ["delivery.id", "delivery.publication_id"], ondelete="RESTRICT"
        ),
        one_of("way", DeliveryWay),
        CheckConstraint("way = 'email' OR address IS NULL", name="address_by_email"),
        CheckConstraint("length(recipient) > 0", name="recipient_said"),
        CheckConstraint("length(file_sha256) = 64", name="file_digest_whole"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taken_back_by_someone"),
        CheckConstraint("taken_back_at IS NOT NULL OR taken_back_reason IS NULL", name="taken_back_for_a_reason"),
        CheckConstraint("taken_back_at IS NULL OR taken_back_at >= delivered_at", name="taken_back_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = to("publication.id")
    recipient: Mapped[str]
    way: Mapped[str]
    address: Mapped[str | None]
    note: Mapped[str | None]
    delivered_on: Mapped[date] = mapped_column(Day)
    # The earlier delivery to which this one adds the names that came since.
    supplements_id: Mapped[int | None]
    file: Mapped[bytes] = mapped_column(deferred=True)
    file_sha256: Mapped[str]
    delivered_by: Mapped[int] = to("staff_user.id")
    delivered_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[int | None] = to("staff_user.id")
    taken_back_reason: Mapped[str | None]

    publication: Mapped[Publication] = relationship()
    supplements: Mapped["Delivery | None"] = relationship(
        primaryjoin="foreign(Delivery.supplements_id) == remote(Delivery.id)", viewonly=True
    )
    deliverer: Mapped[StaffUser] = relationship(foreign_keys="Delivery.delivered_by")
    taker_back: Mapped[StaffUser | None] = relationship(foreign_keys="Delivery.taken_back_by")
    names: Mapped[list["DeliveredName"]] = relationship(back_populates="delivery")


class DeliveredName(Base):
    """A name in a delivered file: the approval by which it stood there at that moment."""

    __tablename__ = "delivered_name"
    __table_args__ = (UniqueConstraint("delivery_id", "answer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = to("delivery.id")
    answer_id: Mapped[int] = to("answer.id")

    delivery: Mapped[Delivery] = relationship(back_populates="names")
    answer: Mapped[Answer] = relationship()


GUARDS: tuple[Guard, ...] = (
    *guarded(
        Delivery,
        erases="address note",
        ends=[
            Ending("taken_back_at", "a delivery is taken back once", along="taken_back_by", empties="taken_back_reason")
        ],
    ),
    *guarded(DeliveredName),
    Guard(
        "delivery_of_what_is_public",
        "delivery",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM publication p
            WHERE p.id = NEW.publication_id AND p.ended_at IS NULL AND p.published_at <= NEW.delivered_at)""",
        "delivery: only what is public is delivered",
    ),
    Guard(
        "delivery_begins_standing",
        "delivery",
        "INSERT",
        "NEW.taken_back_at IS NOT NULL",
        "delivery: it is made before it is taken back",
    ),
    Guard(
        "delivered_name_of_signatory",
        "delivered_name",
        "INSERT",
        """NOT EXISTS (SELECT 1 FROM delivery d JOIN signatory s ON s.publication_id = d.publication_id
            WHERE d.id = NEW.delivery_id AND s.answer_id = NEW.answer_id AND s.approved_at <= d.delivered_at)""",
        "delivered_name: no one was named by this approval then",
    ),
)
