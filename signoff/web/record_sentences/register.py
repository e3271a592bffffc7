"""Entries about partners, their names and contacts, applications and commitments."""

from collections.abc import Mapping

from signoff.domain.phrasing import counted, sentence_for
from signoff.web.record_sentences.facts import Facts, Sentence, listed, partners_in


def _partners_changed(facts: Facts) -> str:
    if facts["field"] in ("level", "language"):
        return f"{partners_in(facts)} changed: {facts['field']} set to “{facts['value']}”"
    if facts["added"]:
        return f"{partners_in(facts)} changed: “{facts['value']}” added to {facts['field']}"
    return f"{partners_in(facts)} changed: “{facts['value']}” removed from {facts['field']}"


def _partners_merged(facts: Facts) -> str:
    said = f"{facts['double']} was merged into {facts['partner']}"
    if facts["dropped"]:
        said += sentence_for(
            len(facts["dropped"]), ", one question asked twice dropped", ", {number} questions asked twice dropped"
        )
    if facts["tags"]:
        said += f", with the tags {', '.join(facts['tags'])}"
    return said


def _name_question_answered(facts: Facts) -> str:
    name, other, partner = facts["name"], facts["other"], facts.get("partner", "")
    if facts["answer"] == "same":
        return f"“{name}” is {other}, staff said, so nothing was added"
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
    "partners_tagged": lambda f: (
        f"{partners_in(f)} tagged “{f['tag']}”" if f["added"] else f"{partners_in(f)} no longer tagged “{f['tag']}”"
    ),
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
    "complaint_settled": lambda f: f"Email to a contact of {f['partner']} is sent again after a spam report",
    "contact_confirmed": lambda f: f"A new address of {f['partner']} was confirmed",
    "person_erased": lambda f: f"What was stored about a person was erased, in {counted(f['rows'], 'row')}",
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
        f"A contact of {f['partner']} agreed to the person of application {f['application']}"
        if f["agreed"]
        else f"A contact of {f['partner']} refused the person of application {f['application']}"
    ),
    "commitments_asked": lambda f: f"{partners_in(f)} asked to accept the commitments of edition {f['edition']}",
    "commitments_answered": lambda f: (
        f"{f['partner']} accepted the commitments of edition {f['edition']}"
        if f["accepted"]
        else f"{f['partner']} did not accept the commitments of edition {f['edition']}"
    ),
}
