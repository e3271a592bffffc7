"""What the demonstration's partners say of themselves: descriptions, logos, and notices of where they begin."""

from collections.abc import Callable, Mapping
from datetime import date, tzinfo
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.partners.postings import PostingForm, PostingKind
from signoff.domain.permissions import Actor
from signoff.domain.pictures import Picture, picture_of
from signoff.models import Link, Partner
from signoff.services.act import ActContext
from signoff.services.partners.postings import Signed, propose_posting, settle_posting

_ZONE: tzinfo = ZoneInfo("America/New_York")
DESCRIPTIONS = {
    "Alder Foundation for Learning": "Grants and research on coordinators and school leadership.",
    "Asociación Familias Unidas de Tejas": "Family leadership in Spanish and English, in 31 school districts.",
    "Birch County Libraries": "Homework rooms and media literacy in nine branches.",
    "Federation of Neighborhood Houses": "Houses where neighbors of every age learn, eat and plan together.",
    "Great Lakes Youth Congress": "Students who sit on boards, and those who train them.",
    "Harbor Parents’ League": "Parent organizing, translation and transportation.",
    "National Circle of School Nurses": "School nurses who care for children before small troubles grow.",
}
# By the name of a partner: two colors of its logo.
LOGOS = {
    "Alder Foundation for Learning": ("#0a5a57", "#e2b860"),
    "Birch County Libraries": ("#34508a", "#9fc3e8"),
    "Great Lakes Youth Congress": ("#1b6e9c", "#7fce9c"),
    "National Circle of School Nurses": ("#96222a", "#f0949a"),
}
# By the name of a partner: where it begins, in how many months, and what.
NOTICES = {
    "Great Lakes Youth Congress": ("Toledo, OH", 1, "Students from six high schools meet for the first time."),
    "Birch County Libraries": ("Cuyahoga County, OH", 2, "A tenth homework room opens, four evenings a week."),
    "Harbor Parents’ League": ("Baltimore, MD", 0, "Parents can get an interpreter at every school meeting."),
}
_WAITING = ("Cedar Street Health Network", "Dental and eye care inside schools, every week of the year.")


def tell_profiles(act_as: Callable[[Actor], ActContext], publisher: Actor, partners: Mapping[str, Partner]) -> None:
    """Propose all of it through each partner's link and let it through; one description still waits."""
    act = act_as(publisher)
    said: list[tuple[str, PostingForm]] = [
        *((name, PostingForm(PostingKind.DESCRIPTION, words)) for name, words in DESCRIPTIONS.items()),
        *((name, PostingForm(PostingKind.LOGO, picture=_drawn(*colors))) for name, colors in LOGOS.items()),
        *(
            (name, PostingForm(PostingKind.NOTICE, words, place=place, month=_month(act.at().date(), ahead)))
            for name, (place, ahead, words) in NOTICES.items()
        ),
    ]
    for name, form in said:
        link = _link(act.session, partners[name])
        signed = Signed(link.contact.full_name, link.request.version.digest)
        settle_posting(act, propose_posting(act_as(link.actor), link, form, signed, zone=_ZONE), accepted=True)
    name, words = _WAITING
    link = _link(act.session, partners[name])
    signed = Signed(link.contact.full_name, link.request.version.digest)
    propose_posting(act_as(link.actor), link, PostingForm(PostingKind.DESCRIPTION, words), signed, zone=_ZONE)


def _link(session: Session, partner: Partner) -> Link:
    living = select(Link).where(Link.partner_id == partner.id, Link.revoked_at.is_(None), Link.referred_at.is_(None))
    return session.scalars(living.order_by(Link.id)).all()[0]


def _month(today: date, ahead: int) -> str:
    number = today.year * 12 + today.month - 1 + ahead
    return f"{number // 12}-{number % 12 + 1:02}"


def _drawn(one: str, other: str) -> Picture:
    sheet = Image.new("RGBA", (640, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    draw.ellipse((10, 10, 190, 190), fill=one)
    draw.pieslice((40, 40, 160, 160), 180, 360, fill=other)
    draw.rounded_rectangle((230, 60, 620, 90), 15, fill=one)
    draw.rounded_rectangle((230, 115, 500, 140), 12, fill=other)
    file = BytesIO()
    sheet.save(file, "PNG")
    return picture_of(file.getvalue())
