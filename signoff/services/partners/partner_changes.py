"""What changes about a partner after it was added: its names, and whatever else is said of it, all by one act."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from signoff.domain.as_shown import ensure_as_shown, shown_digest
from signoff.domain.errors import Conflict, Invalid, SameOrganization
from signoff.domain.partners.folding import name_key
from signoff.domain.partners.name_conflicts import Answers, NameConflict
from signoff.domain.partners.particulars import SEVERAL, SINGLE
from signoff.domain.permissions import Act, ensure_may
from signoff.domain.text_input import clean_line
from signoff.evidence.canonical import canonical_json
from signoff.models import Partner, PartnerTag
from signoff.models.base import among
from signoff.services.act import ActContext
from signoff.services.locks import hold_names, hold_partner, hold_partners
from signoff.services.partners.name_conflicts import (
    NO_ANSWERS,
    ensure_looked_at,
    find_conflicts,
    record_answers,
    settle_conflicts,
)
from signoff.services.partners.particulars import as_listed, change_particulars, listed_expertise, particulars_of
from signoff.services.partners.partners import PartnerForm, agreed_name, ensure_whole, partner_problems, tag_problem
from signoff.services.partners.register import PartnerFilter, digest_of_found, ids_of
from signoff.services.record.record import record

_FIELDS = ("name", "public_names", "aliases", "website", "level", "tags", *SEVERAL, *SINGLE)
_OTHERS_FOUND = "The partners found are no longer the ones that were shown. Nothing was changed."


def form_of(partner: Partner) -> PartnerForm:
    """A partner as the form to change it holds it; names that are over are left out."""
    present = [name for name in partner.names if name.until is None and name.name != partner.name]
    return PartnerForm(
        name=partner.name,
        public_names=tuple(name.name for name in present if name.kind == "public"),
        aliases=tuple(name.name for name in present if name.kind == "alias"),
        website=partner.website,
        level=partner.level or "",
        tags=tuple(tag.tag for tag in partner.tags),
        **vars(particulars_of(partner)),
    )


def digest_of_partner(partner: Partner) -> str:
    """What the form to change a partner is made of, so that an old one undoes nothing that came after it."""
    return shown_digest([canonical_json(asdict(form_of(partner)))])


def change_partner(
    act: ActContext,
    partner: Partner,
    form: PartnerForm,
    *,
    answers: Answers = NO_ANSWERS,
    looked_at: str | None = None,
    shown: str | None = None,
) -> list[str]:
    """Change a partner's names, level, website, tags or particulars; returns which of them changed.

    Names taken away are over for good: no one approves under them anymore, a text that holds one still names the
    partner, and where it stands under one already it goes on standing. Invalid with a sentence for each field,
    NamesInDoubt while new names have to be answered about (`looked_at` as for adding); Conflict where one is answered
    to be another partner's. `shown` is the digest of the partner as the form showed it; NotAsShown when it has changed.
    """
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    hold_names(act.session)
    hold_partner(act.session, partner)
    ensure_as_shown(
        shown, digest_of_partner(partner), "Someone changed this partner in the meantime. Nothing was saved."
    )
    form, was = as_listed(form.cleaned(), listed_expertise(act.session)), form_of(partner)
    if looked_at is not None:
        ensure_looked_at(act.session, new_names(partner, form), answers, looked_at=looked_at, besides=partner)
    conflicts = _settled_conflicts(act.session, partner, form, answers)
    changed = [field for field in _FIELDS if _differs(was, form, field)]
    if not changed:
        return []
    at = act.at()
    _change_names(act.session, partner, form, at=at)
    partner.name, partner.website, partner.level = form.name, form.website, form.level or None
    _set_tags(partner, form.tags)
    change_particulars(act.session, partner, form, at=at)
    act.session.flush()
    names = {"public_names": [form.name, *form.public_names], "aliases": list(form.aliases)}
    facts = {"partner": partner.slug, "fields": changed, **names}
    record(act.session, "partner_changed", by=act.by, at=at, facts=facts)
    record_answers(act.session, conflicts, answers, partner=partner.slug, by=act.by, at=at)
    return changed


def _settled_conflicts(session: Session, partner: Partner, form: PartnerForm, answers: Answers) -> list[NameConflict]:
    ensure_whole(partner)
    if partner.left_at is not None:
        raise Conflict("This partner has left the Coalition. Nothing was changed.")
    if errors := partner_problems(session, form, besides=partner, taken=False):
        raise Invalid(errors)
    conflicts = find_conflicts(session, new_names(partner, form), besides=partner)
    if same := settle_conflicts(conflicts, answers):
        said = f"“{same.typed}” belongs to {same.registered.partner}, as you say. Nothing was changed."
        raise SameOrganization(said, same.registered.slug)
    return conflicts


def new_names(partner: Partner, form: PartnerForm) -> list[str]:
    """The names of a form that neither the partner nor a double of it ever had."""
    known = {name.name for entry in (partner, *partner.doubles) for name in entry.names}
    return [name for name in form.all_names if name not in known]


def _differs(was: PartnerForm, now: PartnerForm, field: str) -> bool:
    before, after = getattr(was, field), getattr(now, field)
    return bool(set(before) != set(after) if isinstance(before, tuple) else before != after)


def _change_names(session: Session, partner: Partner, form: PartnerForm, *, at: datetime) -> None:
    public, known = {form.name, *form.public_names}, {name.name: name for name in partner.names if name.until is None}
    for name, row in known.items():
        if name in public:
            row.kind = "public"
        elif name not in form.aliases or row.kind == "public":
            # A public name never becomes an alias: a signatory named by it stays named.
            row.until = at
    _take_over(partner, {*public, *form.aliases} - known.keys(), at=at)
    session.flush()
    for name in (*public, *form.aliases):
        if name not in known:
            partner.names.append(agreed_name(name, "public" if name in public else "alias", at))


def _take_over(partner: Partner, names: Collection[str], *, at: datetime) -> None:
    # A double's name that its partner gets ends with the double: no one has it twice.
    keys = {name_key(name) for name in names}
    for row in (row for double in partner.doubles for row in double.names):
        if row.until is None and row.key in keys:
            row.until = at


def _set_tags(partner: Partner, tags: Sequence[str]) -> None:
    partner.tags[:] = [row for row in partner.tags if row.tag in tags]
    known = {row.tag for row in partner.tags}
    partner.tags.extend(PartnerTag(tag=tag) for tag in tags if tag not in known)


@dataclass(frozen=True)
class TaggingPreview:
    """What tagging all that were found would do: the tag, whose tags it changes by name, and how many others'."""

    tag: str
    names: Sequence[str]
    others: int


def preview_tagging(
    session: Session, partner_filter: PartnerFilter, tag: str, *, added: bool, shown: str
) -> TaggingPreview:
    """What `tag_all_found` would do; it refuses in the same cases."""
    tag, ids = _sound_tag(tag), ids_of(session, partner_filter)
    ensure_as_shown(shown, digest_of_found(ids), _OTHERS_FOUND)
    tagged = select(PartnerTag.partner_id).where(PartnerTag.tag == tag)
    changes = Partner.id.not_in(tagged) if added else Partner.id.in_(tagged)
    query = select(Partner.name).where(among(Partner.id, ids), changes).order_by(Partner.name, Partner.id)
    names = session.scalars(query).all()
    return TaggingPreview(tag, names, len(ids) - len(names))


def _sound_tag(tag: str) -> str:
    tag = clean_line(tag).lower()
    if problem := tag_problem(tag):
        raise Invalid({"tag": problem})
    return tag


def tag_all_found(
    act: ActContext, partner_filter: PartnerFilter, tag: str, *, added: bool, shown: str
) -> list[Partner]:
    """Give all partners that are looked for a tag, or take it from them, as `tag_partners` does.

    `shown` is the digest of those who were found when the page was shown; NotAsShown when others are found by now.
    """
    hold_names(act.session, only_reading=True)
    ids = ids_of(act.session, partner_filter)
    ensure_as_shown(shown, digest_of_found(ids), _OTHERS_FOUND)
    return tag_partners(act, ids, tag, added=added)


def tag_partners(act: ActContext, ids: Collection[int], tag: str, *, added: bool) -> list[Partner]:
    """Give some partners a tag, or take it from them; returns those for whom that is new. None is no act."""
    ensure_may(act.by, Act.MANAGE_PARTNERS)
    tag = _sound_tag(tag)
    hold_partners(act.session, ids)
    query = select(Partner).where(among(Partner.id, ids)).order_by(Partner.id).options(selectinload(Partner.tags))
    chosen = act.session.scalars(query.execution_options(populate_existing=True)).all()
    concerned = [partner for partner in chosen if (tag in {row.tag for row in partner.tags}) != added]
    for partner in concerned:
        _set_tags(partner, [*(row.tag for row in partner.tags if row.tag != tag), *([tag] if added else [])])
    act.session.flush()
    if concerned:
        facts = {"partners": [partner.slug for partner in concerned], "tag": tag, "added": added}
        record(act.session, "partners_tagged", by=act.by, at=act.at(), facts=facts)
    return concerned
