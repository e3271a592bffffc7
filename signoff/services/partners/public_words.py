"""Words that public pages show beside a partner: none of them reads as the name of another partner."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, true
from sqlalchemy.orm import Session

from signoff.domain.partners.folding import loose_keys, reads_alike
from signoff.domain.partners.mentions import passages_naming
from signoff.domain.partners.places import read_place
from signoff.domain.partners.short_forms import without_article
from signoff.models import Expertise, Partner, PartnerName, PartnerPlace, PartnerPosting
from signoff.models.merges import members_of
from signoff.models.partners import is_present
from signoff.models.postings import is_shown
from signoff.services.positions.public_notes import names_of


@dataclass(frozen=True)
class ShownWord:
    """A network or place that public pages show beside a partner, and a name that is found in it."""

    name: str
    words: str
    partner: str


def words_holding_names(session: Session, names: Iterable[str], *, besides: Partner | None = None) -> list[ShownWord]:
    """The networks, places and notices' places shown in public in which one of these names is found, in any spelling.

    `besides` is the partner that gets the names, beside whose own name its words may stand.
    """
    sought = [(name, name) for name in dict.fromkeys(names) if name]
    shown = _shown_beside(session, besides) if sought else {}
    if not shown:
        return []
    found = {passage.partner for passage in passages_naming(["\n\n".join(shown)], sought, joined=True)}
    likely = [pair for pair in sought if pair[0] in found]
    return [
        ShownWord(passage.name, words, partner)
        for words, partner in (shown.items() if likely else ())
        for passage in passages_naming([words], likely, joined=True)
    ]


def _shown_beside(session: Session, besides: Partner | None) -> dict[str, str]:
    """The networks and places of present partners, each with the first partner by name beside which it stands."""
    others = Partner.id != besides.id if besides else true()
    networks = select(Partner.networks, Partner.name).where(Partner.networks != [], is_present(), others)
    places = select(PartnerPlace.city, PartnerPlace.county, Partner.name).join(
        Partner, Partner.id == PartnerPlace.partner_id
    )
    places = places.where(PartnerPlace.until.is_(None), is_present(), others).distinct()
    begun = select(PartnerPosting.city, PartnerPosting.county, Partner.name)
    begun = begun.join(Partner, Partner.id == PartnerPosting.partner_id).where(is_shown(), is_present(), others)
    shown = [(network, name) for listed, name in session.execute(networks) for network in listed]
    for each in (places, begun):
        shown += [(part, name) for city, county, name in session.execute(each) for part in (city, county) if part]
    return dict(sorted(dict(sorted(shown, key=lambda one: one[1], reverse=True)).items()))


def words_naming_others(
    session: Session,
    words: Iterable[str],
    *,
    besides: Partner | None = None,
    in_file: Iterable[str] = (),
    since: datetime | None = None,
) -> dict[str, str]:
    """Of each of these words that names a partner, in any spelling, why it cannot be shown.

    `besides` is the partner beside whose name they stand; `in_file` are names that are about to be agreed.
    With `since` (aware UTC), only names agreed from then on are looked for: the others were before.
    """
    words = list(dict.fromkeys(words))
    if not words:
        return {}
    others = Partner.id != besides.id if besides else true()
    lately = PartnerName.accepted_at >= since if since else true()
    names = [*names_of(session, others & lately), *((name, name) for name in in_file)]
    named = {passage.partner for passage in passages_naming(["\n\n".join(words)], names, joined=True)}
    likely = [(partner, name) for partner, name in names if partner in named]
    problems = {}
    for word in words if likely else ():
        if passages := passages_naming([word], likely, joined=True):
            problems[word] = (
                f"“{word}” names {passages[0].name}, which is named only where it approved. Please use other words."
            )
    return problems


def places_named_like_others(
    session: Session, places: Iterable[str], *, besides: Partner | None = None
) -> dict[str, str]:
    """Of each of these places whose county or city is, as a whole, the name of another partner, why it is not shown."""
    parts: list[tuple[str, str]] = []
    for text in places:
        place = read_place(text)
        parts += [(part, text) for part in (place.county, place.city) if part] if place else []
    problems: dict[str, str] = {}
    if not parts:
        return problems
    others = PartnerName.partner_id != besides.id if besides else true()
    for name, part in _alike(session.scalars(select(PartnerName.name).where(others)), dict.fromkeys(dict(parts))):
        for text in (text for own, text in parts if own == part):
            problems[text] = f"“{text}” reads like {name}, a partner. Please enter its state instead."
    return problems


def _alike(names: Iterable[str], words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each of these names with each of these words that reads like it but for an article."""
    by_key: dict[str, list[str]] = {}
    for word in words:
        for key in set(loose_keys(without_article(word))):
            by_key.setdefault(key, []).append(word)
    for name in names if by_key else ():
        bare = without_article(name)
        for word in dict.fromkeys(word for key in loose_keys(bare) for word in by_key.get(key, ())):
            if reads_alike(bare, without_article(word)):
                yield name, word


def names_shown_as_words(session: Session, names: Iterable[str], *, besides: int | None = None) -> Mapping[str, str]:
    """Of each of these names that public pages show already in words that no partner answers for, why no one gets it.

    Such words are those of the list of expertise, networks, and what partners say of themselves. `besides` is the id of
    the partner that gets the names, beside whose name its own words may stand.
    """
    names = list(dict.fromkeys(names))
    shown = dict.fromkeys(session.scalars(_WORDS), "is on the list of expertise")
    for number, partner, networks in session.execute(_NETWORKS):
        shown |= {network: f"is shown as a network of {partner}" for network in networks if number != besides}
    return _names_in_postings(session, names, besides=besides) | {
        name: f"“{word}” {shown[word]}, where it would name this partner. Please change that first."
        for name, word in _alike(names, shown)
    }


def _names_in_postings(session: Session, names: Iterable[str], *, besides: int | None) -> dict[str, str]:
    said = [(number, words) for number, words in session.execute(_POSTINGS) if words and number != besides]
    everything = "\n\n".join(words for _, words in said)
    found = {}
    for passage in passages_naming([everything], [(name, name) for name in names]) if said else ():
        # A single word in ordinary spelling stands in many sentences.
        if (passage.written or " " in passage.name) and _is_of_another(session, passage.partner, said):
            found[passage.partner] = (
                f"“{passage.words}” is public as a partner's own words, where it would name this partner. Please have "
                "a publisher remove that first."
            )
    return found


def _is_of_another(session: Session, name: str, said: Iterable[tuple[int, str]]) -> bool:
    speakers = {number for number, words in said if passages_naming([words], [(name, name)])}
    for number in speakers:
        own = select(PartnerName.name).where(PartnerName.partner_id.in_(members_of(session, number)))
        if name not in session.scalars(own).all():
            return True
    return False


_WORDS = select(Expertise.word).where(Expertise.until.is_(None))
# From the postings to their partners: a join may be read from all partners to their postings.
_POSTINGS = select(PartnerPosting.partner_id, PartnerPosting.words).where(
    is_shown(),
    PartnerPosting.words.is_not(None),
    exists().where(Partner.id == PartnerPosting.partner_id, is_present()),
)
_NETWORKS = select(Partner.id, Partner.name, Partner.networks).where(Partner.networks != [])
