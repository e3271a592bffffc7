"""Entries about the Coalition, staff accounts, emails, backups and restored copies."""

from collections.abc import Mapping

from signoff.domain.phrasing import sentence_for
from signoff.web.record_sentences.facts import Facts, Sentence, listed


def _backup_made(facts: Facts) -> str:
    if facts["with_keys"]:
        return f"A backup was made, up to entry {facts['newest_entry']}, with the keys"
    return f"A backup was made, up to entry {facts['newest_entry']}, without the keys"


def _restoration_opened(facts: Facts) -> str:
    said = f"Public pages were opened again on a restored copy, which ended at entry {facts['newest_entry']}"
    missing = sentence_for(
        facts["signed_size"] - facts["log_size"],
        "; it lacks one signed leaf of the public log",
        "; it lacks {number} signed leaves of the public log",
        none=" ",
    )
    return (said + missing).rstrip()


SENTENCES: Mapping[str, Sentence] = {
    "coalition_described": lambda f: f"The facts about {f['name']} were changed: {listed(f['changed'])}",
    "user_added": lambda f: f"User {f['user']} was added as {', '.join(f['roles'])}",
    "user_changed": lambda f: f"User {f['user']} was changed; roles: {', '.join(f['roles'])}",
    "user_deactivated": lambda f: f"User {f['user']} was deactivated",
    "user_reactivated": lambda f: f"User {f['user']} was reactivated",
    "account_link_sent": lambda f: f"A link to the account of user {f['user']} was emailed: {f['purpose']}",
    "password_changed": lambda f: (
        f"The password of user {f['user']} was changed through an emailed link"
        if f["by_link"]
        else f"The password of user {f['user']} was changed"
    ),
    "user_address_changed": lambda f: f"The email address of user {f['user']} was changed",
    "authenticator_added": lambda f: f"User {f['user']} added an authenticator",
    "authenticator_removed": lambda f: f"The authenticator of user {f['user']} was removed",
    "recovery_codes_renewed": lambda f: f"User {f['user']} got new recovery codes",
    "emails_chosen": lambda f: f"User {f['user']} chose which emails to get",
    "sessions_ended": lambda f: sentence_for(
        len(f["sessions"]),
        "One session of user {user} was ended",
        "{Number} sessions of user {user} were ended",
        user=f["user"],
    ),
    "token_revoked": lambda f: f"An API token of user {f['user']} was revoked",
    "letters_retried": lambda f: sentence_for(
        len(f["letters"]), "One email was queued to be tried again", "{Number} emails were queued to be tried again"
    ),
    "letters_canceled": lambda f: sentence_for(
        len(f["letters"]),
        "One email was held back before it was sent",
        "{Number} emails were held back before they were sent",
    ),
    "mail_resumed": lambda f: f"Sending was resumed. Email had been paused: {f['reason']}",
    "backup_made": _backup_made,
    "restoration_opened": _restoration_opened,
    "token_added": lambda f: f"An API token was made for user {f['user']}",
}
