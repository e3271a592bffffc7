"""Words that public pages show beside a partner: none of them reads as the name of another partner."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from signoff.domain.partners.folding import name_key
from signoff.domain.partners.mentions import passages_naming
from signoff.domain.partners.places import read_place
from signoff.models import Expertise, Partner, PartnerName
from signoff.models.base import batched
from signoff.services.positions.public_notes import names_of


def words_naming_others(
    session: Session, words: Iterable[str], *, besides: Partner | None = None, in_file: Iterable[str] = ()
) -> dict[str, str]:
    """Of each of these words that names a partner, in any spelling, why it cannot be shown.

    `besides` is the partner beside whose name they stand; `in_file` are names that are about to be agreed.
    """
    words = list(dict.fromkeys(words))
    if not words:
        return {}
    others = Partner.id != besides.id if besides else true()
    names = [*names_of(session, others), *((name, name) for name in in_file)]
    named = {passage.partner for passage in passages_naming(["\n\n".join(words)], names, joined=True)}
    likely = [(partner, name) for partner, name in names if partner in named]
    problems = {}
    for word in words if likely else ():
        if passages := passages_naming([word], likely, joined=True):
            problems[word] = (
                f"“{word}” names {passages[0].name}, which has to speak for itself. Please use other words."
            )
    return problems


def places_named_like_others(
    session: Session, places: Iterable[str], *, besides: Partner | None = None
) -> dict[str, str]:
    """Of each of these places whose county or city is, as a whole, the name of another partner, why it is not shown."""
    parts: dict[str, list[str]] = {}
    for text in places:
        place = read_place(text)
        for part in (place.county, place.city) if place else ():
            if key := name_key(part):
                parts.setdefault(key, []).append(text)
    problems = {}
    for keys in batched(sorted(parts)):
        for row in session.scalars(select(PartnerName).where(PartnerName.key.in_(keys))):
            if besides is None or row.partner_id != besides.id:
                for text in parts[row.key]:
                    problems[text] = f"“{text}” reads like {row.name}, a partner. Please enter its state instead."
    return problems


def names_shown_as_words(session: Session, names: Iterable[str]) -> Mapping[str, str]:
    """Of each of these names that public pages show as a word of expertise or a network already, why no one gets it."""
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(name_key(name), []).append(name)
    shown = [(word, "is on the list of expertise") for word in session.scalars(_WORDS)]
    for partner, networks in session.execute(_NETWORKS):
        shown += [(network, f"is shown as a network of {partner}") for network in networks]
    return {
        name: f"“{word}” {how}, where it would name this partner. Please change that first."
        for word, how in shown
        for name in wanted.get(name_key(word), ())
    }


_WORDS = select(Expertise.word).where(Expertise.until.is_(None))
_NETWORKS = select(Partner.name, Partner.networks).where(Partner.networks != [])
