"""What comes together when two partners are merged, and every reason against it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.domain.answers.answers import VERDICT_WORDS, Verdict
from signoff.domain.as_shown import shown_digest
from signoff.domain.errors import Reason
from signoff.domain.partners.name_conflicts import spelling_keys
from signoff.domain.positions.status import RoundEnd
from signoff.models import (
    Answer,
    Contact,
    Partner,
    PartnerMerge,
    Publication,
    Request,
    Round,
    Version,
)
from signoff.models.merges import members_of, reasons_to_stay
from signoff.models.partners import is_present
from signoff.models.rounds import request_state
from signoff.services.partners.affiliates import affiliates_of
from signoff.services.partners.contacts import present_contacts
from signoff.services.partners.name_conflicts import find_conflicts
from signoff.services.positions.public_notes import names_of
from signoff.services.publications.public_queries import named_on

_MOST_LIKELY = 20
_FOR_GOOD = (RoundEnd.RECALLED, RoundEnd.REPLACED)


@dataclass(frozen=True)
class AskedBoth:
    """One version that both were asked about: what stands for the double and for the other, if anything."""

    version: Version
    of_double: Request
    of_other: Request
    said: str
    other_said: str
    is_over: bool  # the round was recalled or replaced
    was_published: bool

    @property
    def is_answered(self) -> bool:
        """Whether both have answered."""
        return bool(self.said and self.other_said)

    @property
    def is_dropped(self) -> bool:
        """Whether one of the two is not asked anymore."""
        return self.of_double.dropped_at is not None or self.of_other.dropped_at is not None

    @property
    def dropped(self) -> Request:
        """The question that a merge drops: the double's, unless the double alone has answered."""
        return self.of_other if self.said and not self.other_said else self.of_double


@dataclass(frozen=True)
class MergePreview:
    """What a merge would bring together; `reasons` holds what stands against it."""

    double: Partner
    into: Partner
    contacts: Sequence[Contact]
    requests: Sequence[tuple[Version, str]]
    dropped: Sequence[Request]
    dropped_versions: Sequence[Version]
    reasons: Sequence[Reason]

    @property
    def digest(self) -> str:
        """Everything that the preview shows, as one short text."""
        people = [f"contact {contact.id} {contact.email}" for contact in self.contacts]
        asked = [f"asked {version.id} {status}" for version, status in self.requests]
        names = [f"name {row.name} {row.until}" for row in (*self.double.names, *self.into.names)]
        tags = [f"tag {row.tag}" for row in (*self.double.tags, *self.into.tags)]
        dropped = [f"dropped {request.id}" for request in self.dropped]
        reasons = [reason.text for reason in self.reasons]
        whom = f"merge {self.double.id} into {self.into.id}"
        return shown_digest([whom, *people, *asked, *names, *tags, *dropped, *reasons])


def merge_preview(session: Session, double: Partner, into: Partner) -> MergePreview:
    """What merging one partner into another would do, as things are now."""
    both = _asked_both(session, double, into)
    twice = [item for item in both if not item.is_over and item.dropped.dropped_at is None]
    return MergePreview(
        double,
        into,
        present_contacts(session, double),
        _requests(session, double),
        [item.dropped for item in twice],
        [item.version for item in twice],
        [
            *_of_the_register(double, into),
            *_of_affiliates(session, double, into),
            *_of_what_is_public(session, double, into),
            *_of_answers(double, into, both),
        ],
    )


def _requests(session: Session, double: Partner) -> list[tuple[Version, str]]:
    rows = session.execute(
        select(Version, request_state.c.status)
        .join(request_state, request_state.c.version_id == Version.id)
        .where(request_state.c.partner_id == double.id)
        .options(joinedload(Version.position))
        .order_by(Version.id.desc())
    )
    return [(version, status) for version, status in rows]


def _asked_both(session: Session, double: Partner, into: Partner) -> list[AskedBoth]:
    others = [number for number in members_of(session, into.id) if number != double.id]
    rows = {
        partner_id: {
            request.version_id: (request, last)
            for request, last in session.execute(
                select(Request, Answer)
                .join(request_state, request_state.c.request_id == Request.id)
                .outerjoin(Answer, Answer.id == request_state.c.answer_id)
                .where(Request.partner_id == partner_id)
                .execution_options(populate_existing=True)
            )
        }
        for partner_id in (double.id, *others)
    }
    own = rows.pop(double.id)
    pairs = [(own[number], theirs[number]) for theirs in rows.values() for number in own if number in theirs]
    return [_one(session, *mine, *theirs) for mine, theirs in pairs]


def _one(session: Session, mine: Request, said: Answer | None, theirs: Request, other: Answer | None) -> AskedBoth:
    round_ = session.scalars(select(Round).where(Round.version_id == mine.version_id)).one()
    published = session.scalar(select(Publication.id).where(Publication.version_id == mine.version_id))
    return AskedBoth(
        round_.version,
        mine,
        theirs,
        _word(said),
        _word(other),
        is_over=round_.ended_as in _FOR_GOOD,
        was_published=published is not None,
    )


def _word(answer: Answer | None) -> str:
    # Removing a name is an act of staff, not an answer of the partner.
    return answer.verdict if answer and answer.verdict != Verdict.REMOVE else ""


def _of_the_register(double: Partner, into: Partner) -> Iterator[Reason]:
    if double.id == into.id:
        yield Reason("merge", "These are the same partner. Choose another one.")
    for partner in (double, into):
        if partner.left_at is not None:
            yield Reason("merge", f"{partner.name} has left the Coalition. Record its return first.")
        if partner.merged_into is not None:
            whole = partner.merged_into.name
            yield Reason("merge", f"{partner.name} was merged into {whole}. Choose {whole} instead.")
    if double.doubles:
        names = ", ".join(other.name for other in double.doubles)
        yield Reason(
            "merge",
            f"{names} was merged into {double.name}. Undo that first, or merge {into.name} into {double.name} instead.",
        )


def _of_affiliates(session: Session, double: Partner, into: Partner) -> Iterator[Reason]:
    # Public pages say who is an affiliate of whom. What they say is changed there, not by the way.
    for affiliate in affiliates_of(session, double):
        yield Reason(
            "merge",
            f"{affiliate.name} is listed as an affiliate of {double.name}. Change that on the page of {affiliate.name} "
            f"first: make it an affiliate of {into.name}, or of no partner.",
        )
    if double.parent is not None:
        yield Reason(
            "merge",
            f"{double.name} is listed as an affiliate of {double.parent.name}. Remove that on its page first.",
        )


def _of_what_is_public(session: Session, double: Partner, into: Partner) -> Iterator[Reason]:
    if double.id == into.id:
        return
    own, other = named_on(session, double), named_on(session, into)
    for publication, name, _ in own:
        title = publication.version.title
        instead = (
            "A publisher can remove its name there, or you can merge them when that publication has ended."
            if other
            else f"Merge {into.name} into {double.name} instead: then everything public stays as it is."
        )
        yield Reason(
            "merge",
            f"{double.name} is named in public as “{name}” on “{title}”. After a merge, its page and that name "
            f"would lead to another partner. {instead}",
        )


def _of_answers(double: Partner, into: Partner, both: Sequence[AskedBoth]) -> Iterator[Reason]:
    if double.id == into.id:
        return
    for item in both:
        if not item.is_answered:
            continue
        what = f"version {item.version.number} of “{item.version.title}”"
        if item.said != item.other_said:
            yield Reason(
                "merge",
                f"{double.name} {VERDICT_WORDS[Verdict(item.said)]} {what}, and {into.name} "
                f"{VERDICT_WORDS[Verdict(item.other_said)]} it. While the round is open, ask one of them to change its "
                "answer. Otherwise keep both, and record that the one you do not need has left.",
            )
        elif not item.is_over and not item.was_published and not item.is_dropped:
            yield Reason(
                "merge",
                f"Both have answered about {what}, which is not published yet, so they would count twice. Stop asking "
                f"{double.name} about it, then merge them.",
            )


def likely_doubles(session: Session, partner: Partner) -> Sequence[Partner]:
    """Present partners whose names can be taken for this one's, or are likely spellings of one, by name."""
    names = [row.name for row in partner.names if row.until is None]
    slugs = {conflict.registered.slug for conflict in find_conflicts(session, names, besides=partner)}
    keys = set().union(*(spelling_keys(name) for name in names))
    slugs |= {slug for slug, name in names_of(session, Partner.id != partner.id) if spelling_keys(name) & keys}
    query = select(Partner).where(Partner.slug.in_(slugs - {partner.slug}), is_present())
    return session.scalars(query.order_by(Partner.name, Partner.id).limit(_MOST_LIKELY)).all()


def reasons_not_to_part(session: Session, row: PartnerMerge) -> list[Reason]:
    """Everything that keeps a merge from being undone, with what to do where something can be done."""
    double, into = row.double.name, row.into.name
    sentences = {
        "answered": f"{into} has answered since {double} was merged into it, so the merge stays.",
        "let_in": f"A contact of {double} has let someone answer for {into} since, so the merge stays. To "
        "undo a mistake, remove the contacts who should not answer.",
        "left": f"{into} has left the Coalition. Record its return first.",
        "named": f"An approval by {double} has been published since then, and its page is now the page of {into}.",
        "shares_name": f"{into} now has one of the names of {double}, and a name cannot be given back.",
    }
    return [Reason("merge", sentences[reason]) for reason in reasons_to_stay(session, row)]
