"""The letters about an answer: its receipt, and what staff are told."""

from signoff.domain.answers.answers import AUTHORITY_WORDS, Authority, Verdict
from signoff.domain.time import on_calendar
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterFacts
from signoff.letters.snippets import about, at_answer, human, own_link


def receipt(facts: LetterFacts) -> Draft:
    """To all contacts of a partner: what was said for it just now."""
    assert facts.answer is not None
    sentences = {
        Verdict.APPROVE: "approved",
        Verdict.DECLINE: "declined",
        Verdict.ABSTAIN: "abstained on",
    }[Verdict(facts.answer.verdict)]
    approved = facts.answer.verdict == Verdict.APPROVE
    change = "change or withdraw" if approved else "change"
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} {sentences} the text “{facts.version.title}”. This is the receipt."),
        Facts((*_what_was_said(facts), *about(facts))),
        Paragraph(_what_follows(facts)),
        *own_link(f"To read it again, to {change} this answer, or to tell us that it was not you:", facts),
        human(),
    ]
    return Draft(f"Receipt: {facts.organisation} {sentences} “{facts.version.title}”", tuple(blocks))


def declined(facts: LetterFacts) -> Draft:
    """To the publisher who asked: a partner declined, and why."""
    assert facts.answer is not None
    person = facts.answer.person
    blocks: list[Block] = [
        Paragraph(f"{facts.organisation} declined the text “{facts.version.title}”. Its reason:"),
        Quoted(person.reason or "The reason was erased."),
        Facts((("Signed by", person.full_name or "erased"), ("At", at_answer(facts)), *about(facts))),
        *_still_spelled(facts),
        Paragraph("This stays between that organisation and the Coalition's staff. The position's page:"),
        Address(facts.staff_address, "Open the position"),
        human(),
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
    blocks: list[Block] = [Paragraph(opening), Facts((*signed, ("At", at_answer(facts)), *about(facts)))]
    if person.reason:
        blocks.append(Quoted(person.reason))
    blocks.append(Paragraph(_way_back(facts)))
    blocks += _still_spelled(facts)
    if facts.to_staff:
        blocks.append(Address(facts.staff_address, "Open the position"))
    else:
        blocks += own_link("The text and what was recorded:", facts)
    return Draft(f"{subject}: {facts.organisation} on “{facts.version.title}”", (*blocks, human()))


def _still_spelled(facts: LetterFacts) -> list[Block]:
    """For staff: that the published text holds the partner's name, and what came of that."""
    if not facts.spelled or facts.publication is None:
        return []
    if facts.publication.ended_at is not None:
        told = "The publication was retired, because its text is written with this name:"
    else:
        told = (
            "The published text has words that read like this name. Its list no longer has the name; the text is still "
            "public. Please decide whether the words mean this partner, and retire the text if they do:"
        )
    return [Paragraph(told), *(Quoted(words) for words in facts.spelled[:5])]


def _way_back(facts: LetterFacts) -> str:
    assert facts.answer is not None
    if facts.round is not None and facts.round.ended_as in ("recalled", "replaced"):
        return "Nothing can name it there any more; another version would be asked about anew."
    how = "a link issued from now on" if facts.answer.verdict == Verdict.CONTEST else "the partner's own link"
    return f"Only a new approval through {how} can name it there."


def _what_was_said(facts: LetterFacts) -> list[tuple[str, str]]:
    answer = facts.answer
    assert answer is not None
    person = answer.person
    rows = [
        (f"Name, as it {'stands' if _is_public(facts) else 'will stand'}", answer.public_name),
        ("Public note", answer.public_note),
        ("Authority", AUTHORITY_WORDS[Authority(answer.authority)] if answer.authority else ""),
        ("Decided on", on_calendar(answer.board_decided_on) if answer.board_decided_on else ""),
        ("Reason", person.reason),
        ("To the Coalition's staff alone", person.note if facts.by_signer else ""),
        ("Signed by", person.full_name or "erased"),
        ("At", at_answer(facts)),
    ]
    return [(label, " ".join(value.split())) for label, value in rows if value]


def _is_public(facts: LetterFacts) -> bool:
    return facts.publication is not None and facts.publication.ended_at is None


def _what_follows(facts: LetterFacts) -> str:
    assert facts.answer is not None
    if facts.overtaken:
        return "Since then a later answer has taken its place; its receipt follows."
    if facts.answer.verdict != Verdict.APPROVE:
        return (
            f"{facts.organisation} will not be named. Only its contacts and the Coalition's staff learn of this answer."
        )
    if _is_public(facts):
        return "The text is public already, so the name stands on it from now on."
    return "The name stands on the text once it is published. If one word changes, we ask you again."
