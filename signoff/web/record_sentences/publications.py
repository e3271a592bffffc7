"""Entries about publication, its lists, deliveries, and acts at a set time."""

from collections.abc import Mapping

from signoff.domain.phrasing import counted
from signoff.domain.publications.deliveries import WAY_WORDS
from signoff.domain.publications.name_groups import GROUPING_WORDS
from signoff.web.record_sentences.facts import Facts, Sentence


def _position_delivered(facts: Facts) -> str:
    names = counted(facts["signatories"], "name")
    said = f"Version {facts['version']} was delivered {WAY_WORDS[facts['way']]} with {names}"
    return f"{said}, as a supplement" if facts["supplements"] else said


SENTENCES: Mapping[str, Sentence] = {
    "act_scheduled": lambda f: (
        f"Asking about version {f['version']} was scheduled"
        if f["act"] == "ask"
        else f"Publishing version {f['version']} was scheduled"
    ),
    "schedule_canceled": lambda f: (
        f"Asking about version {f['version']} was canceled before its time"
        if f["act"] == "ask"
        else f"Publishing version {f['version']} was canceled before its time"
    ),
    "schedule_failed": lambda f: (
        f"Partners were not asked about version {f['version']} as scheduled: {' '.join(f['reasons'])}"
        if f["act"] == "ask"
        else f"Version {f['version']} was not published as scheduled: {' '.join(f['reasons'])}"
    ),
    "position_published": lambda f: (
        f"Version {f['version']} was published with {counted(f['signatories'], 'signatory', 'signatories')}"
    ),
    "position_superseded": lambda f: f"Version {f['version']} was superseded by version {f['by_version']}",
    "position_retired": lambda f: f"Version {f['version']} was retired: {f['reason']}",
    "position_delivered": _position_delivered,
    "delivery_taken_back": lambda f: f"A delivery of version {f['version']} was taken back as a mistake",
    "report_settled": lambda f: f"Report {f['report']} about the list of version {f['version']} was settled",
    "names_grouped": lambda f: f"Names on sheets of version {f['version']}: {GROUPING_WORDS[f['grouping']]}",
    "sign_on_opened": lambda f: "The position was opened for applications",
    "sign_on_ended": lambda f: "Applications for the position were ended",
}
