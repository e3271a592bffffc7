"""What is asked before names are agreed: whose names they look like, and which public texts hold them already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.mentions import Passage
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Partner, Version
from signoff.models.views import approval
from signoff.services.look_alikes import LookAlike, look_alikes
from signoff.services.mentions import named_in_public


@dataclass(frozen=True)
class NameQuestion:
    """For people to look at before names are agreed; empty when there is nothing to ask."""

    alike: Sequence[LookAlike] = ()
    in_public: Sequence[tuple[Version, Passage]] = ()

    def __bool__(self) -> bool:
        return bool(self.alike or self.in_public)

    def is_part_of(self, other: "NameQuestion") -> bool:
        """Whether nothing is asked here that is not asked there."""
        ours, theirs = ({(version.id, passage) for version, passage in each.in_public} for each in (self, other))
        return set(self.alike) <= set(other.alike) and ours <= theirs

    @property
    def digest(self) -> str:
        """What is asked as one short text: who has answered a question has answered no other."""
        alike = sorted((one.typed, one.registered, one.slug) for one in self.alike)
        public = sorted((version.id, passage.name, passage.words) for version, passage in self.in_public)
        return sha256_hex(canonical_json({"alike": alike, "in_public": public}))


def ask_about_names(session: Session, names: Sequence[str], *, besides: Partner | None = None) -> NameQuestion:
    """What is to be asked about names that nobody has yet; `besides` is the partner who gets them.

    A public text that the partner approved may hold its name.
    """
    names = [name for name in names if name]
    approved = select(approval.c.version_id).where(approval.c.partner_id == besides.id) if besides else None
    own = set(session.scalars(approved)) if approved is not None else set()
    in_public = [(version, passage) for version, passage in named_in_public(session, names) if version.id not in own]
    return NameQuestion(look_alikes(session, names, besides=besides), in_public)
