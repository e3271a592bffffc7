"""Names that can be taken for another partner's, and what is asked before they are agreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import func, or_, select, true
from sqlalchemy.orm import Session, aliased

from signoff.domain.errors import NamesInDoubt
from signoff.domain.partners.folding import name_key
from signoff.domain.partners.mentions import Passage
from signoff.domain.partners.name_conflicts import (
    Answers,
    NameAnswer,
    NameConflict,
    RegisteredName,
    TypedNames,
    answer_to,
    answered_same,
    unanswered,
)
from signoff.domain.permissions import Actor
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Contact, Entry, Partner, PartnerName, Version
from signoff.models.merges import members_of
from signoff.models.partners import is_present
from signoff.services.partners.public_words import ShownWord, words_holding_names
from signoff.services.positions.mentions import named_in_public
from signoff.services.record.record import facts_of, record

NO_ANSWERS: Answers = MappingProxyType({})
ANSWERED = "name_question_answered"
# Mailboxes of anyone: that two partners have them in common says nothing.
_FOR_EVERYBODY = frozenset(
    ["gmail.com", "googlemail.com", "yahoo.com", "hotmail.com", "outlook.com", "live.com", "msn.com", "aol.com"]
    + ["icloud.com", "me.com", "mac.com", "proton.me", "protonmail.com", "comcast.net", "verizon.net", "att.net"]
)


@dataclass(frozen=True)
class NameQuestion:
    """For people to look at before names are agreed; empty when there is nothing to ask."""

    conflicts: Sequence[NameConflict] = ()
    in_public: Sequence[tuple[Version, Passage]] = ()
    in_words: Sequence[ShownWord] = ()

    def __bool__(self) -> bool:
        return bool(self.conflicts or self.is_about_public_words)

    @property
    def is_about_public_words(self) -> bool:
        """Whether one of the names is found in what the public reads already."""
        return bool(self.in_public or self.in_words)

    def is_part_of(self, other: "NameQuestion") -> bool:
        """Whether nothing is asked here that is not asked there."""
        ours, theirs = ({(version.id, passage) for version, passage in each.in_public} for each in (self, other))
        is_part = set(self.conflicts) <= set(other.conflicts) and ours <= theirs
        return is_part and set(self.in_words) <= set(other.in_words)

    @property
    def pieces(self) -> frozenset[tuple[int, str, str]]:
        """Each thing that is asked about what the public reads: its version, or 0, the name, and the words there."""
        in_texts = {(version.id, passage.name, passage.words) for version, passage in self.in_public}
        return frozenset(in_texts | {(0, word.name, word.words) for word in self.in_words})

    @property
    def digest(self) -> str:
        """What is asked about public texts as one short text: who has answered a question has answered no other."""
        public = sorted((version.id, passage.name, passage.words) for version, passage in self.in_public)
        words = sorted((word.name, word.words) for word in self.in_words)
        return sha256_hex(canonical_json({"in_public": public, "in_words": words}))


def ask_about_names(session: Session, names: Sequence[str], *, besides: Partner | None = None) -> NameQuestion:
    """What is to be asked about names that no one has yet; `besides` is the partner that gets them."""
    conflicts = find_conflicts(session, names, besides=besides)
    return replace(question_of_public_words(session, names, besides=besides), conflicts=conflicts)


def question_of_public_words(session: Session, names: Sequence[str], *, besides: Partner | None = None) -> NameQuestion:
    """What is to be asked about names for what the public reads already alone."""
    return NameQuestion(
        in_public=held_in_public(session, names, besides=besides),
        in_words=words_holding_names(session, names, besides=besides),
    )


def ensure_looked_at(
    session: Session, names: Sequence[str], answers: Answers, *, looked_at: str, besides: Partner | None = None
) -> None:
    """Refuse with NamesInDoubt names that were not answered about, or stand in public texts that no one looked at.

    `looked_at` is the digest of the question whose texts someone looked at. What is answered to be the same
    organization adds no name, so its texts need no look.
    """
    question = ask_about_names(session, names, besides=besides)
    if left := unanswered(question.conflicts, answers):
        raise NamesInDoubt(left)
    if (
        question.is_about_public_words
        and looked_at != question.digest
        and not answered_same(question.conflicts, answers)
    ):
        raise NamesInDoubt(question.conflicts)


def held_in_public(
    session: Session, names: Sequence[str], *, besides: Partner | None = None
) -> list[tuple[Version, Passage]]:
    """Public texts and notes that hold one of these names; a text that the partner approved may hold its name."""
    return named_in_public(session, [name for name in names if name], besides=besides)


def find_conflicts(session: Session, names: Iterable[str], *, besides: Partner | None = None) -> list[NameConflict]:
    """The names of other partners that these may be taken for: one for each typed name and partner.

    The name of a double leads to the partner that it was merged into.

    A name that reads like another's is asked about for that alone. Left out is what was answered about `besides`.
    """
    others = PartnerName.partner_id.not_in(members_of(session, besides.id)) if besides else true()
    whole = aliased(Partner)
    registered = (
        select(PartnerName.name, PartnerName.key, whole.name, whole.slug)
        .select_from(PartnerName)
        .join(Partner, Partner.id == PartnerName.partner_id)
        .join(whole, whole.id == func.coalesce(Partner.merged_into_id, Partner.id))
        .where(others)
        .order_by(PartnerName.id)
    )
    rows = session.execute(registered).all()
    typed = TypedNames(names if rows else ())
    name_conflicts: dict[tuple[str, str], NameConflict] = {}
    for name, key, partner, slug in rows:
        for conflict in typed.conflicts_with(RegisteredName(name, partner, slug), key):
            if conflict.reads_alike or (conflict.typed, slug) not in name_conflicts:
                name_conflicts[conflict.typed, slug] = conflict
    alike = {conflict.typed for conflict in name_conflicts.values() if conflict.reads_alike}
    settled = _told_apart(session, besides) if besides and name_conflicts else set()
    return [
        conflict
        for conflict in name_conflicts.values()
        if conflict.reads_alike or not (conflict.typed in alike or conflict.registered.slug in settled)
    ]


def _told_apart(session: Session, partner: Partner) -> set[str]:
    # The partners from which this one was told when it got a name near theirs.
    said = [facts for facts in _answers_before(session) if facts["answer"] != NameAnswer.SAME]
    return {facts["other"] for facts in said if facts["partner"] == partner.slug}


def same_before(session: Session) -> dict[tuple[str, str], str]:
    """What was said before to be one organization, as answers, by the key of the name that was typed.

    The names of a double are said to be those of the partner that it was merged into.
    """
    said = [facts for facts in _answers_before(session) if facts["answer"] == NameAnswer.SAME]
    doubles = session.scalars(select(Partner).where(Partner.merged_into_id.is_not(None))).all()
    lead_to = {double.slug: double.whole.slug for double in doubles}
    answers = {(name_key(f["name"]), lead_to.get(f["other"], f["other"])): f["answer"] for f in said}
    # By merging two, staff said of all their names that they are of one.
    merged = {(name.key, double.whole.slug): str(NameAnswer.SAME) for double in doubles for name in double.names}
    return answers | merged


def _answers_before(session: Session) -> list[dict[str, str]]:
    return [facts_of(entry) for entry in session.scalars(select(Entry).where(Entry.kind == ANSWERED))]


def settle_conflicts(conflicts: Sequence[NameConflict], answers: Answers) -> NameConflict | None:
    """NamesInDoubt while one is unanswered; otherwise the one of which it was said that both are one organization."""
    if left := unanswered(conflicts, answers):
        raise NamesInDoubt(left)
    return answered_same(conflicts, answers)


def record_answers(
    session: Session, conflicts: Iterable[NameConflict], answers: Answers, *, partner: str, by: Actor, at: datetime
) -> None:
    """Record what was answered about names before `partner` got them; or that they are its names already."""
    for conflict in conflicts:
        facts = {
            "name": conflict.typed,
            "partner": partner,
            "other": conflict.registered.slug,
            "answer": str(answer_to(conflict, answers)),
        }
        record(session, ANSWERED, by=by, at=at, facts=facts)


def shared_addresses(
    session: Session, website: str, emails: Iterable[str], *, besides: Partner | None = None
) -> list[str]:
    """Sentences about present partners with the same website or mail domain; shown, never asked about."""
    others = (is_present(), Partner.id != besides.id if besides else true())
    said = []
    if host := _host(website):
        like = (func.lower(Partner.website).like(f"%//{www}{host}{end}") for www in ("", "www.") for end in ("", "/%"))
        query = select(Partner.name).where(*others, or_(*like)).order_by(Partner.name)
        said += [f"{name} has the same website, {host}." for name in session.scalars(query)]
    for domain in sorted({email.rpartition("@")[2] for email in emails if "@" in email} - _FOR_EVERYBODY):
        same = Contact.email.like(f"%@{domain}") & Contact.removed_at.is_(None)
        query = select(Partner.name).where(*others, Partner.id.in_(select(Contact.partner_id).where(same)))
        said += [f"A contact of {name} has an address at {domain} too." for name in session.scalars(query)]
    return said


def _host(website: str) -> str:
    host = website.lower().partition("://")[2].partition("/")[0].removeprefix("www.")
    return "" if "%" in host or "_" in host else host
