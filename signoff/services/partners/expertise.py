"""The list of expertise that staff keep: words by which partners say, and are found for, what they know well."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Expertise, Partner, PartnerExpertise
from signoff.models.partners import is_present
from signoff.services.act import ActContext
from signoff.services.locks import hold_names
from signoff.services.partners.public_words import words_naming_others
from signoff.services.record.record import record

LONGEST_WORD = 60


def expertise_words(session: Session) -> Sequence[Expertise]:
    """The present list, in alphabetical order."""
    query = select(Expertise).where(Expertise.until.is_(None))
    return session.scalars(query.order_by(func.lower(Expertise.word), Expertise.id)).all()


def count_experts(session: Session) -> dict[int, int]:
    """How many present partners know each thing well, by the id of the word; without those that no one has."""
    query = (
        select(PartnerExpertise.expertise_id, func.count())
        .join(Partner, Partner.id == PartnerExpertise.partner_id)
        .where(PartnerExpertise.until.is_(None), is_present())
        .group_by(PartnerExpertise.expertise_id)
    )
    return dict(session.execute(query).all())


def get_expertise(session: Session, number: int) -> Expertise:
    """The word with this id on the present list; NotFound otherwise."""
    found = session.get(Expertise, number)
    if found is None or found.until is not None:
        raise NotFound("This word is not on the list of expertise anymore.")
    return found


def add_expertise(act: ActContext, word: str) -> Expertise:
    """Put a word on the list; Invalid where it is there already, or names a partner."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    added = Expertise(word=_usable(act.session, word))
    act.session.add(added)
    act.session.flush()
    facts = {"expertise": added.id, "word": added.word}
    record(act.session, "expertise_added", by=act.by, at=act.at(), facts=facts)
    return added


def remove_expertise(act: ActContext, expertise: Expertise) -> None:
    """Take a word off the list, and so from every partner that has it. What was taken off is never revived."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    act.session.refresh(expertise)
    at = act.at()
    get_expertise(act.session, expertise.id).until = at
    record(
        act.session,
        "expertise_removed",
        by=act.by,
        at=at,
        facts={"expertise": expertise.id, "word": expertise.word},
    )


def _usable(session: Session, word: str) -> str:
    word = clean_line(word)
    problem = line_problem(word, longest=LONGEST_WORD)
    if not problem and set(word) & set(",;"):
        problem = "Please enter one word or phrase at a time. Commas and semicolons separate them."
    taken = {row.word.casefold(): row.word for row in expertise_words(session)}
    if not problem and word.casefold() in taken:
        problem = f"“{taken[word.casefold()]}” is on the list already."
    if problem := problem or words_naming_others(session, [word]).get(word, ""):
        raise Invalid({"word": problem})
    return word
