"""Entries about principles editions, positions, their versions and the check."""

from collections.abc import Mapping

from signoff.domain.phrasing import counted, sentence_for
from signoff.web.record_sentences.facts import Facts, Sentence, listed


def _finding_recorded(facts: Facts) -> str:
    criterion, verdict = listed([facts["criterion"]]), listed([facts["verdict"]])
    return f"Finding on version {facts['version']}: {criterion}, {verdict}"


SENTENCES: Mapping[str, Sentence] = {
    "edition_drafted": lambda f: f"Draft {f['draft']} of the next principles edition was started",
    "edition_draft_changed": lambda f: (
        f"Draft {f['draft']} of a principles edition was saved, revision {f['revision']}"
    ),
    "edition_draft_discarded": lambda f: f"Draft {f['draft']} of a principles edition was discarded",
    "word_lists_changed": lambda f: (
        f"Words that suggestions look for were changed in principles edition {f['edition']}: {listed(f['criteria'])}"
    ),
    "edition_adopted": lambda f: (
        f"Principles edition {f['edition']} was recorded, with {counted(len(f['criteria']), 'criterion', 'criteria')}"
    ),
    "position_started": lambda f: "The position was started",
    "position_address_changed": lambda f: f"The address of the position was changed from {f['was']} to {f['position']}",
    "position_moved": lambda f: (
        f"The position was moved from principles edition {f['from_edition']} to edition {f['edition']}"
    ),
    "version_saved": lambda f: f"Version {f['version']} was saved: {f['change_note']}",
    "finding_recorded": _finding_recorded,
    "reviewer_asked": lambda f: f"{f['user']} was asked to check version {f['version']}",
    "check_completed": lambda f: f"The check of version {f['version']} was completed",
    "ordinary_words_ticked": lambda f: sentence_for(
        len(f["passages"]),
        "One passage in version {version} was looked at: no partner is meant",
        "{Number} passages in version {version} were looked at: no partner is meant",
        version=f["version"],
    ),
    "words_exempted": lambda f: f"Words in version {f['version']} do not mean {f['partner']}: {f['reason']}",
}
