"""What the record's entries about meetings, newsletters and subscriptions say."""

from collections.abc import Callable, Mapping
from typing import Any

from signoff.domain.phrasing import counted

NEWS_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "meeting_saved": lambda f: f"Meeting {f['meeting']} was saved",
    "meeting_told": lambda f: f"Partners were emailed about meeting {f['meeting']} ({counted(f['letters'], 'email')})",
    "meeting_shown": lambda f: f"Meeting {f['meeting']} was {'shown in' if f['public'] else 'taken off'} public pages",
    "meeting_canceled": lambda f: f"Meeting {f['meeting']} was canceled",
    "newsletter_saved": lambda f: f"Newsletter {f['newsletter']} was saved",
    "newsletter_discarded": lambda f: f"Newsletter {f['newsletter']} was discarded",
    "newsletter_scheduled": lambda f: f"The sending of newsletter {f['newsletter']} was scheduled",
    "newsletter_unscheduled": lambda f: f"The sending of newsletter {f['newsletter']} was canceled before its time",
    "newsletter_sent": lambda f: f"Newsletter {f['newsletter']} was sent to {counted(f['letters'], 'contact')}",
    "newsletter_not_sent": lambda f: f"Newsletter {f['newsletter']} was not sent as scheduled: {f['reason']}",
    "subscription_confirmed": lambda f: f"Subscription {f['subscription']} was confirmed by email",
    "subscriptions_ended": lambda f: f"{counted(len(f['subscriptions']), 'subscription')} ended: {f['ended_as']}",
}
