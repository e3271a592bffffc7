"""What partners of a test say of themselves: a description, a logo, a notice; proposed through links and decided."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from signoff.domain.partners.postings import PostingForm, PostingKind
from signoff.domain.pictures import picture_of
from signoff.models import Link, PartnerPosting
from signoff.services.partners.postings import Signed, propose_posting, settle_posting
from tests.domain.test_pictures import drawn
from tests.house import House

ZONE = ZoneInfo("America/New_York")
LOGO = picture_of(drawn("PNG"))
WORDS = "We bring reading rooms to every school."
DESCRIPTION = PostingForm(PostingKind.DESCRIPTION, f"  {WORDS} ")
PICTURE = PostingForm(PostingKind.LOGO, picture=LOGO)
NOTICE = PostingForm(PostingKind.NOTICE, "Three rooms open.", place="Cleveland, ohio", month="2027-01")


def signature(link: Link, name: str = "") -> Signed:
    """What the holder of a link signs with, or this name."""
    return Signed(name or link.contact.full_name, link.request.version.digest)


def proposed(house: House, session: Session, link: Link, form: PostingForm, name: str = "") -> PartnerPosting:
    """What a contact proposes through its link."""
    return propose_posting(house.act(session, link.actor), link, form, signature(link, name), zone=ZONE)


def settled(house: House, session: Session, posting: PartnerPosting, *, reason: str = "") -> PartnerPosting:
    """The same once a publisher let it through, or refused it for a reason."""
    act = house.act(session, house.user(session, "publisher").actor)
    settle_posting(act, posting, accepted=not reason, reason=reason)
    return posting
