"""Finds the facts of many letters at once: the same few queries for one letter as for a hundred."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from signoff.domain.answers.answers import Verdict
from signoff.domain.letters import ASKING, LetterKind
from signoff.domain.rounds.links import secret_of
from signoff.letters.context import LetterFacts, LetterSettings, LinkUnavailable, Undelivered
from signoff.models import (
    AccountLink,
    Answer,
    Coalition,
    Comment,
    Contact,
    Invitation,
    Letter,
    Link,
    Partner,
    Publication,
    Referral,
    Request,
    Round,
    Version,
)
from signoff.models.publications import signatory
from signoff.models.rounds import request_state
from signoff.services.outbox.undeliverable import still_undelivered
from signoff.services.positions.mentions import passages_of
from signoff.services.rounds.board import tally
from signoff.services.rounds.previous_versions import KnownVersion, known_before

_Pair = tuple[int, int]  # a version's id and a partner's


def letters_with_all(session: Session, ids: Collection[int]) -> Sequence[Letter]:
    """These letters with everything they point at, in order of their ids."""
    bare = (lazyload(Link.request), lazyload(Link.contact))
    query = (
        select(Letter)
        .where(Letter.id.in_(ids))
        .order_by(Letter.id)
        .options(
            selectinload(Letter.contact),
            selectinload(Letter.user),
            selectinload(Letter.version).options(joinedload(Version.position)),
            selectinload(Letter.link).options(*bare),
            selectinload(Letter.invitation).options(lazyload("*")),
            selectinload(Letter.answer),
            selectinload(Letter.comment).options(selectinload(Comment.contact)),
            selectinload(Letter.referral).options(selectinload(Referral.link)),
            selectinload(Letter.proposal),
            selectinload(Letter.changed_contact).options(selectinload(Contact.confirmer)),
            selectinload(Letter.token),
            selectinload(Letter.account_link),
        )
    )
    return session.scalars(query).unique().all()


def load_contexts(
    session: Session, letters: Sequence[Letter], post: LetterSettings, *, at: datetime
) -> dict[int, LetterFacts | LinkUnavailable]:
    """What each letter is written from at this moment, by its id; LinkUnavailable for one whose link's key is gone."""
    shared = _Shared(session, letters)
    return {letter.id: _of_letter(letter, post, shared, at) for letter in letters}


def _of_letter(letter: Letter, post: LetterSettings, shared: "_Shared", at: datetime) -> LetterFacts | LinkUnavailable:
    try:
        link = _address(letter, post)
    except LinkUnavailable as problem:
        return problem
    number = _partner_id(letter)
    changed, answer = letter.changed_contact, letter.answer
    own: dict[str, Any] = {
        "post": post,
        "coalition": shared.coalition,
        "about_version": letter.version,
        "partner": shared.partners.get(number) if number else None,
        "reader": letter.contact.full_name if letter.contact else letter.user.name if letter.user else "",
        "link": link,
        "answer": answer,
        "to_staff": letter.user is not None,
        "overtaken": answer is not None and answer.sequence < shared.last_answer[answer.version_id, answer.partner_id],
        "contact": letter.contact,
        "comment": letter.comment,
        "referral": letter.referral,
        "proposal": letter.proposal,
        "changed_contact": changed,
        "token": letter.token,
        "account_link": letter.account_link,
        "account_news": letter.account_news or "",
        "spelled": shared.spelled.get(letter.id, ()),
        "roles": [row.role for row in letter.user.roles] if letter.user else (),
        "happened_at": letter.queued_at,
        "at": at,
        "is_new_contact": changed is not None and changed.added_at == letter.queued_at,
        "by_signer": answer is not None and shared.signers.get(answer.link_id or 0) == letter.contact_id,
        "own_address": _own_address(letter),
        "to_old_address": letter.contact_id is not None and letter.contact_id == letter.changed_contact_id,
    }
    if letter.version is not None:
        own |= shared.of_version(letter.version.id, number, LetterKind(letter.kind))
    return LetterFacts(**own)


class _Shared:
    """What several letters have in common, read once for all of them."""

    def __init__(self, session: Session, letters: Sequence[Letter]) -> None:
        self.session = session
        self.coalition = session.get_one(Coalition, 1)
        versions = {letter.version.id: letter.version for letter in letters if letter.version is not None}
        pairs = [(letter, number) for letter in letters if (number := _partner_id(letter))]
        partner_ids = {number for _, number in pairs}
        self.partners = {p.id: p for p in session.scalars(select(Partner).where(Partner.id.in_(partner_ids)))}
        known = (versions.keys(), partner_ids)
        self._rounds = _by_version(session, Round, versions)
        self._publications = _by_version(session, Publication, versions)
        self._requests = {
            (request.version_id, request.partner_id): request
            for request in session.scalars(
                select(Request)
                .where(Request.version_id.in_(versions), Request.partner_id.in_(partner_ids))
                .options(lazyload("*"))
            )
        }
        self._statuses: dict[_Pair, str] = _by_pair(session, request_state, request_state.c.status, *known)
        self._names: dict[_Pair, str] = _by_pair(session, signatory, signatory.c.public_name, *known)
        self._signatories = _counts(session, signatory, versions)
        self.last_answer = _last_answers(session, letters)
        answers = [letter.answer.link_id for letter in letters if letter.answer and letter.answer.link_id]
        self.signers = dict(session.execute(select(Link.id, Link.contact_id).where(Link.id.in_(answers))).all())
        self._known = self._known_of(versions, pairs)
        closing, failing = (
            {letter.version_id for letter in letters if letter.kind == kind and letter.version_id is not None}
            for kind in (LetterKind.ROUND_CLOSED, LetterKind.UNDELIVERABLE)
        )
        self._tallies = {number: tally(session, versions[number]) for number in closing}
        self._undelivered = undelivered_of(session, failing)
        self.spelled = {letter.id: self._spelled_by(letter) for letter in letters if letter.user and letter.answer}

    def _known_of(
        self, versions: "dict[int, Version]", pairs: "Iterable[tuple[Letter, int]]"
    ) -> dict[_Pair, KnownVersion]:
        asked = defaultdict(set)
        for letter, number in pairs:
            if letter.kind in ASKING and letter.version_id is not None:
                asked[letter.version_id].add(number)
        return {
            (version_id, number): known
            for version_id, numbers in asked.items()
            for number, known in known_before(self.session, versions[version_id], numbers).items()
        }

    def _spelled_by(self, letter: Letter) -> list[str]:
        answer, version = letter.answer, letter.version
        if answer is None or version is None or version.id not in self._publications:
            return []
        if answer.verdict == Verdict.APPROVE:
            return []
        return [passage.words for passage in passages_of(self.session, version, answer.partner_id)]

    def of_version(self, version_id: int, partner_id: int | None, kind: LetterKind) -> dict[str, Any]:
        """What is the case with a version, and with one partner on it."""
        pair = (version_id, partner_id or 0)
        return {
            "round": self._rounds.get(version_id),
            "publication": self._publications.get(version_id),
            "signatory_count": self._signatories.get(version_id, 0),
            "named_as": self._names.get(pair, ""),
            "request": self._requests.get(pair),
            "known": self._known.get(pair) if kind in ASKING else None,
            "is_waited_for": self._statuses.get(pair) == "waiting",
            "tally": self._tallies.get(version_id, {}),
            "undelivered": self._undelivered.get(version_id, ()),
        }


def _by_version(session: Session, table: Any, versions: Collection[int]) -> dict[int, Any]:
    result = session.scalars(select(table).where(table.version_id.in_(versions)).options(lazyload("*")))
    return {row.version_id: row for row in result}


def _by_pair(
    session: Session, view: Any, what: Any, version_ids: Collection[int], partner_ids: Collection[int]
) -> dict[_Pair, Any]:
    rows = session.execute(
        select(view.c.version_id, view.c.partner_id, what).where(
            view.c.version_id.in_(version_ids), view.c.partner_id.in_(partner_ids)
        )
    )
    return {(version_id, partner_id): value for version_id, partner_id, value in rows}


def _counts(session: Session, view: Any, version_ids: Collection[int]) -> dict[int, int]:
    rows = session.execute(
        select(view.c.version_id, func.count()).where(view.c.version_id.in_(version_ids)).group_by(view.c.version_id)
    )
    return dict(rows.all())


def _last_answers(session: Session, letters: Sequence[Letter]) -> dict[_Pair, int]:
    pairs = {(letter.answer.version_id, letter.answer.partner_id) for letter in letters if letter.answer}
    if not pairs:
        return {}
    rows = session.execute(
        select(Answer.version_id, Answer.partner_id, func.max(Answer.sequence))
        .where(tuple_(Answer.version_id, Answer.partner_id).in_(pairs))
        .group_by(Answer.version_id, Answer.partner_id)
    )
    return {(version_id, partner_id): sequence for version_id, partner_id, sequence in rows}


def undelivered_of(session: Session, version_ids: Collection[int]) -> dict[int, list[Undelivered]]:
    """Whom no letter about these versions reaches, by the version's id, each address once."""
    if not version_ids:
        return {}
    rows = session.execute(
        select(Letter.version_id, Partner.name, Contact.full_name, Contact.email, Letter.last_reply)
        .join(Contact, Contact.id == Letter.contact_id)
        .join(Partner, Partner.id == Contact.partner_id)
        .where(Letter.version_id.in_(version_ids), still_undelivered())
        .order_by(func.lower(Partner.name), Contact.id, Letter.id)
    )
    result: dict[int, dict[tuple[str, str], Undelivered]] = defaultdict(dict)
    for version_id, organisation, name, address, reply in rows:
        assert version_id is not None
        result[version_id][organisation, address] = Undelivered(organisation, name, address, reply)
    return {version_id: list(those.values()) for version_id, those in result.items()}


def _partner_id(letter: Letter) -> int | None:
    # Letters to staff are about the partner of whatever they tell of.
    about = letter.contact or letter.answer or letter.comment or letter.referral or letter.proposal
    about = about or letter.changed_contact
    return about.partner_id if about else None


def _own_address(letter: Letter) -> str:
    # What the reader at an address may know of it: that it is still the registered one, or that it was replaced.
    still = letter.contact is not None and letter.address == letter.contact.email
    return letter.address or "" if still else "another than this one, which is not registered any more"


def _address(letter: Letter, post: LetterSettings) -> str:
    if letter.account_link is not None:
        return _made(post, letter.account_link, "account", "login/link")
    way: Link | Invitation | None = letter.link or letter.invitation
    if way is None or way.revoked_at is not None:
        return ""
    return _made(post, way, "link", "r")


def _made(post: LetterSettings, way: Link | Invitation | AccountLink, purpose: str, path: str) -> str:
    secret = secret_of(post.keys, way.nonce, way.lookup, purpose=purpose)
    if secret is None:
        raise LinkUnavailable
    return f"{post.base_url}/{path}/{secret}"
