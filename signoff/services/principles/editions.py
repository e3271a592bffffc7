"""Principles editions: the agreed document as data; adopted, its words never change, its word lists may."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, Missing, NotFound, Reason
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.principles.editions import (
    CriterionText,
    Deceptive,
    EditionText,
    clean_deceptive,
    clean_edition,
    clean_lines,
    deceptive_problem,
    from_facts,
    lines_problem,
    missing_to_adopt,
)
from signoff.models import Criterion, PrinciplesEdition, WordList
from signoff.models.principles import in_force
from signoff.services.act import ActContext
from signoff.services.locks import hold_editions
from signoff.services.record.record import record


def first_edition() -> EditionText:
    """The Partnership Commitments of September 2016, word for word, with guiding questions and words to look for."""
    return from_facts(json.loads((Path(__file__).with_name("first_edition.json")).read_text()))


def reasons_not_to_adopt(session: Session, edition: EditionText, *, today: date) -> list[Reason]:
    """All that keeps an edition from being adopted; `today` is the day in the installation's zone."""
    latest = find_latest_edition(session)
    return missing_to_adopt(edition, after=latest.adopted_on if latest else None, today=today)


def adopt_edition(act: ActContext, edition: EditionText, *, today: date | None = None) -> PrinciplesEdition:
    """Record an edition as adopted; positions started from now on are checked against it.

    `today` is the day in the installation's zone, UTC's unless given. Missing with all that it still lacks.
    """
    ensure_may(act.by, Act.MANAGE_EDITIONS)
    edition = clean_edition(edition)
    hold_editions(act.session)
    at = act.at()
    if reasons := reasons_not_to_adopt(act.session, edition, today=today or at.date()):
        raise Missing(reasons, "The edition was not adopted.")
    row = PrinciplesEdition(
        number=1 + (act.session.scalar(select(func.max(PrinciplesEdition.number))) or 0),
        adopted_on=date.fromisoformat(edition.adopted_on),
        recorded_at=at,
        vision=edition.vision,
        mission=edition.mission,
        preamble=edition.preamble,
        commitments=edition.commitments,
        source=edition.source,
        criteria=[_criterion(rank, text) for rank, text in enumerate(edition.criteria, start=1)],
    )
    for criterion, text in zip(row.criteria, edition.criteria, strict=True):
        criterion.word_list = WordList(words=list(text.words), deceptive=_stored(text.deceptive), changed_at=at)
    act.session.add(row)
    act.session.flush()
    facts = {
        "edition": row.number,
        "adopted_on": row.adopted_on.isoformat(),
        "criteria": [criterion.key for criterion in row.criteria],
    }
    record(act.session, "edition_adopted", by=act.by, at=at, facts=facts)
    return row


def _criterion(rank: int, text: CriterionText) -> Criterion:
    return Criterion(
        rank=rank,
        key=text.key,
        kind=text.kind,
        name=text.name,
        statement=text.statement,
        questions=list(text.questions),
    )


def _stored(deceptive: Sequence[Deceptive]) -> list[dict[str, str]]:
    return [asdict(item) for item in deceptive]


def change_word_lists(
    act: ActContext, edition: PrinciplesEdition, lists: Mapping[str, tuple[Sequence[str], Sequence[Deceptive]]]
) -> list[Criterion]:
    """Give criteria other words to look for and to warn about; returns the criteria whose lists changed.

    `lists` maps a criterion's key to its words and its deceptive words. Invalid with a sentence for each bad list,
    its field named `key.words` or `key.deceptive`.
    """
    ensure_may(act.by, Act.TEND_WORDS)
    cleaned = {key: (clean_lines(words), clean_deceptive(deceptive)) for key, (words, deceptive) in lists.items()}
    errors: dict[str, str] = {}
    for key, (words, deceptive) in cleaned.items():
        errors |= {f"{key}.words": lines_problem(words), f"{key}.deceptive": deceptive_problem(deceptive)}
    if errors := {field: sentence for field, sentence in errors.items() if sentence}:
        raise Invalid(errors)
    at, changed = act.at(), []
    for criterion in edition.criteria:
        present = criterion_text(criterion)
        words, deceptive = cleaned.get(criterion.key, (present.words, present.deceptive))
        if (words, deceptive) != (present.words, present.deceptive):
            listed = criterion.word_list
            listed.words, listed.deceptive, listed.changed_at = list(words), _stored(deceptive), at
            changed.append(criterion)
    if changed:
        act.session.flush()
        facts = {"edition": edition.number, "criteria": [criterion.key for criterion in changed]}
        record(act.session, "word_lists_changed", by=act.by, at=at, facts=facts)
    return changed


def find_latest_edition(session: Session) -> PrinciplesEdition | None:
    """The edition in force, if one was adopted."""
    return session.scalar(select(PrinciplesEdition).where(in_force()))


def latest_edition(session: Session) -> PrinciplesEdition:
    """The edition in force; NotFound before the first one is adopted."""
    edition = find_latest_edition(session)
    if edition is None:
        raise NotFound("No principles edition has been adopted yet; run `signoff init`.")
    return edition


def get_edition(session: Session, number: int) -> PrinciplesEdition:
    """The edition with this number; NotFound otherwise."""
    edition = session.scalar(select(PrinciplesEdition).where(PrinciplesEdition.number == number))
    if edition is None:
        raise NotFound("There is no principles edition with this number.")
    return edition


def find_previous_edition(session: Session, edition: PrinciplesEdition) -> PrinciplesEdition | None:
    """The edition that this one replaced, if there was one."""
    earlier = select(PrinciplesEdition).where(PrinciplesEdition.number < edition.number)
    return session.scalar(earlier.order_by(PrinciplesEdition.number.desc()).limit(1))


def all_editions(session: Session) -> Sequence[PrinciplesEdition]:
    """Every adopted edition, newest first."""
    return session.scalars(select(PrinciplesEdition).order_by(PrinciplesEdition.number.desc())).all()


def edition_text(edition: PrinciplesEdition) -> EditionText:
    """An adopted edition as texts, to be compared, or taken as the beginning of a draft."""
    return EditionText(
        source=edition.source,
        adopted_on=edition.adopted_on.isoformat(),
        vision=edition.vision,
        mission=edition.mission,
        preamble=edition.preamble,
        commitments=edition.commitments,
        criteria=tuple(criterion_text(criterion) for criterion in edition.criteria),
    )


def criterion_text(criterion: Criterion) -> CriterionText:
    """One adopted criterion with its word list as it is now."""
    words = criterion.word_list
    return CriterionText(
        key=criterion.key,
        kind=criterion.kind,
        name=criterion.name,
        statement=criterion.statement,
        questions=tuple(criterion.questions),
        words=tuple(words.words),
        deceptive=tuple(Deceptive(**item) for item in words.deceptive),
    )
