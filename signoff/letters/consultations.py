"""The letters around a round: comments invited and settled, names proposed and settled, contacts changed."""

from signoff.domain.positions.comments import OUTCOME_WORDS, CommentOutcome
from signoff.domain.positions.sheets import EMAIL
from signoff.domain.time import in_full
from signoff.letters.blocks import Address, Block, Draft, Facts, Paragraph, Quoted
from signoff.letters.context import LetterFacts
from signoff.letters.snippets import about, computed_in, for_staff, human, own_link, the_text


def invited(facts: LetterFacts) -> Draft:
    """To a contact: please say what you think of a draft; nobody asks for approval yet."""
    blocks: list[Block] = [
        Paragraph(
            f"The {facts.asker} is writing the text “{facts.version.title}” and would like to hear what "
            f"{facts.organisation} thinks of it. This asks for no approval."
        ),
        Quoted(computed_in(facts, facts.version.summary)),
        *own_link(f"{EMAIL.says} Comment on any passage there. You need no account:", facts, "Read and comment"),
        Paragraph("Comments go to the Coalition's staff and are never public. You will hear what became of them."),
        Facts(tuple(the_text(facts))),
        human(),
    ]
    return Draft(f"Your comments, please: {facts.version.title}", tuple(blocks))


def comment(facts: LetterFacts) -> Draft:
    """To the drafter: somebody commented."""
    made = facts.comment
    assert made is not None
    blocks: list[Block] = [
        Paragraph(f"{made.contact.full_name} of {facts.organisation} commented on “{facts.version.title}”."),
        *_passage(made.quote),
        Quoted(made.words or "The comment was erased."),
        Facts((("At", in_full(made.made_at, facts.post.zone)), *the_text(facts))),
        *for_staff("Say what became of it here:", facts, "/comments", "Open the comments"),
        human(),
    ]
    return Draft(f"Comment: {facts.organisation} on “{facts.version.title}”", tuple(blocks))


def _passage(quote: str) -> list[Block]:
    return [Paragraph("On these words:"), Quoted(quote), Paragraph("The comment:")] if quote else []


def comment_settled(facts: LetterFacts) -> Draft:
    """To the commenter: what became of the comment."""
    made = facts.comment
    assert made is not None and made.outcome is not None
    became = OUTCOME_WORDS[CommentOutcome(made.outcome)]
    blocks: list[Block] = [
        Paragraph(f"Your comment on “{facts.version.title}” was {became}. Thank you for it."),
        Quoted(made.words or "The comment was erased."),
        *([Paragraph(f"From the Coalition's staff: {made.outcome_note}")] if made.outcome_note else []),
        Facts((("Commented", in_full(made.made_at, facts.post.zone)), *the_text(facts))),
        human(),
    ]
    return Draft(f"Your comment was {became}: {facts.version.title}", tuple(blocks))


def name_proposed(facts: LetterFacts) -> Draft:
    """To the publisher who asked: a partner would like to stand under another name."""
    proposal = facts.proposal
    assert proposal is not None
    blocks: list[Block] = [
        Paragraph(
            f"{facts.organisation} proposes to stand as “{proposal.name}”. It can approve under that name once you "
            "have accepted it."
        ),
        Facts((("Proposed", in_full(proposal.proposed_at, facts.post.zone)), *about(facts))),
        *for_staff("Accept it or not here:", facts, f"/versions/{facts.version.number}/round", "Open the round"),
        human(),
    ]
    return Draft(f"To accept: the name “{proposal.name}”", tuple(blocks))


def name_settled(facts: LetterFacts) -> Draft:
    """To the partner's contacts: whether the proposed name can be approved under."""
    proposal = facts.proposal
    assert proposal is not None
    settled = (
        f"{facts.organisation} can now approve the text “{facts.version.title}” under the name “{proposal.name}”."
        if proposal.accepted
        else f"The name “{proposal.name}” was not accepted for {facts.organisation}. The names agreed before stand."
    )
    blocks: list[Block] = [
        Paragraph(settled),
        Facts(tuple(about(facts))),
        *own_link("Nothing is approved by this letter. Your page:", facts),
        human(),
    ]
    return Draft(f"The name “{proposal.name}”: {facts.version.title}", tuple(blocks))


def _as_registered(facts: LetterFacts) -> list[tuple[str, str]]:
    changed = facts.changed_contact
    assert changed is not None
    rows = [("Position", changed.job_title)]
    # Whoever lost the address hears that it is another one now, and not which.
    rows.append(("Address", changed.email if not facts.to_old_address else facts.own_address))
    if not changed.may_answer:
        rows.append(("May answer", "no, reads only"))
    elif facts.at is not None and changed.answers_from > facts.at:
        rows.append(("May answer", f"from {in_full(changed.answers_from, facts.post.zone)} on"))
    return [(label, value) for label, value in rows if value]


def contact_changed(facts: LetterFacts) -> Draft:
    """To a contact's old address and its partner's other contacts: who answers has changed."""
    changed = facts.changed_contact
    assert changed is not None
    rows = [("Organisation", facts.organisation), ("Contact", changed.full_name)]
    if changed.removed_at is not None:
        sentence = f"{changed.full_name} is no longer registered as a contact of {facts.organisation}."
    elif facts.is_new_contact:
        sentence = f"{changed.full_name} was added as a contact of {facts.organisation}."
    else:
        sentence = f"What is registered of {changed.full_name}, a contact of {facts.organisation}, was corrected."
    if changed.removed_at is None:
        rows += _as_registered(facts)
    blocks: list[Block] = [
        Paragraph(f"{sentence} The {facts.asker} tells every contact of such a change."),
        Facts(tuple(rows)),
        Paragraph(
            "If that is not right, reply to this letter at once: whoever reads an organisation's mail could answer "
            "for it."
        ),
        human(),
    ]
    return Draft(f"Contact changed: {facts.organisation}", tuple(blocks))


def contact_confirmed(facts: LetterFacts) -> Draft:
    """To a partner's other contacts and the administrators: staff confirmed a contact's address."""
    changed = facts.changed_contact
    assert changed is not None
    who = changed.confirmer.name if facts.to_staff and changed.confirmer else f"A staff member of the {facts.asker}"
    rows = [("Organization", facts.organisation), ("Contact", changed.full_name), *_as_registered(facts)]
    blocks: list[Block] = [
        Paragraph(
            f"{who} confirmed the address of {changed.full_name}, a contact of {facts.organisation}. This contact can "
            "answer now."
        ),
        Facts(tuple(rows)),
        Paragraph(
            "If that is not right, reply to this email at once: anyone who reads an organization's mail could answer "
            "for it."
        ),
        *_partner_page(facts),
        human(),
    ]
    return Draft(f"Contact confirmed: {facts.organisation}", tuple(blocks))


def _partner_page(facts: LetterFacts) -> list[Block]:
    if not facts.to_staff or facts.partner is None:
        return []
    page = f"{facts.post.base_url}/staff/partners/{facts.partner.slug}"
    return [Paragraph("The partner's contacts:"), Address(page, "Open the partner")]
