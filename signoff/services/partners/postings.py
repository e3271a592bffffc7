"""What partners say of themselves in public: proposed through a link, or typed by staff; shown once staff let it.

Nothing here is about positions. A partner takes back at once what it proposed, and staff may take anything off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.answers.answers import signature_problem
from signoff.domain.errors import Conflict, Invalid, NotFound
from signoff.domain.letters import LetterKind
from signoff.domain.partners.postings import LONGEST_REASON, PostingForm, PostingKind, month_of, posting_problems
from signoff.domain.permissions import Act, Actor, Role, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Link, Partner, PartnerPosting, Version
from signoff.models.merges import members_of
from signoff.models.postings import is_shown
from signoff.services.act import ActContext
from signoff.services.answers.current_answers import ensure_may_answer
from signoff.services.coalition import kept_picture
from signoff.services.locks import hold_link, hold_names, hold_partner, hold_row
from signoff.services.locks.order import Rank
from signoff.services.outbox.letter_queue import queue_contact_letters, queue_staff_letters, staff_in_role
from signoff.services.partners.contacts import present_contacts
from signoff.services.partners.partners import ensure_whole
from signoff.services.partners.public_words import places_named_like_others
from signoff.services.positions.public_notes import note_problem
from signoff.services.record.record import record
from signoff.services.rounds.links import is_provisional
from signoff.services.rounds.open_rounds import ensure_shown

MOST_WAITING = 5
MOST_IN_A_DAY = 10
COUNTED_FOR = timedelta(days=1)
_NAMES_ANOTHER = "It contains the name of an organization that is a partner by now."
_SETTLED = "This was already decided or taken back. Nothing was changed."


@dataclass(frozen=True)
class Signed:
    """What a contact's form carries besides: the name it was signed with, and the digest of the text it was shown."""

    name: str
    shown_digest: str


def propose_posting(act: ActContext, link: Link, form: PostingForm, signed: Signed, *, zone: tzinfo) -> PartnerPosting:
    """Propose something to show of the link's partner, in place of what waits of the same kind but for notices.

    Invalid for words that cannot be public, or another signature; Conflict for a contact who may not speak for the
    partner, when too many notices wait, and after too many proposals within a day.
    """
    _hold_signed(act, link, signed)
    partner = link.request.partner.whole
    at = act.at()
    ensure_may_answer(act.session, link, at=at)
    if is_provisional(act.session, link.contact):
        raise Conflict("The Coalition's staff have to confirm your address first. Nothing was recorded.")
    form = _sound(act.session, partner, form, today=at.astimezone(zone).date())
    if _proposed_lately(act.session, partner, at=at) >= MOST_IN_A_DAY:
        raise Conflict(
            "Your organization sent 10 proposals in the last day. Nothing was recorded. Please try again tomorrow."
        )
    same = [row for row in waiting_postings(act.session, partner) if row.kind == form.kind]
    if form.kind == PostingKind.NOTICE:
        if len(same) >= MOST_WAITING:
            raise Conflict("Several of your notices are still waiting for a decision. Nothing was recorded.")
    else:
        for row in same:
            hold_row(act.session, Rank.POSTING, row)
            if row.is_waiting:
                _end(act, row, at=at)
    posting = _add(act, partner, form, at=at, link=link)
    publishers = staff_in_role(act.session, Role.PUBLISHER)
    queue_staff_letters(act.session, LetterKind.POSTING_PROPOSED, None, publishers, at=at, posting_id=posting.id)
    return posting


def _proposed_lately(session: Session, partner: Partner, *, at: datetime) -> int:
    query = select(func.count()).select_from(PartnerPosting).where(PartnerPosting.link_id.is_not(None))
    of_partner = PartnerPosting.partner_id.in_(members_of(session, partner.id))
    return session.scalar(query.where(of_partner, PartnerPosting.proposed_at > at - COUNTED_FOR)) or 0


def post_for_partner(act: ActContext, partner: Partner, form: PostingForm, *, zone: tzinfo) -> PartnerPosting:
    """Show something that staff typed for a partner; its contacts are told. Invalid and Conflict as for a proposal."""
    ensure_may(act.by, Act.LET_THROUGH)
    hold_names(act.session)
    hold_partner(act.session, partner)
    at = act.at()
    form = _sound(act.session, partner, form, today=at.astimezone(zone).date())
    posting = _add(act, partner, form, at=at)
    _settle(act, posting, accepted=True, reason="", at=at)
    return posting


def settle_posting(act: ActContext, posting: PartnerPosting, *, accepted: bool, reason: str = "") -> None:
    """Let something through that a partner proposed, or not, with a reason; its contacts are told.

    What was shown of the same kind ends, but for notices. Invalid without a reason to refuse; Conflict when it was
    settled before, has come to name another partner, or its partner has left or was merged.
    """
    ensure_may(act.by, Act.LET_THROUGH)
    hold_names(act.session)
    hold_partner(act.session, posting.partner)
    hold_row(act.session, Rank.POSTING, posting)
    if not posting.is_waiting:
        raise Conflict(_SETTLED)
    if accepted:
        _ensure_listed(posting.partner)
        if problem := _names_others(act.session, posting.partner, posting.words or "", [posting.place.text]):
            raise Conflict(f"{problem} Nothing was changed.")
    else:
        reason = _sound_reason(reason)
    _settle(act, posting, accepted=accepted, reason=reason, at=act.at())


def remove_posting(act: ActContext, posting: PartnerPosting, *, reason: str) -> None:
    """Take something off a partner's public page, for a reason that its contacts are told. Conflict when it is off."""
    ensure_may(act.by, Act.LET_THROUGH)
    hold_row(act.session, Rank.POSTING, posting)
    if not posting.is_shown:
        raise Conflict(_SETTLED)
    posting.ended_reason = _sound_reason(reason)
    at = act.at()
    _end(act, posting, at=at, by=act.by)
    _tell(act.session, posting, at=at)


def end_what_names_others(act: ActContext, partner: Partner) -> None:
    """Take off what a partner shows again and what names another partner by now; its contacts are told.

    For who holds the names, when a partner returns or is parted from another: names may have been agreed meanwhile.
    """
    at = act.at()
    for posting in shown_postings(act.session, partner):
        if _names_others(act.session, partner, posting.words or "", [posting.place.text]):
            hold_row(act.session, Rank.POSTING, posting)
            posting.ended_reason = _NAMES_ANOTHER
            _end(act, posting, at=at, by=act.by)
            _tell(act.session, posting, at=at)


def take_back(act: ActContext, link: Link, number: int, signed: Signed) -> PartnerPosting:
    """Take back something that the link's partner proposed or shows, at once. NotFound for what is not its own."""
    _hold_signed(act, link, signed)
    posting = get_posting(act.session, number)
    hold_row(act.session, Rank.POSTING, posting)
    if posting.partner_id not in members_of(act.session, link.partner_id):
        raise NotFound("This is not a posting of your organization.")
    if not (posting.is_waiting or posting.is_shown):
        raise Conflict(_SETTLED)
    _end(act, posting, at=act.at())
    return posting


def _hold_signed(act: ActContext, link: Link, signed: Signed) -> None:
    hold_link(act.session, link)
    ensure_shown(act.session.get_one(Version, link.request.version_id), signed.shown_digest)
    if problem := signature_problem(clean_line(signed.name), link.contact.full_name):
        raise Invalid({"full_name": problem})


def _sound(session: Session, partner: Partner, form: PostingForm, *, today: date) -> PostingForm:
    _ensure_listed(partner)
    form = form.cleaned()
    problems = posting_problems(form, today=today)
    if not problems and (named := _names_others(session, partner, form.words, [form.place])):
        problems["words"] = named
    if problems:
        raise Invalid(problems)
    return form


def _ensure_listed(partner: Partner) -> None:
    ensure_whole(partner)
    if partner.left_at is not None:
        raise Conflict("This partner has left the Coalition and has no public page. Nothing was changed.")


def _names_others(session: Session, partner: Partner, words: str, places: Sequence[str]) -> str:
    alike = places_named_like_others(session, places, besides=partner)
    return note_problem(session, words, of_partner=partner.id) or next(iter(alike.values()), "")


def _sound_reason(reason: str) -> str:
    reason = clean_line(" ".join(reason.split()))
    if problem := line_problem(reason, longest=LONGEST_REASON, prose=True):
        raise Invalid({"reason": problem})
    return reason


def _add(
    act: ActContext, partner: Partner, form: PostingForm, *, at: datetime, link: Link | None = None
) -> PartnerPosting:
    place = form.read_place
    posting = PartnerPosting(
        partner=partner,
        kind=form.kind.value,
        words=form.words or None,
        logo=kept_picture(act.session, form.picture) if form.picture else None,
        state=place.state if place else None,
        county=place.county if place else "",
        city=place.city if place else "",
        month=month_of(form.month),
        link_id=link.id if link else None,
        typed_by=None if link else act.by.id,
        proposed_at=at,
    )
    act.session.add(posting)
    _record(act, "posting_proposed", posting, at=at)
    return posting


def _settle(act: ActContext, posting: PartnerPosting, *, accepted: bool, reason: str, at: datetime) -> None:
    if accepted and posting.kind != PostingKind.NOTICE:
        for row in shown_postings(act.session, posting.partner):
            if row.kind == posting.kind:
                hold_row(act.session, Rank.POSTING, row)
                _end(act, row, at=at)
    posting.settled_at, posting.settled_by, posting.accepted = at, act.by.id, int(accepted)
    posting.reason = reason or None
    _record(act, "posting_settled", posting, at=at, accepted=accepted)
    _tell(act.session, posting, at=at)


def _end(act: ActContext, posting: PartnerPosting, *, at: datetime, by: Actor | None = None) -> None:
    posting.until, posting.ended_by = at, by.id if by else None
    _record(act, "posting_ended", posting, at=at)


def _record(act: ActContext, kind: str, posting: PartnerPosting, *, at: datetime, **more: bool) -> None:
    act.session.flush()
    facts = {"partner": posting.partner.slug, "posting": posting.id, "what": posting.kind, **more}
    record(act.session, kind, by=act.by, at=at, facts=facts)


def _tell(session: Session, posting: PartnerPosting, *, at: datetime) -> None:
    people = ((contact, None) for contact in present_contacts(session, posting.partner))
    queue_contact_letters(session, LetterKind.POSTING_SETTLED, None, people, at=at, posting_id=posting.id)


def get_posting(session: Session, number: int) -> PartnerPosting:
    """A posting by its id; NotFound otherwise."""
    posting = session.get(PartnerPosting, number)
    if posting is None:
        raise NotFound("There is no such posting.")
    return posting


def waiting_postings(session: Session, partner: Partner | None = None) -> Sequence[PartnerPosting]:
    """What waits for staff, oldest first; of one partner with its doubles, or of all."""
    query = select(PartnerPosting).where(PartnerPosting.settled_at.is_(None), PartnerPosting.until.is_(None))
    if partner is not None:
        query = query.where(PartnerPosting.partner_id.in_(members_of(session, partner.id)))
    return session.scalars(query.order_by(PartnerPosting.id)).all()


def shown_postings(session: Session, partner: Partner) -> Sequence[PartnerPosting]:
    """What a partner's public page shows while there is one, the newest first."""
    query = select(PartnerPosting).where(is_shown(), PartnerPosting.partner_id == partner.id)
    return session.scalars(query.order_by(PartnerPosting.settled_at.desc(), PartnerPosting.id.desc())).all()
