"""Exemptions: reviewers say which words of a text are not the partner whose name they hold."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid
from signoff.domain.partners.mentions import Passage
from signoff.domain.text_input import clean_text, text_problem
from signoff.evidence.canonical import canonical_json, sha256_hex
from signoff.models import Exemption, Partner, Publication, Version, VersionCheck
from signoff.models.proposals import ORDINARY, WRITTEN
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_version
from signoff.services.positions.checks import complete_check, ensure_reviewer
from signoff.services.positions.mentions import passages_of, unapproved_mentions
from signoff.services.record.record import record

LONGEST_REASON = 1_000


def exempt_words(
    act: ActContext, version: Version, partner: Partner, *, reason: str, shown: str | None = None
) -> Exemption:
    """Record that every passage of this version that holds the partner's name means something else, and why.

    Holds for these passages of this version alone, and until the version is published. The user who records it does not
    publish it. `shown` is the digest of the passages that were shown. Refuses with NotAllowed an author of the
    position, NotAsShown when the passages are others by now, Conflict when it is too late or the words name the
    partner nowhere, Invalid without a reason.
    """
    ensure_reviewer(act.session, version, act.by)
    _hold_for_exempting(act.session, version)
    found = passages_of(act.session, version, partner.id)
    changed = "These words or the partner's names have changed. Nothing was recorded. Please look again."
    ensure_as_shown(shown, digest_of_words(found), changed)
    reason = clean_text(reason)
    if problem := text_problem(reason, longest=LONGEST_REASON):
        raise Invalid({"reason": problem})
    _ensure_early(act.session, version)
    passages = [passage.words for passage in found]
    if not passages:
        raise Conflict(f"Nothing in this version names {partner.name}.")
    for earlier in exemptions_of(act.session, version):
        if (earlier.partner_id, earlier.passages, earlier.reason) == (partner.id, passages, reason):
            return earlier
    return _add(act, version, partner, passages, reason)


def digest_of_words(passages: Iterable[Passage]) -> str:
    """The words of passages that hold a partner's name, as a page shows them before they are exempted."""
    return shown_digest(passage.words for passage in passages)


def _hold_for_exempting(session: Session, version: Version) -> None:
    # Nothing changes meanwhile about which passages of a version hold which names.
    hold_names(session, only_reading=True)
    hold_version(session, version.id)


def _add(act: ActContext, version: Version, partner: Partner, passages: list[str], reason: str) -> Exemption:
    at = act.at()
    exemption = Exemption(
        version_id=version.id,
        partner_id=partner.id,
        spelling=WRITTEN,
        passages=passages,
        reason=reason,
        recorded_by=act.by.id,
        recorded_at=at,
    )
    act.session.add(exemption)
    act.session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "partner": partner.slug,
        "passages": passages,
        "reason": reason,
    }
    record(act.session, "words_exempted", by=act.by, at=at, facts=facts, position=version.position)
    return exemption


def _ensure_early(session: Session, version: Version) -> None:
    # What is public is read as it was published.
    if session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is not None:
        raise Conflict("This version has been published, so its words stay as they were read.")


def exemptions_of(session: Session, version: Version) -> Sequence[Exemption]:
    """What was recorded about words of this version that are written like a name, oldest first."""
    query = select(Exemption).where(Exemption.version_id == version.id, Exemption.spelling == WRITTEN)
    return session.scalars(query.order_by(Exemption.id)).all()


def ordinary_words(session: Session, version: Version) -> Sequence[Passage]:
    """The passages in which ordinary words spell a partner's name, and that no reviewer has ticked yet."""
    return unapproved_mentions(session, version).ordinary


def digest_of(passages: Sequence[Passage]) -> str:
    """A list of passages as one short text: who has looked at one list has looked at no other."""
    return sha256_hex(
        canonical_json({"passages": sorted({(passage.partner, passage.sentence) for passage in passages})})
    )


def tick_ordinary_words(act: ActContext, version: Version, *, shown: str | None) -> int:
    """Record that a reviewer looked at the list of ordinary words and none of them is a partner; returns how many.

    Holds for later versions of the position too, while the sentence is unchanged. `shown` is the digest of the list
    that was looked at. Refuses with NotAllowed an author of the position, Conflict when the list is another by now.
    """
    ensure_reviewer(act.session, version, act.by)
    _hold_for_exempting(act.session, version)
    _ensure_early(act.session, version)
    passages = ordinary_words(act.session, version)
    changed = "The list of words has changed since this page was shown. Nothing was recorded. Please look again."
    ensure_as_shown(shown, digest_of(passages), changed)
    if passages:
        _add_ticks(act, version, passages)
    return len(passages)


def _add_ticks(act: ActContext, version: Version, passages: Sequence[Passage]) -> None:
    at = act.at()
    sentences: dict[str, list[str]] = {}
    for passage in passages:
        if passage.sentence not in sentences.setdefault(passage.partner, []):
            sentences[passage.partner].append(passage.sentence)
    for number, slug in act.session.execute(select(Partner.id, Partner.slug).where(Partner.slug.in_(sentences))):
        ticked = Exemption(version_id=version.id, partner_id=number, spelling=ORDINARY, passages=sentences[slug])
        ticked.reason, ticked.recorded_by, ticked.recorded_at = "", act.by.id or 0, at
        act.session.add(ticked)
    act.session.flush()
    facts = {
        "position": version.position.slug,
        "version": version.number,
        "passages": [[passage.partner, passage.words] for passage in passages],
    }
    record(act.session, "ordinary_words_ticked", by=act.by, at=at, facts=facts, position=version.position)


def complete_check_and_tick(act: ActContext, version: Version, *, shown: str | None = None) -> VersionCheck:
    """Complete the check of a version; its reviewer has looked at the list of ordinary words too."""
    hold_names(act.session, only_reading=True)
    check = complete_check(act, version)
    if act.session.scalar(select(Publication.id).where(Publication.version_id == version.id)) is None:
        tick_ordinary_words(act, version, shown=shown)
    return check
