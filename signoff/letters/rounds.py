"""The letters of a round: asked, reminded, told of another deadline, recalled, handed over."""

from signoff.domain.phrasing import counted
from signoff.domain.positions.sheets import EMAIL
from signoff.domain.time import in_full
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterFacts, Undelivered
from signoff.letters.snippets import (
    about,
    computed_in,
    for_staff,
    human,
    own_link,
    the_text,
    waits,
    what_changed,
    yours_alone,
)

_MOST_SHOWN = 8


def replaced(facts: LetterFacts) -> Draft:
    """To a contact asked about an earlier version: the text has changed; please answer again."""
    known = facts.known
    difference = f"has changed since version {known.version.number}" if known else "has changed since we last asked"
    if known and not known.changes:
        difference = f"says again, byte for byte, what version {known.version.number} said"
    void = f" The approval of version {known.version.number} does not count for it." if known and known.approved else ""
    opening = (
        f"The {facts.asker} asks {facts.organisation} anew, by {facts.deadline}: the text "
        f"“{facts.version.title}” {difference}.{void}"
    )
    return asking(f"Changed, please answer anew by {facts.deadline_day}", opening, facts, *what_changed(facts))


def reminder(facts: LetterFacts) -> Draft:
    """To a contact whose organization has not answered: the deadline comes near."""
    opening = (
        f"{facts.organisation} has not answered yet whether it approves the text “{facts.version.title}”. "
        f"Answers are taken until {facts.deadline}."
    )
    return asking(f"Reminder, answer by {facts.deadline_day}", opening, facts)


def deadline_moved(facts: LetterFacts) -> Draft:
    """To a contact whose organization has not answered: there is another deadline."""
    opening = (
        f"The deadline has moved: answers of {facts.organisation} about the text “{facts.version.title}” are now "
        f"taken until {facts.deadline}."
    )
    return asking(f"New deadline {facts.deadline_day}", opening, facts)


def recalled(facts: LetterFacts) -> Draft:
    """To a partner's contacts: nobody needs to answer any more, and why."""
    dropped = facts.request is not None and facts.request.dropped_at is not None
    reason = facts.round.ended_reason if facts.round else ""
    if dropped and facts.request:
        reason = facts.request.dropped_reason
    stands = facts.named_as and not dropped
    blocks: list[Block] = [
        Paragraph(
            f"The {facts.asker} no longer asks {facts.organisation} about the text “{facts.version.title}”. "
            "There is nothing to answer."
        ),
        Quoted(reason),
        Paragraph(
            f"The text is public, and {facts.named_as} stays named on it until you withdraw."
            if stands
            else f"{facts.organisation} is not named on it."
        ),
        Facts(tuple(the_text(facts))),
        *own_link("What was asked and recorded:", facts),
        human(),
    ]
    return Draft(f"No longer asked: {facts.version.title}", tuple(blocks))


def fresh_link(facts: LetterFacts) -> Draft:
    """To a contact at its registered address: the new link it asked for, or that its new address brings."""
    is_open = facts.round is not None and facts.round.ended_at is None
    blocks: list[Block] = [
        Paragraph(
            f"Here is your new link to the text “{facts.version.title}”, for {facts.organisation}. "
            "Any earlier link of yours to it has stopped working."
        ),
        *own_link("Open it here:", facts, "Open your page"),
        *waits(facts),
        *([yours_alone(facts)] if is_open else [Paragraph("Answers are not taken now; you can read, and withdraw.")]),
        Facts(tuple(about(facts))),
        *([] if facts.waits else [Paragraph("If you did not ask for it, nothing is wrong: it went to you alone.")]),
        human(),
    ]
    return Draft(f"Your new link: {facts.version.title}", tuple(blocks))


def referred(facts: LetterFacts) -> Draft:
    """To the colleague, the partner's other contacts, or staff: somebody named who answers."""
    referral = facts.referral
    assert referral is not None
    named_by, colleague = referral.link.contact.full_name, referral.full_name or "a colleague"
    if facts.to_staff:
        return _referral_waits(facts, named_by, colleague)
    if facts.contact is not None and facts.contact.id == referral.contact_id:
        opening = (
            f"{named_by} named you as the person at {facts.organisation} who answers the {facts.asker} about the text "
            f"“{facts.version.title}”, by {facts.deadline}."
        )
        return asking(f"Please answer by {facts.deadline_day}", opening, facts)
    became = {
        None: "The address lies outside your organisation's mail domain, so the Coalition's staff look at it first.",
        1: f"{colleague} has a link of their own now.",
        0: "The Coalition's staff did not take this up; please reply and tell us who answers.",
    }[referral.accepted]
    blocks: list[Block] = [
        Paragraph(
            f"{named_by} named {colleague} as the person who answers for {facts.organisation} about the text "
            f"“{facts.version.title}”. {became}"
        ),
        Facts(tuple(about(facts))),
        *own_link("If that is not right, reply to this letter. The text:", facts),
        human(),
    ]
    subject = {None: "Handed on, to be accepted", 1: "Handed on", 0: "Not handed on"}[referral.accepted]
    return Draft(f"{subject}: {facts.version.title}", tuple(blocks))


def _referral_waits(facts: LetterFacts, named_by: str, colleague: str) -> Draft:
    referral = facts.referral
    assert referral is not None
    blocks: list[Block] = [
        Paragraph(
            f"{named_by} of {facts.organisation} named {colleague}, in another mail domain, to answer about "
            f"“{facts.version.title}”. Nobody can answer there until you accept it."
        ),
        Facts(
            (
                ("Colleague", colleague),
                ("Address", referral.email or "erased"),
                ("Named", in_full(referral.made_at, facts.post.zone)),
                *about(facts),
            )
        ),
        *for_staff("Look at it here:", facts, f"/versions/{facts.version.number}/round", "Open the round"),
        human(),
    ]
    return Draft(f"To accept: {colleague} for {facts.organisation}", tuple(blocks))


def undeliverable(facts: LetterFacts) -> Draft:
    """To the publisher who asked: whom letters about this version did not reach, and why."""
    failed = facts.undelivered
    page = f"/versions/{facts.version.number}/round"
    people = counted(len(failed), "person", "people")
    shown = "\n".join(_who_and_why(item) for item in failed[:_MOST_SHOWN])
    more = len(failed) - _MOST_SHOWN
    blocks: list[Block] = [
        Paragraph(
            f"Letters about “{facts.version.title}” did not reach {people}. Whoever was not reached has not been "
            "asked, and is not counted as silent."
        ),
        Quoted(shown + (f"\n… and {more} more" if more > 0 else "")),
        Paragraph("Correct the address with the partner's contacts; a new letter then goes out by itself."),
        Facts(tuple(the_text(facts))),
        *for_staff("Who was reached and who was not:", facts, page, "Open the round"),
        human(),
    ]
    return Draft(f"Not delivered to {people}: {facts.version.title}", tuple(blocks))


def _who_and_why(undelivered: Undelivered) -> str:
    return f"{undelivered.organisation}: {undelivered.full_name}, {undelivered.address}. {undelivered.reply}"


def round_closed(facts: LetterFacts) -> Draft:
    """To the publisher who asked: the deadline has passed, and what came of it."""
    words = {"unanswered": "without an answer", "dropped": "no longer asked"}
    counts = [f"{number} {words.get(status, status)}" for status, number in sorted(facts.tally.items()) if number]
    asked = counted(sum(facts.tally.values()), "partner").capitalize()
    page = f"/versions/{facts.version.number}/round"
    is_public = facts.publication is not None and facts.publication.ended_at is None
    lead = (
        "It is public already. Late names need a later deadline:" if is_public else "Publish it, or reopen the round:"
    )
    blocks: list[Block] = [
        Paragraph(f"The round on “{facts.version.title}” has closed. {asked} asked: {', '.join(counts)}."),
        Facts((("Closed", facts.deadline), *the_text(facts))),
        *for_staff(lead, facts, page, "Open the round"),
        human(),
    ]
    return Draft(f"Closed: {facts.version.title}", tuple(blocks))


def request(facts: LetterFacts) -> Draft:
    """To a contact: please answer for your organization by the deadline."""
    opening = (
        f"The {facts.asker} asks {facts.organisation} whether it approves the text “{facts.version.title}”, "
        f"by {facts.deadline}."
    )
    return asking(f"Please answer by {facts.deadline_day}", opening, facts)


def asking(subject: str, opening: str, facts: LetterFacts, *more: Block) -> Draft:
    """A letter that asks for an answer: its opening, whatever it says more, and the question."""
    return Draft(f"{subject}: {facts.version.title}", (Paragraph(opening), *more, *question(facts)))


def question(facts: LetterFacts) -> list[Block]:
    """What every letter says that asks for an answer: the summary, the round's message, and the contact's link."""
    assert facts.round is not None
    return [
        Quoted(computed_in(facts, facts.version.summary)),
        *([Paragraph(facts.round.message)] if facts.round.message else []),
        Paragraph(f"{EMAIL.says} Read it and answer here. You need no account:"),
        Address(facts.link, "Read the text and answer"),
        *waits(facts),
        yours_alone(facts),
        Facts(tuple(the_text(facts))),
        human(),
    ]
