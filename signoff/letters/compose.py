"""One function a letter: facts in, subject and blocks out; the first line says what is asked or what happened."""

from collections.abc import Callable

from signoff.domain.answers import AUTHORITY_WORDS, Authority, Verdict
from signoff.domain.counting import counted
from signoff.domain.letters import LetterKind
from signoff.domain.moments import in_full, on_calendar, on_day
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.facts import LetterFacts


def request(facts: LetterFacts) -> Draft:
    """To a contact: please answer for your organisation by the deadline."""
    assert facts.round is not None
    blocks: list[Block] = [
        Paragraph(
            f"The {facts.coalition.name.removeprefix('The ')} asks {facts.organisation} whether it approves the "
            f"text “{facts.version.title}”, by {facts.deadline}."
        ),
        Quoted(facts.version.summary),
    ]
    if facts.round.message:
        blocks.append(Paragraph(facts.round.message))
    blocks += [
        Paragraph("Read the whole text and answer here. You need no account:"),
        Address(facts.link, "Read the text and answer"),
        Paragraph(
            f"This link is yours alone, {facts.reader}; please do not pass it on. {facts.organisation} is named "
            "only if you approve. Silence is never taken for a yes."
        ),
        Facts((("Version", str(facts.version.number)), ("Digest", facts.version.digest))),
        _human(),
    ]
    day = on_day(facts.round.deadline, facts.post.zone)
    return Draft(f"Please answer by {day}: {facts.version.title}", tuple(blocks))


def receipt(facts: LetterFacts) -> Draft:
    """To all contacts of a partner: what was said for it just now."""
    assert facts.answer is not None
    said = {
        Verdict.APPROVE: "approved",
        Verdict.DECLINE: "declined",
        Verdict.ABSTAIN: "abstained on",
    }[Verdict(facts.answer.verdict)]
    approved = facts.answer.verdict == Verdict.APPROVE
    change = "change or withdraw" if approved else "change"
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} {said} the text “{facts.version.title}”. This is the receipt."),
        Facts((*_what_was_said(facts), *_about(facts))),
        Paragraph(_what_follows(facts)),
        *_own_link(f"To read it again, to {change} this answer, or to tell us that it was not you:", facts),
        _human(),
    ]
    return Draft(f"Receipt: {facts.organisation} {said} “{facts.version.title}”", tuple(blocks))


def declined(facts: LetterFacts) -> Draft:
    """To the publisher who asked: a partner declined, and why."""
    assert facts.answer is not None
    person = facts.answer.person
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} declined the text “{facts.version.title}”. Its reason:"),
        Quoted(person.reason or "The reason was erased."),
        Facts((("Signed by", person.full_name or "erased"), ("At", _at(facts)), *_about(facts))),
        Paragraph("This stays between that organisation and the Coalition's staff. The position's page:"),
        Address(facts.staff_address, "Open the position"),
        _human(),
    ]
    return Draft(f"Declined: {facts.organisation} on “{facts.version.title}”", tuple(blocks))


def withdrawn(facts: LetterFacts) -> Draft:
    """To the partner's contacts and the publisher: a name does not stand, or stands no more."""
    assert facts.answer is not None
    organisation, title = facts.organisation, facts.version.title
    if facts.answer.verdict == Verdict.WITHDRAW:
        opening = f"{organisation} withdrew its approval of “{title}”. It is not named there any more."
        return _ended("Withdrawn", opening, facts)
    opening = (
        f"The Coalition's staff removed the name of {organisation} from “{title}”. It is not named there any more."
    )
    return _ended("Name removed", opening, facts)


def contested(facts: LetterFacts) -> Draft:
    """To the partner's contacts and the publisher: somebody says that an answer was not the partner's."""
    opening = (
        f"{facts.organisation} says that the answer recorded for it on “{facts.version.title}” was not its own. "
        "It is not named there."
    )
    return _ended("Contested", opening, facts)


def _ended(subject: str, opening: str, facts: LetterFacts) -> Draft:
    assert facts.answer is not None
    person = facts.answer.person
    signed = (("Signed by", person.full_name),) if person.full_name else ()
    blocks: list[Block] = [Paragraph(opening), Facts((*signed, ("At", _at(facts)), *_about(facts)))]
    if person.reason:
        blocks.append(Quoted(person.reason))
    blocks.append(Paragraph("Only a new approval through the partner's own link can name it there."))
    if facts.to_staff:
        blocks.append(Address(facts.staff_address, "Open the position"))
    else:
        blocks += _own_link("The text and what was recorded:", facts)
    return Draft(f"{subject}: {facts.organisation} on “{facts.version.title}”", (*blocks, _human()))


def published(facts: LetterFacts) -> Draft:
    """To the contacts of each signatory: the position is public, with their organisation's name."""
    assert facts.publication is not None
    blocks: list[Block] = [
        Paragraph(
            f"“{facts.version.title}” is published. {facts.named_as} is named on it, as it approved, among "
            f"{counted(facts.signatory_count, 'signatory', 'signatories')}."
        ),
        Facts(
            (
                ("Published", in_full(facts.publication.published_at, facts.post.zone)),
                *_about(facts),
            )
        ),
        *_own_link("You can withdraw at any time; the name then disappears at once:", facts),
        _human(),
    ]
    return Draft(f"Published: {facts.version.title}", tuple(blocks))


COMPOSE: dict[LetterKind, Callable[[LetterFacts], Draft]] = {
    LetterKind.REQUEST: request,
    LetterKind.RECEIPT: receipt,
    LetterKind.DECLINED: declined,
    LetterKind.WITHDRAWN: withdrawn,
    LetterKind.PUBLISHED: published,
    LetterKind.CONTESTED: contested,
}


def _what_was_said(facts: LetterFacts) -> list[tuple[str, str]]:
    answer = facts.answer
    assert answer is not None
    person = answer.person
    rows = [
        ("Name, as it will stand", answer.public_name),
        ("Public note", answer.public_note),
        ("Authority", AUTHORITY_WORDS[Authority(answer.authority)] if answer.authority else ""),
        ("Decided on", on_calendar(answer.board_decided_on) if answer.board_decided_on else ""),
        ("Reason", person.reason),
        ("To the Coalition's staff", person.note),
        ("Signed by", person.full_name or "erased"),
        ("At", _at(facts)),
    ]
    return [(label, " ".join(value.split())) for label, value in rows if value]


def _about(facts: LetterFacts) -> list[tuple[str, str]]:
    is_public = facts.publication is not None and facts.publication.ended_at is None and not facts.to_staff
    return [
        *((("Public page", facts.public_address),) if is_public else ()),
        *((("Answers until", facts.deadline),) if facts.round and facts.round.ended_at is None else ()),
        ("Version", str(facts.version.number)),
        ("Digest", facts.version.digest),
    ]


def _what_follows(facts: LetterFacts) -> str:
    assert facts.answer is not None
    if facts.overtaken:
        return "Since then a later answer has taken its place; its receipt follows."
    if facts.answer.verdict != Verdict.APPROVE:
        return (
            f"{facts.organisation} will not be named. Only its contacts and the Coalition's staff learn of this answer."
        )
    if facts.publication and facts.publication.ended_at is None:
        return "The text is public already, so the name stands on it from now on."
    return "The name stands on the text once it is published. If one word changes, we ask you again."


def _own_link(lead: str, facts: LetterFacts) -> list[Block]:
    if not facts.link:
        return [Paragraph("If this is not right, reply to this letter and we will put it right.")]
    return [Paragraph(lead), Address(facts.link, "Open your page")]


def _at(facts: LetterFacts) -> str:
    assert facts.answer is not None
    return in_full(facts.answer.at, facts.post.zone)


def _human() -> Paragraph:
    return Paragraph("Questions? Reply to this letter: a person at the Coalition reads it.")
