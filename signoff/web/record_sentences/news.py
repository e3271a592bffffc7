"""Entries about meetings, newsletters, subscriptions, and what partners show on their pages."""

from collections.abc import Mapping

from signoff.domain.phrasing import counted, sentence_for
from signoff.web.record_sentences.facts import Sentence

SENTENCES: Mapping[str, Sentence] = {
    "meeting_saved": lambda f: f"Meeting {f['meeting']} was saved",
    "meeting_told": lambda f: f"Partners were emailed about meeting {f['meeting']} ({counted(f['letters'], 'email')})",
    "meeting_shown": lambda f: (
        f"Meeting {f['meeting']} was shown on public pages"
        if f["public"]
        else f"Meeting {f['meeting']} was taken off public pages"
    ),
    "meeting_canceled": lambda f: f"Meeting {f['meeting']} was canceled",
    "newsletter_saved": lambda f: f"Newsletter {f['newsletter']} was saved",
    "newsletter_discarded": lambda f: f"Newsletter {f['newsletter']} was discarded",
    "newsletter_scheduled": lambda f: f"The sending of newsletter {f['newsletter']} was scheduled",
    "newsletter_unscheduled": lambda f: f"The sending of newsletter {f['newsletter']} was canceled before its time",
    "newsletter_sent": lambda f: f"Newsletter {f['newsletter']} was sent to {counted(f['letters'], 'contact')}",
    "newsletter_not_sent": lambda f: f"Newsletter {f['newsletter']} was not sent as scheduled: {f['reason']}",
    "subscription_confirmed": lambda f: f"Subscription {f['subscription']} was confirmed by email",
    "subscriptions_ended": lambda f: sentence_for(
        len(f["subscriptions"]),
        "One subscription ended: {ended_as}",
        "{Number} subscriptions ended: {ended_as}",
        ended_as=f["ended_as"],
    ),
    "posting_proposed": lambda f: f"A {f['what']} for the public page of {f['partner']} was proposed",
    "posting_settled": lambda f: (
        f"A {f['what']} of {f['partner']} was put on its public page"
        if f["accepted"]
        else f"A {f['what']} of {f['partner']} was not accepted"
    ),
    "posting_ended": lambda f: f"A {f['what']} of {f['partner']} was taken back or removed",
}
