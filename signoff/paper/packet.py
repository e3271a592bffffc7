"""What a board needs to decide, as a PDF: the question, what changed, the text, its check, a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from signoff.domain.positions.changes import ReadChange, ReadFieldChange
from signoff.domain.positions.text import Wording
from signoff.paper.asked import asked_facts
from signoff.paper.stationery import Stationery
from signoff.paper.tree import breakable
from signoff.paper.typesetting import set_on_paper

# Of more than these in one field, the page has the rest.
_MOST_PASSAGES = 200


@dataclass(frozen=True)
class Packet:
    """A board's question: for whom, rows of labels and words, the text, and what changed since the one it knows.

    `notice` is why the text takes no answer any longer, or empty; `since` says what the changes are from. `checked`
    and `findings` are as on the public sheet. `day` is when the version was saved, in the installation's zone.
    """

    board_of: str
    rows: Sequence[tuple[str, str]]
    notice: str
    since: str
    changes: Sequence[ReadFieldChange]
    wording: Wording
    number: int
    digest: str
    day: date
    checked: str
    findings: Sequence[Mapping[str, Any]]


def packet_pdf(packet: Packet, stationery: Stationery) -> bytes:
    """The packet on paper, with the whole text; the form at its end is left out when it takes no answer."""
    facts = asked_facts(
        packet.wording, number=packet.number, digest=packet.digest, day=packet.day, stationery=stationery
    )
    return set_on_paper(
        {
            "paper": "packet",
            **facts,
            "board_of": packet.board_of,
            "rows": [list(row) for row in packet.rows],
            "notice": packet.notice,
            "since": packet.since,
            "changes": [_changed(field) for field in packet.changes],
            "checked": packet.checked,
            "findings": [dict(finding) for finding in packet.findings],
        }
    )


def _changed(field: ReadFieldChange) -> dict[str, Any]:
    return {
        "label": field.label,
        "passages": [_passage(change) for change in field.changed[:_MOST_PASSAGES]],
        "more": max(0, len(field.changed) - _MOST_PASSAGES),
        "only_form": field.only_form,
    }


def _passage(change: ReadChange) -> dict[str, Any]:
    """One block: its lines, each as runs of a kind and words; a table has a line for each row."""
    rows = [[_runs(cell.runs) for cell in row] for row in change.rows] or [[_runs(change.runs)]]
    return {"under": change.under, "mark": change.block.mark, "rows": rows}


def _runs(runs: Sequence[Any]) -> list[list[str]]:
    return [[run.kind, breakable(run.text)] for run in runs]
