"""Sentences that several letters share: whose a link is, from when an address answers, what changed, who helps."""

from datetime import datetime

from signoff.domain.diff import FieldChange, WordRun
from signoff.domain.diff import Paragraph as ChangedParagraph
from signoff.domain.phrasing import counted
from signoff.letters.base import PartnerLetter
from signoff.letters.blocks import Block, Paragraph, Quoted
from signoff.services.rounds.previous_versions import KnownVersion

_MOST_CHANGES = 4
_LONGEST_PHRASE = 110
_AROUND = 24  # characters of unchanged words shown on either side of a change
_FIRST = ("body", "summary", "title")


def human() -> Paragraph:
    """Who answers questions."""
    return Paragraph("Questions? Reply to this email. It goes to a person at the Coalition.")


def yours_alone(letter: PartnerLetter) -> Paragraph:
    """What a link means to its holder."""
    return Paragraph(
        f"This link is for you alone, so please do not forward it. {letter.organization} is named only if you approve. "
        "Not answering is never counted as approval. To reach a person at the Coalition, reply to this email."
    )


def waits(letter: PartnerLetter, answers_from: datetime | None) -> list[Block]:
    """From when on a new address answers, and why not at once; nothing for addresses that may."""
    if answers_from is None:
        return []
    return [
        Paragraph(
            f"Your email address is new to us. You can answer starting {letter.in_full(answers_from)}, or sooner if a "
            "second member of the Coalition's staff confirms it."
        )
    ]


def what_changed(known: KnownVersion, number: int, organization: str) -> list[Block]:
    """What changed in version `number` since the version this partner knows; the page shows all of it."""
    before = known.version.number
    if not known.changes:
        return [
            Paragraph(f"The text is the same as in version {before}. Only a new answer counts for version {number}.")
        ]
    # The text first: that its title changed too says less than what its words say now.
    ordered = sorted(known.changes, key=lambda change: _FIRST.index(change.field) if change.field in _FIRST else 9)
    lines = [line for change in ordered for line in _in_words(change)]
    more = len(lines) - _MOST_CHANGES
    rest = [f"… and {counted(more, 'more change')}; your page marks each."] if more > 0 else []
    shown = lines[:_MOST_CHANGES] + rest
    return [
        Paragraph(
            f"The text has changed since version {before}, which {organization} approved. That approval does not count "
            f"for version {number}."
            if known.approved
            else f"The text has changed since version {before}, about which we asked {organization}."
        ),
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
