"""Entries about partners, their names and contacts, applications and commitments."""

from collections.abc import Mapping

from signoff.domain.phrasing import counted, sentence_for
from signoff.web.record_sentences.facts import Facts, Sentence, listed, of_partners


def _partners_changed(facts: Facts) -> str:
    if facts["field"] in ("level", "language"):
        return of_partners(
            facts,
            "One partner was changed: {field} set to “{value}”",
            "{Number} partners were changed: {field} set to “{value}”",
        )
    if facts["added"]:
        return of_partners(
            facts,
            "One partner was changed: “{value}” added to {field}",
            "{Number} partners were changed: “{value}” added to {field}",
        )
    return of_partners(
        facts,
        "One partner was changed: “{value}” removed from {field}",
        "{Number} partners were changed: “{value}” removed from {field}",
    )


def _partners_tagged(facts: Facts) -> str:
    if facts["added"]:
        return of_partners(facts, "One partner was tagged “{tag}”", "{Number} partners were tagged “{tag}”")
    return of_partners(
        facts, "The tag “{tag}” was removed from one partner", "The tag “{tag}” was removed from {number} partners"
    )


def _partners_merged(facts: Facts) -> str:
    said = f"{facts['double']} was merged into {facts['partner']}"
    if facts["dropped"]:
        said += sentence_for(
            len(facts["dropped"]), "; one duplicate question was dropped", "; {number} duplicate questions were dropped"
        )
    if facts["tags"]:
        said += f"; tags taken over: {', '.join(facts['tags'])}"
    return said


def _name_question_answered(facts: Facts) -> str:
    name, other, partner = facts["name"], facts["other"], facts.get("partner", "")
    if facts["answer"] == "same":
        return f"Staff said that “{name}” is {other}, so nothing was added"
    if facts["answer"] == "affiliate":
        return f"Before {partner} got the name “{name}”, staff said that it is an affiliate of {other}"
    return f"Before {partner} got the name “{name}”, staff said that it is a different organization from {other}"


def _application_decided(facts: Facts) -> str:
    said = {
        "accept": f"Application {facts['application']} was accepted",
        "link": f"Application {facts['application']} was linked",
        "reject": f"Application {facts['application']} was rejected",
    }[facts["decision"]]
    return f"{said}: {facts['partner']}" if facts["partner"] else said


SENTENCES: Mapping[str, Sentence] = {
    "partner_added": lambda f: f"Partner {f['partner']} was added, with {counted(len(f['contacts']), 'contact')}",
    "partner_changed": lambda f: f"Partner {f['partner']} was changed: {listed(f['fields'])}",
    "partner_left": lambda f: f"{f['partner']} left the Coalition: {f['reason']}",
    "partner_returned": lambda f: f"{f['partner']} returned to the Coalition",
    "partners_tagged": _partners_tagged,
    "partners_changed": _partners_changed,
    "expertise_added": lambda f: f"“{f['word']}” was added to the list of expertise",
    "expertise_removed": lambda f: f"“{f['word']}” was removed from the list of expertise",
    "partners_merged": _partners_merged,
    "merge_undone": lambda f: f"The merge of {f['double']} into {f['partner']} was undone",
    "segment_saved": lambda f: f"The segment “{f['name']}” was saved",
    "segment_removed": lambda f: f"The segment “{f['name']}” was removed",
    "contact_added": lambda f: f"A contact was added to {f['partner']}",
    "contact_corrected": lambda f: f"A contact of {f['partner']} was corrected: {listed(f['fields'])}",
    "contact_removed": lambda f: f"A contact of {f['partner']} was removed",
    "complaint_settled": lambda f: f"Email to a contact of {f['partner']} was allowed again after a spam report",
    "contact_confirmed": lambda f: f"A new address of {f['partner']} was confirmed",
    "person_erased": lambda f: f"A person’s data was erased from {counted(f['rows'], 'row')}",
    "name_question_answered": _name_question_answered,
    "name_proposed": lambda f: f"{f['partner']} proposed another name to sign as",
    "name_settled": lambda f: (
        f"The name “{f['name']}” was accepted for {f['partner']}"
        if f["accepted"]
        else f"The name “{f['name']}” was not accepted for {f['partner']}"
    ),
    "application_confirmed": lambda f: f"Application {f['application']} was confirmed by email",
    "application_decided": _application_decided,
    "application_settled": lambda f: (
        f"A contact of {f['partner']} accepted the applicant of application {f['application']} as a contact"
        if f["agreed"]
        else f"A contact of {f['partner']} did not accept the applicant of application {f['application']} as a contact"
    ),
    "commitments_asked": lambda f: of_partners(
        f,
        "One partner was asked to accept the commitments of edition {edition}",
        "{Number} partners were asked to accept the commitments of edition {edition}",
    ),
    "commitments_answered": lambda f: (
        f"{f['partner']} accepted the commitments of edition {f['edition']}"
        if f["accepted"]
        else f"{f['partner']} did not accept the commitments of edition {f['edition']}"
    ),
}
