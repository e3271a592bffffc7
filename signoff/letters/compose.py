"""One function a letter: facts in, subject and blocks out; the first line says what is asked or what happened."""

from collections.abc import Callable

from signoff.domain.answers import AUTHORITY_WORDS, Authority, Verdict
from signoff.domain.counting import counted
from signoff.domain.letters import LetterKind
from signoff.domain.moments import in_full, on_day
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
            "only if you approve. No answer is never taken for a yes."
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
        Verdict.APPROVE: "approved the text",
        Verdict.DECLINE: "declined the text",
        Verdict.ABSTAIN: "abstained on the text",
    }[Verdict(facts.answer.verdict)]
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} {said} “{facts.version.title}”. This is your receipt."),
        Facts(tuple(_what_was_said(facts))),
        Paragraph(_what_follows(facts)),
        *_own_link("To read it again, change or withdraw this answer, or tell us that it was not you:", facts),
        _human(),
    ]
    return Draft(f"Receipt: {facts.organisation} {said.split()[0]} “{facts.version.title}”", tuple(blocks))


def declined(facts: LetterFacts) -> Draft:
    """To the publisher who asked: a partner declined, and why."""
    assert facts.answer is not None
    person = facts.answer.person
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} declined version {facts.version.number} of “{facts.version.title}”."),
        Facts((("Answered by", person.full_name or "erased"), ("At", _at(facts)))),
        Quoted(person.reason or "The reason was erased."),
        Paragraph("This stays within the Coalition's staff. The position's page:"),
        Address(facts.staff_address, "Open the position"),
    ]
    return Draft(f"Declined: {facts.organisation} on “{facts.version.title}”", tuple(blocks))


def withdrawn(facts: LetterFacts) -> Draft:
    """To the partner's contacts and the publisher: a name no longer stands, or will not."""
    assert facts.answer is not None
    what = {
        Verdict.WITHDRAW: f"{facts.organisation} withdrew its approval of",
        Verdict.CONTEST: f"{facts.organisation} says that it did not give the answer recorded on",
        Verdict.REMOVE: f"The Coalition's staff removed the name of {facts.organisation} from",
    }[Verdict(facts.answer.verdict)]
    person = facts.answer.person
    blocks: list[Block] = [
        Paragraph(f"{what} “{facts.version.title}”. It is not named there any more."),
        Facts(
            (
                ("Version", str(facts.version.number)),
                ("Digest", facts.version.digest),
                *((("Said by", person.full_name),) if person.full_name else ()),
                ("At", _at(facts)),
            )
        ),
    ]
    if person.reason:
        blocks.append(Quoted(person.reason))
    blocks.append(Paragraph("Only a new approval, given through a link of its own, can bring the name back."))
    if facts.to_staff:
        blocks.append(Address(facts.staff_address, "Open the position"))
    else:
        blocks += [*_own_link("The text and what was recorded:", facts), _human()]
    return Draft(f"No longer named: {facts.organisation} on “{facts.version.title}”", tuple(blocks))


def published(facts: LetterFacts) -> Draft:
    """To the contacts of each signatory: the position is public, with their organisation's name."""
    assert facts.publication is not None
    blocks: list[Block] = [
        Paragraph(
            f"“{facts.version.title}” is published. {facts.organisation} is named on it, as it approved, among "
            f"{counted(facts.signatory_count, 'signatory', 'signatories')}."
        ),
        Facts(
            (
                ("Public page", facts.public_address),
                ("Version", str(facts.version.number)),
                ("Digest", facts.version.digest),
                ("Published", in_full(facts.publication.published_at, facts.post.zone)),
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
}


def _what_was_said(facts: LetterFacts) -> list[tuple[str, str]]:
    answer = facts.answer
    assert answer is not None
    rows = [("Answer", {"approve": "approved", "decline": "declined", "abstain": "abstained"}[answer.verdict])]
    if answer.public_name:
        rows.append(("Name, as it will stand", answer.public_name))
    if answer.public_note:
        rows.append(("Public note", answer.public_note))
    if answer.authority:
        rows.append(("Authority", AUTHORITY_WORDS[Authority(answer.authority)]))
    return [
        *rows,
        ("Signed by", answer.person.full_name or "erased"),
        ("At", _at(facts)),
        ("Version", str(facts.version.number)),
        ("Digest", facts.version.digest),
        *((("Public page", facts.public_address),) if facts.publication and not facts.publication.ended_at else ()),
    ]


def _what_follows(facts: LetterFacts) -> str:
    assert facts.answer is not None
    if facts.answer.verdict != Verdict.APPROVE:
        return f"{facts.organisation} will not be named. Nobody outside the Coalition's staff learns of this answer."
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
