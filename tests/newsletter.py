"""Writes newsletters to partners, and sends them, as a publisher does."""

from datetime import timedelta

from sqlalchemy.orm import Session

from signoff.domain.partners.newsletters import NewsletterForm
from signoff.models import Newsletter
from signoff.services.partners.news_readers import news_contacts
from signoff.services.partners.newsletter_contents import proposed_topics
from signoff.services.partners.newsletter_sending import digest_of, schedule_newsletter, send_newsletter
from signoff.services.partners.newsletters import next_since, write_newsletter
from tests.house import House
from tests.meeting import publisher


def written(house: House, session: Session, subject: str, opening: str = "Thank you for **your** work.") -> Newsletter:
    """A newsletter that tells of everything that there is to tell, and that no one has got yet."""
    at = house.clock()
    topics = proposed_topics(session, next_since(session, at=at), at, at=at)
    form = NewsletterForm(subject, opening, tuple((topic, "") for topic in topics))
    return write_newsletter(publisher(house, session), form)


def send_all(house: House, session: Session, newsletter: Newsletter) -> int:
    """The number of emails that bring a newsletter to partners now."""
    shown = digest_of(newsletter, news_contacts(session))
    return send_newsletter(publisher(house, session), newsletter, shown=shown)


def schedule_all(house: House, session: Session, newsletter: Newsletter) -> None:
    """Have a newsletter sent in an hour."""
    shown = digest_of(newsletter, news_contacts(session))
    due = house.clock() + timedelta(hours=1)
    schedule_newsletter(publisher(house, session), newsletter, due=due, shown=shown)
