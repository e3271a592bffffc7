"""An entry of the record as a sentence for people, made from its facts alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from sqlalchemy.orm import Session

from signoff.domain.answers.answers import VERDICT_WORDS, Verdict
from signoff.domain.phrasing import counted
from signoff.domain.positions.comments import OUTCOME_WORDS, CommentOutcome
from signoff.domain.publications.deliveries import WAY_WORDS
from signoff.domain.publications.name_groups import GROUPING_WORDS
from signoff.models import Entry
from signoff.services.accounts.users import user_names
from signoff.services.record.beside import Beside, beside
from signoff.services.record.record import facts_of, partner_names_in
from signoff.web.backup_entries import backup_made, restoration_opened
from signoff.web.news_entries import NEWS_SENTENCES
from signoff.web.posting_entries import POSTING_SENTENCES
from signoff.web.register_entries import answered_about_names, commitments_answered, commitments_asked, of_merge

Facts = Mapping[str, Any]


def _extended(facts: Facts) -> str:
    how = "reopened" if facts["reopened"] else "extended"
    added = f", {counted(len(facts['partners']), 'partner')} added" if facts["partners"] else ""
    return f"The round on version {facts['version']} was {how}{added}"


def _answered(facts: Facts) -> str:
    name = f" as “{facts['public_name']}”" if facts["public_name"] else ""
    return f"{facts['partner']} {VERDICT_WORDS[Verdict(facts['verdict'])]} version {facts['version']}{name}"


def _found(facts: Facts) -> str:
    criterion, verdict = (facts[name].replace("_", " ") for name in ("criterion", "verdict"))
    return f"Finding on version {facts['version']}: {criterion}, {verdict}"


def _decided_about_application(facts: Facts) -> str:
    became = {"accept": "accepted", "link": "linked", "reject": "rejected"}[facts["decision"]]
    partner = f": {facts['partner']}" if facts["partner"] else ""
    return f"Application {facts['application']} was {became}{partner}"


_SCHEDULED = {"ask": "Asking about", "publish": "Publishing"}

_OTHERS = {
    "contact": "a contact of the partner",
    "applicant": "an applicant",
    "subscriber": "a subscriber",
    "operator": "the command line",
    "worker": "the worker",
}
_SENTENCES: dict[str, Callable[[Facts], str]] = {
    "coalition_described": lambda f: f"{f['name']} was described: {', '.join(f['changed']).replace('_', ' ')}",
    "user_added": lambda f: f"User {f['user']} was added as {', '.join(f['roles'])}",
    "user_changed": lambda f: f"User {f['user']} was changed; roles: {', '.join(f['roles'])}",
    "user_deactivated": lambda f: f"User {f['user']} was deactivated",
    "user_reactivated": lambda f: f"User {f['user']} was reactivated",
    "account_link_sent": lambda f: f"A link to the account of user {f['user']} was emailed: {f['purpose']}",
    "password_changed": lambda f: (
        f"The password of user {f['user']} was changed{', through an emailed link' if f['by_link'] else ''}"
    ),
    "user_address_changed": lambda f: f"The email address of user {f['user']} was changed",
    "authenticator_added": lambda f: f"User {f['user']} signs in with an authenticator",
    "authenticator_removed": lambda f: f"The authenticator of user {f['user']} was removed",
    "recovery_codes_renewed": lambda f: f"User {f['user']} got new recovery codes",
    "emails_chosen": lambda f: f"User {f['user']} chose which emails to get",
    "sessions_ended": lambda f: f"{counted(len(f['sessions']), 'session').capitalize()} of user {f['user']} ended",
    "token_revoked": lambda f: f"An API token of user {f['user']} was revoked",
    "letters_retried": lambda f: f"{counted(len(f['letters']), 'email').capitalize()} queued to be tried again",
    "letters_canceled": lambda f: f"{counted(len(f['letters']), 'email').capitalize()} held back before sending",
    "mail_resumed": lambda f: f"The mail server is tried again. Email had paused: {f['reason']}",
    "backup_made": backup_made,
    "restoration_opened": restoration_opened,
    "token_added": lambda f: f"An API token was made for user {f['user']}",
    "edition_drafted": lambda f: f"Draft {f['draft']} of the next principles edition was started",
    "edition_draft_changed": lambda f: (
        f"Draft {f['draft']} of a principles edition was saved, revision {f['revision']}"
    ),
    "edition_draft_discarded": lambda f: f"Draft {f['draft']} of a principles edition was discarded",
    "word_lists_changed": lambda f: (
        f"Words that suggestions look for were changed in principles edition {f['edition']}: "
        f"{', '.join(f['criteria']).replace('_', ' ')}"
    ),
    "edition_adopted": lambda f: (
        f"Principles edition {f['edition']} was recorded, with {counted(len(f['criteria']), 'criterion', 'criteria')}"
    ),
    "partner_added": lambda f: f"Partner {f['partner']} was added, with {counted(len(f['contacts']), 'contact')}",
    "partner_changed": lambda f: f"Partner {f['partner']} was changed: {', '.join(f['fields']).replace('_', ' ')}",
    "partner_left": lambda f: f"{f['partner']} left the Coalition: {f['reason']}",
    "partner_returned": lambda f: f"{f['partner']} returned to the Coalition",
    "partners_tagged": lambda f: (
        f"{counted(len(f['partners']), 'partner').capitalize()} {'tagged' if f['added'] else 'no longer tagged'} "
        f"“{f['tag']}”"
    ),
    "partners_changed": lambda f: (
        f"{counted(len(f['partners']), 'partner').capitalize()} changed: "
        + (
            f"{f['field']} set to “{f['value']}”"
            if f["field"] in ("level", "language")
            else f"“{f['value']}” {'added to' if f['added'] else 'removed from'} {f['field']}"
        )
    ),
    "expertise_added": lambda f: f"“{f['word']}” was added to the list of expertise",
    "expertise_removed": lambda f: f"“{f['word']}” was removed from the list of expertise",
    "partners_merged": lambda f: f"{f['double']} was merged into {f['partner']}{of_merge(f)}",
    "merge_undone": lambda f: f"The merge of {f['double']} into {f['partner']} was undone",
    "segment_saved": lambda f: f"The segment “{f['name']}” was saved",
    "segment_removed": lambda f: f"The segment “{f['name']}” was removed",
    "contact_added": lambda f: f"A contact was added to {f['partner']}",
    "contact_corrected": lambda f: (
        f"A contact of {f['partner']} was corrected: {', '.join(f['fields']).replace('_', ' ')}"
    ),
    "contact_removed": lambda f: f"A contact of {f['partner']} was removed",
    "complaint_settled": lambda f: f"Email to a contact of {f['partner']} is sent again after a spam report",
    "contact_confirmed": lambda f: f"A new address of {f['partner']} was confirmed",
    "person_erased": lambda f: f"What was stored about a person was erased, in {counted(f['rows'], 'row')}",
    "name_question_answered": answered_about_names,
    "name_proposed": lambda f: f"{f['partner']} proposed another name to sign as",
    "name_settled": lambda f: (
        f"The name “{f['name']}” was {'accepted' if f['accepted'] else 'not accepted'} for {f['partner']}"
    ),
    **POSTING_SENTENCES,
    "position_started": lambda f: "The position was started",
    "position_address_changed": lambda f: f"The address of the position was changed from {f['was']} to {f['position']}",
    "position_moved": lambda f: (
        f"The position was moved from principles edition {f['from_edition']} to edition {f['edition']}"
    ),
    "version_saved": lambda f: f"Version {f['version']} was saved: {f['change_note']}",
    "finding_recorded": _found,
    "reviewer_asked": lambda f: f"{f['user']} was asked to check version {f['version']}",
    "check_completed": lambda f: f"The check of version {f['version']} was completed",
    "round_opened": lambda f: (
        f"{counted(len(f['partners']), 'partner').capitalize()} asked about version {f['version']}"
    ),
    "round_extended": _extended,
    "round_shortened": lambda f: f"The round on version {f['version']} was given an earlier deadline",
    "round_recalled": lambda f: (
        f"The round on version {f['version']} was recalled, {counted(f['approvals'], 'approval')} void: {f['reason']}"
    ),
    "partner_dropped": lambda f: f"{f['partner']} is no longer asked about version {f['version']}: {f['reason']}",
    "partners_reminded": lambda f: (
        f"{counted(len(f['partners']), 'partner').capitalize()} reminded about version {f['version']}"
        f"{', as planned' if f['planned'] else ''}"
    ),
    "request_referred": lambda f: (
        f"A contact of {f['partner']} named a colleague to answer about version {f['version']}"
        f"{'' if f['colleague'] else ', to be accepted'}"
    ),
    "referral_settled": lambda f: (
        f"A colleague for {f['partner']} on version {f['version']} was {'' if f['accepted'] else 'not '}accepted"
    ),
    "referral_taken_back": lambda f: (
        f"A contact of {f['partner']} took back the colleague named to answer about version {f['version']}"
    ),
    "contact_stepped_back": lambda f: f"A contact of {f['partner']} asked to receive no more emails",
    "step_back_settled": lambda f: f"The request of a contact of {f['partner']} to receive no more emails was settled",
    "link_reissued": lambda f: f"A new link to version {f['version']} was emailed to a contact of {f['partner']}",
    "confirmation_asked": lambda f: (
        f"A contact of {f['partner']} replied by email and was asked to confirm by link about version {f['version']}"
    ),
    "comments_invited": lambda f: (
        f"{counted(len(f['partners']), 'partner').capitalize()} invited to comment on version {f['version']}"
    ),
    "comment_made": lambda f: f"A contact of {f['partner']} commented on version {f['version']}",
    "comment_settled": lambda f: (
        f"A comment of {f['partner']} on version {f['version']} was {OUTCOME_WORDS[CommentOutcome(f['outcome'])]}"
    ),
    "ordinary_words_ticked": lambda f: (
        f"{counted(len(f['passages']), 'passage')} in version {f['version']} looked at: no partner is meant"
    ),
    "words_exempted": lambda f: f"Words in version {f['version']} are not {f['partner']}: {f['reason']}",
    "round_closed": lambda f: (
        f"The round on version {f['version']} closed, {counted(f['waiting'], 'partner')} without an answer"
    ),
    "round_replaced": lambda f: f"The round on version {f['version']} was replaced by version {f['by_version']}",
    "sign_on_opened": lambda f: "The position was opened for applications",
    "sign_on_ended": lambda f: "Applications for the position were ended",
    "application_confirmed": lambda f: f"Application {f['application']} was confirmed by email",
    "application_decided": _decided_about_application,
    "application_settled": lambda f: (
        f"A contact of {f['partner']} {'agreed to' if f['agreed'] else 'refused'} the person of application "
        f"{f['application']}"
    ),
    **NEWS_SENTENCES,
    "commitments_asked": commitments_asked,
    "commitments_answered": commitments_answered,
    "partner_answered": _answered,
    "name_removed": lambda f: f"The name of {f['partner']} was removed from version {f['version']}",
    "act_scheduled": lambda f: f"{_SCHEDULED[f['act']]} version {f['version']} was scheduled",
    "schedule_canceled": lambda f: f"{_SCHEDULED[f['act']]} version {f['version']} was canceled before its time",
    "schedule_failed": lambda f: (
        f"{_SCHEDULED[f['act']]} version {f['version']} was not done as scheduled: {' '.join(f['reasons'])}"
    ),
    "position_published": lambda f: (
        f"Version {f['version']} was published with {counted(f['signatories'], 'signatory', 'signatories')}"
    ),
    "position_superseded": lambda f: f"Version {f['version']} was superseded by version {f['by_version']}",
    "position_retired": lambda f: f"Version {f['version']} was retired: {f['reason']}",
    "position_delivered": lambda f: (
        f"Version {f['version']} was delivered {WAY_WORDS[f['way']]} "
        f"with {counted(f['signatories'], 'name')}{', as a supplement' if f['supplements'] else ''}"
    ),
    "delivery_taken_back": lambda f: f"A delivery of version {f['version']} was taken back as a mistake",
    "report_settled": lambda f: f"Report {f['report']} about the list of version {f['version']} was settled",
    "names_grouped": lambda f: f"Names on sheets of version {f['version']}: {GROUPING_WORDS[f['grouping']]}",
}


@dataclass(frozen=True)
class Activity:
    """One or several entries as one line: the newest of them, what they say, and who did it.

    Of several, `oldest` is the first of them, and `names` are the partners they tell of, newest first. Of one,
    `beside` is what people said and can have erased.
    """

    entry: Entry
    sentence: str
    by: str
    oldest: Entry | None = None
    names: tuple[str, ...] = ()
    beside: Beside = Beside()


def activities(session: Session, entries: Sequence[Entry]) -> list[Activity]:
    """One line for each entry, with the names of partners and users as they are now."""
    return _lines(session, entries, partner_names_in(session, entries))


def _lines(session: Session, entries: Sequence[Entry], partners: Mapping[str, str]) -> list[Activity]:
    users, words = user_names(session), beside(session, entries)
    return [
        Activity(entry, _sentence(entry, partners, users), _by(entry, users), beside=words.get(entry.id, Beside()))
        for entry in entries
    ]


def activity_line(session: Session, entries: Sequence[Entry], *, zone: tzinfo) -> list[Activity]:
    """The same, newest first, with likes gathered into one line: a reviewer's findings, one day's approvals."""
    partners = partner_names_in(session, entries)
    groups: list[list[Activity]] = []
    for line in _lines(session, entries, partners):
        if groups and _are_alike(groups[-1][-1].entry, line.entry, zone):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_gathered(group, partners) for group in groups]


def _gathered(group: Sequence[Activity], partners: Mapping[str, str]) -> Activity:
    newest, oldest = group[0], group[-1].entry
    if len(group) == 1:
        return newest
    facts = facts_of(newest.entry)
    if newest.entry.kind == "finding_recorded":
        return replace(newest, sentence=f"{counted(len(group), 'finding').capitalize()} on version {facts['version']}")
    slugs = [facts_of(line.entry)["partner"] for line in group]
    names = tuple(dict.fromkeys(partners.get(slug, slug) for slug in slugs))
    said = f"{counted(len(names), 'partner').capitalize()} approved version {facts['version']}"
    return replace(newest, sentence=said, by="", oldest=oldest, names=names, beside=Beside())


def _are_alike(newer: Entry, older: Entry, zone: tzinfo) -> bool:
    one, other = facts_of(newer), facts_of(older)
    if newer.kind != older.kind or (newer.position_id, one.get("version")) != (older.position_id, other.get("version")):
        return False
    if newer.kind == "finding_recorded":
        return newer.actor == older.actor
    if newer.kind != "partner_answered" or not one["verdict"] == other["verdict"] == Verdict.APPROVE:
        return False
    days = {entry.at.astimezone(zone).date() for entry in (newer, older)}
    return len(days) == 1 and one["partner"] != other["partner"]


def _sentence(entry: Entry, partners: Mapping[str, str], users: Mapping[int, str]) -> str:
    facts = facts_of(entry)
    if "user" in facts:
        facts["user"] = users.get(facts["user"], facts["user"])
    if "partner" in facts:
        facts["partner"] = partners.get(facts["partner"], facts["partner"])
    if "double" in facts:
        facts["double"] = partners.get(facts["double"], facts["double"])
    return _SENTENCES[entry.kind](facts)


def _by(entry: Entry, users: Mapping[int, str]) -> str:
    kind, _, number = entry.actor.partition(":")
    if kind == "user":
        return users.get(int(number), f"user {number}")
    return _OTHERS[kind]
