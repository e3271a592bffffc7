"""Sentences that several letters share: about which text, by whose link, what changed, who answers questions."""

from signoff.domain.diff import FieldChange, WordRun
from signoff.domain.diff import Paragraph as ChangedParagraph
from signoff.domain.phrasing import counted
from signoff.domain.positions.placeholders import filled
from signoff.domain.time import in_full, on_day
from signoff.letters.blocks import Address, Block, Paragraph, Quoted
from signoff.letters.context import LetterFacts

_MOST_CHANGES = 4
_LONGEST_PHRASE = 110
_AROUND = 24  # characters of unchanged words shown on either side of a change
_FIRST = ("body", "summary", "title")


def human() -> Paragraph:
    """Who answers questions."""
    return Paragraph("Questions? Reply to this letter: a person at the Coalition reads it.")


def at_answer(facts: LetterFacts) -> str:
    """When the answer was given."""
    assert facts.answer is not None
    return in_full(facts.answer.at, facts.post.zone)


def about(facts: LetterFacts) -> list[tuple[str, str]]:
    """Which text a letter is about, until when it is asked about, and where it is public."""
    is_public = facts.publication is not None and facts.publication.ended_at is None and not facts.to_staff
    return [
        *((("Public page", facts.public_address),) if is_public else ()),
        *((("Answers until", facts.deadline),) if facts.round and facts.round.ended_at is None else ()),
        *the_text(facts),
    ]


def the_text(facts: LetterFacts) -> list[tuple[str, str]]:
    """Which text a letter is about."""
    return [("Version", str(facts.version.number)), ("Digest", facts.version.digest)]


def own_link(lead: str, facts: LetterFacts, label: str = "Open your page") -> list[Block]:
    """The contact's own link behind a lead, or what to do without one."""
    if not facts.link:
        return [Paragraph("If this is not right, reply to this letter and we will put it right.")]
    return [Paragraph(lead), Address(facts.link, label)]


def yours_alone(facts: LetterFacts) -> Paragraph:
    """What a link means to its holder."""
    return Paragraph(
        f"This link is yours alone, {facts.reader}; please do not pass it on. {facts.organisation} is named "
        "only if you approve. Silence is never taken for a yes."
    )


def waits(facts: LetterFacts) -> list[Block]:
    """From when on a new address answers, and why not at once; nothing for addresses that may."""
    if not facts.waits or facts.contact is None:
        return []
    moment = in_full(facts.contact.answers_from, facts.post.zone)
    return [
        Paragraph(
            f"This address is new to us. It can answer from {moment} on, or sooner if a second member of the "
            "Coalition's staff confirms it."
        )
    ]


def for_staff(lead: str, facts: LetterFacts, where: str = "", label: str = "Open the position") -> list[Block]:
    """The staff's page behind a lead."""
    return [Paragraph(lead), Address(facts.staff_address + where, label)]


def computed_in(facts: LetterFacts, text: str) -> str:
    """A plain text with its computed words, as they are at this moment."""
    is_public = facts.publication is not None and facts.publication.ended_at is None
    day = on_day(facts.publication.published_at, facts.post.zone) if facts.publication and is_public else ""
    return filled(text, {"signatory_count": str(facts.signatory_count) if is_public else "", "date": day})


def what_changed(facts: LetterFacts) -> list[Block]:
    """What changed since the version this partner knows, in words; the page shows all of it."""
    known = facts.known
    if known is None:
        return []
    did = "approved" if known.approved else "was asked about"
    if not known.changes:
        words = f"It says again, byte for byte, what version {known.version.number} said, which {facts.organisation} "
        return [Paragraph(f"{words}{did}. Still, only a new answer counts.")]
    # The text first: that its title changed too says less than what its words say now.
    ordered = sorted(known.changes, key=lambda change: _FIRST.index(change.field) if change.field in _FIRST else 9)
    lines = [line for change in ordered for line in _in_words(change)]
    more = len(lines) - _MOST_CHANGES
    rest = [f"… and {counted(more, 'more change')}; your page marks each."] if more > 0 else []
    shown = lines[:_MOST_CHANGES] + rest
    return [
        Paragraph(f"What changed since {facts.organisation} {did} version {known.version.number}:"),
        Quoted("\n".join(shown)),
    ]


def _in_words(change: FieldChange) -> list[str]:
    return [f"{change.label}: {_said(paragraph)}" for paragraph in change.changed] or [
        f"{change.label}: only its empty lines changed."
    ]


def _said(paragraph: ChangedParagraph) -> str:
    if paragraph.kind == "gone":
        return f"taken out: “{_short(paragraph.before)}”"
    if paragraph.kind == "new":
        return f"put in: “{_short(paragraph.after)}”"
    first, last = paragraph.runs[0], paragraph.runs[-1]
    marked = "".join(_marked(run, first=run is first, last=run is last) for run in paragraph.runs)
    return f"“{' '.join(marked.split())}”"


def _marked(run: WordRun, *, first: bool, last: bool) -> str:
    if run.kind != "same":
        what = "taken out" if run.kind == "gone" else "put in"
        return f" [{what}: {_short(run.text)}] " if run.text.strip() else run.text
    if len(run.text) <= 2 * _AROUND:
        return run.text
    before = "" if first else run.text[:_AROUND].rsplit(" ", 1)[0]
    after = "" if last else run.text[-_AROUND:].split(" ", 1)[-1]
    return f"{before} … {after}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_PHRASE else f"{text[: _LONGEST_PHRASE - 1].rstrip()}…"
