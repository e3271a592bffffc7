"""Plans meetings of partners, and tells partners of them, as a publisher does."""

from datetime import timedelta

from sqlalchemy.orm import Session

from signoff.domain.partners.meetings import MeetingForm
from signoff.models import Meeting
from signoff.services.act import ActContext
from signoff.services.partners.meetings import digest_of, plan_meeting, tell_partners
from signoff.services.partners.news_readers import news_contacts
from tests.house import House

WORDS = {
    "place": "Room 4, 4301 Example Avenue NW, Washington",
    "link": "https://meet.example/spring",
    "agenda": "1. Welcome\n2. **Two** texts",
}


def publisher(house: House, session: Session) -> ActContext:
    return house.act(session, house.user(session, "publisher").actor)


def form(house: House, title: str, *slugs: str, **more: str) -> MeetingForm:
    """A meeting of two hours in a week."""
    begins = house.clock() + timedelta(days=7)
    return MeetingForm(title, begins, begins + timedelta(hours=2), **{**WORDS, **more}, positions=slugs)


def planned(house: House, session: Session, title: str, *slugs: str, **more: str) -> Meeting:
    """A meeting that no one was told of yet."""
    return plan_meeting(publisher(house, session), form(house, title, *slugs, **more))


def tell_all(house: House, session: Session, meeting: Meeting) -> int:
    """The number of emails that tell partners of a meeting as it is now."""
    return tell_partners(publisher(house, session), meeting, shown=digest_of(meeting, news_contacts(session)))
