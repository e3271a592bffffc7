"""The Coalition's own facts: one row, since one installation serves one coalition; and its logo."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from signoff.domain.letterhead import LETTERHEAD_PARTS, Letterhead
from signoff.models.base import Base, to
from signoff.models.guard_kinds import Guard, guarded


class Coalition(Base):
    """The coalition this installation serves, the human who answers replies to its letters, and its letterhead."""

    __tablename__ = "coalition"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str]
    reply_to: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    press_contact: Mapped[str] = mapped_column(default="")

    logo_id: Mapped[int | None] = to("logo.id")

    logo: Mapped["Logo | None"] = relationship(lazy="joined")

    @property
    def letterhead(self) -> Letterhead:
        """What stands at the head of its sheets."""
        return Letterhead(**{part: getattr(self, part) for part in LETTERHEAD_PARTS})


class Logo(Base):
    """A logo of the Coalition or a partner, a PNG file that the program drew; shown where another row says so.

    Each page reads its size; its content is read when it is served.
    """

    __tablename__ = "logo"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest_whole"),
        CheckConstraint("width >= 1 AND height >= 1", name="has_pixels"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(deferred=True)


GUARDS: tuple[Guard, ...] = (
    *guarded(Coalition, changes="name reply_to address website phone email press_contact logo_id"),
    *guarded(Logo),
)
