"""The Coalition's own facts: its name, the human who answers replies, its letterhead and its logo."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Invalid, NotFound
from signoff.domain.letterhead import LETTERHEAD_PARTS, Letterhead, clean_letterhead, letterhead_problems, names_in
from signoff.domain.partners.email_addresses import clean_email, email_problem
from signoff.domain.partners.folding import reads_alike
from signoff.domain.partners.name_conflicts import likeness
from signoff.domain.partners.short_forms import without_article
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.pictures import Picture
from signoff.domain.text_input import clean_line, line_problem
from signoff.models import Coalition, Logo, Partner, PartnerName
from signoff.services.act import ActContext
from signoff.services.locks import hold_names
from signoff.services.record.record import record


def find_coalition(session: Session) -> Coalition | None:
    """The Coalition's facts, if `signoff init` was run."""
    coalition = session.get(Coalition, 1)
    # A session forgets what no one holds, and several parts of a page ask.
    session.info["coalition"] = coalition
    return coalition


def logo_content(session: Session, digest: str) -> bytes:
    """The logo as a PNG file; NotFound unless it is the present one, of this digest."""
    coalition = find_coalition(session)
    if coalition is None or coalition.logo is None or coalition.logo.digest != digest:
        raise NotFound("This logo is not in use.")
    return coalition.logo.content


def own_name_problem(session: Session, names: Iterable[str]) -> dict[str, str]:
    """Of each name that reads like the Coalition's own, or stands in its letterhead, why no partner can have it."""
    coalition, names = find_coalition(session), list(names)
    if coalition is None:
        return {}
    own = without_article(coalition.name)
    alike = {name: _OWN_NAME for name in names if reads_alike(without_article(name), own)}
    return dict.fromkeys(names_in(coalition.letterhead, names), _IN_LETTERHEAD) | alike


_OWN_NAME = "This reads like the name of the Coalition itself, which no partner can have. Please use another name."
_IN_LETTERHEAD = (
    "The Coalition's letterhead contains this name, so its readers would take it for this partner. Please have an "
    "administrator change the letterhead first."
)


def describe_coalition(
    act: ActContext, *, name: str, reply_to: str, letterhead: Letterhead | None = None, logo: Picture | None = None
) -> bool:
    """Set the Coalition's name and the address for replies, and what is given of its letterhead and logo.

    False, and nothing is recorded, when nothing changed. Invalid for what is unusable, and for names of partners.
    """
    ensure_may(act.by, Act.MANAGE_COALITION)
    hold_names(act.session)
    coalition = find_coalition(act.session) or Coalition(id=1, **_NOTHING)
    said = clean_letterhead(letterhead or coalition.letterhead)
    values = {"name": clean_line(name), "reply_to": clean_email(reply_to), **vars(said)}
    _ensure_usable(act.session, values, said)
    changed = [part for part, value in values.items() if getattr(coalition, part) != value]
    for part in changed:
        setattr(coalition, part, values[part])
    act.session.add(coalition)
    if logo and (coalition.logo is None or coalition.logo.digest != logo.digest):
        coalition.logo = kept_picture(act.session, logo)
        changed.append("logo")
    if changed:
        _record(act, coalition, changed)
    return bool(changed)


_NOTHING = dict.fromkeys(("name", "reply_to", *LETTERHEAD_PARTS), "")


def remove_logo(act: ActContext) -> bool:
    """Let the plain mark stand where the logo stood; False when there is none."""
    ensure_may(act.by, Act.MANAGE_COALITION)
    coalition = find_coalition(act.session)
    if coalition is None or coalition.logo is None:
        return False
    coalition.logo = None
    _record(act, coalition, ["logo"])
    return True


def _ensure_usable(session: Session, values: dict[str, str], said: Letterhead) -> None:
    rows = session.execute(
        select(Partner.slug, PartnerName.name).join(PartnerName, PartnerName.partner_id == Partner.id)
    ).all()
    names = [(slug, name) for slug, name in rows]
    errors = {
        "name": line_problem(values["name"], longest=200) or _partner_problem(values["name"], names),
        "reply_to": email_problem(values["reply_to"]) if values["reply_to"] else "",
        **letterhead_problems(said, names),
    }
    if any(errors.values()):
        raise Invalid({field: sentence for field, sentence in errors.items() if sentence})


def _partner_problem(name: str, names: Iterable[tuple[str, str]]) -> str:
    taken = next((held for _, held in names if likeness(name, held)), None)
    return f"This reads like “{taken}”, a name of a partner. Please use another name." if taken else ""


def kept_picture(session: Session, logo: Picture) -> Logo:
    """The row of a picture, which is kept once, however often it is chosen."""
    found = session.scalars(select(Logo).where(Logo.digest == logo.digest)).one_or_none()
    return found or Logo(digest=logo.digest, width=logo.width, height=logo.height, content=logo.content)


def _record(act: ActContext, coalition: Coalition, changed: list[str]) -> None:
    # By the names of its parts: a press contact is a person, who can have their name taken out.
    act.session.flush()
    facts = {"name": coalition.name, "reply_to_set": bool(coalition.reply_to), "changed": changed}
    record(act.session, "coalition_described", by=act.by, at=act.at(), facts=facts)
