"""Whether a letter has become obsolete, judged at the moment of sending: events may have overtaken it."""

from signoff.domain.letters import ASKING, CARRY_LINK, LetterKind
from signoff.letters.context import LetterFacts
from signoff.models import Letter


def no_longer_wanted(letter: Letter, facts: LetterFacts, *, late: bool) -> str:
    """Why a letter has been overtaken by events, as a sentence; empty when it is still to be sent.

    `late` says whether the round's deadline has passed at this moment.
    """
    if letter.contact is not None and letter.contact.removed_at is not None and letter.address is None:
        return "The contact was removed."
    if letter.user is not None and letter.user.deactivated_at is not None:
        return "The user was deactivated."
    kind = LetterKind(letter.kind)
    if letter.link is not None and letter.link.revoked_at is not None and kind in CARRY_LINK:
        return "The link was re-issued."
    if letter.account_link is not None and letter.account_link.ended_at is not None:
        return "The link was used, or a newer one was sent."
    if letter.invitation is not None and letter.invitation.revoked_at is not None:
        return "The invitation was ended."
    to_colleague = kind == LetterKind.REFERRED and facts.is_colleague
    if kind in ASKING or to_colleague:
        return _question_overtaken(letter, facts, late)
    if kind == LetterKind.RECALLED and _is_asked_again(facts):
        return "The partner is asked again."
    if kind == LetterKind.PUBLISHED:
        return "" if facts.named_as else "The partner is no longer named."
    if kind == LetterKind.UNDELIVERABLE and not facts.undelivered:
        return "Everything has been delivered since."
    return ""


def _is_asked_again(facts: LetterFacts) -> bool:
    dropped = facts.request is not None and facts.request.dropped_at is not None
    recalled = facts.round is not None and facts.round.ended_as == "recalled"
    return not dropped and not recalled


def _question_overtaken(letter: Letter, facts: LetterFacts, late: bool) -> str:
    link, asked = letter.link, facts.round
    if asked is None or asked.ended_at is not None or late:
        return f"The round {asked.ended_as if asked and asked.ended_as else 'has passed its deadline'}."
    if facts.request is None or facts.request.dropped_at is not None:
        return "The partner is no longer asked."
    if link is not None and link.referred_at is not None:
        return "A colleague answers instead."
    return "" if facts.is_waited_for else "The partner has answered."
