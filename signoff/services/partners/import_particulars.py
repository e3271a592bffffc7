"""Particulars of a partner file that the register cannot take: each is left out and said, and its partner is taken."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from signoff.services.partners.affiliates import partners_called
from signoff.services.partners.particulars import as_listed, listed_expertise
from signoff.services.partners.partner_files import FilePartner
from signoff.services.partners.partners import PartnerForm
from signoff.services.partners.public_words import places_named_like_others, words_naming_others

_UNLISTED = "“{}” is not on the list of expertise and was left out. Add it to the list, and import the file again."
_NO_PARENT = "there is no partner “{}” in the register or in the file, so no parent was entered."
_CIRCLE = "this would make the organization an affiliate of itself, so no parent was entered."


def with_sound_particulars(
    session: Session, partners: Sequence[FilePartner]
) -> tuple[tuple[FilePartner, ...], tuple[str, ...]]:
    """The partners of a file without what cannot be taken, and a sentence for each thing left out."""
    said: list[str] = []
    listed = listed_expertise(session)
    names = [name for item in partners for name in item.form.all_names]
    networks = words_naming_others(session, _all(partners, "networks"), in_file=names)
    places = places_named_like_others(session, _all(partners, "places"))
    parents = _parents_to_be(session, partners)
    sound = []
    for item in partners:
        form = as_listed(item.form, listed)
        kept: dict[str, Any] = {
            "expertise": _kept(item, "expertise", form.expertise, said, _unless_listed(listed)),
            "networks": _kept(item, "networks", form.networks, said, lambda word: networks.get(word, "")),
            "places": _kept(item, "places", form.places, said, lambda place: places.get(place, "")),
        }
        parent, problem = _parent(item, parents)
        said += [f"{item.place('parent')}: {problem}"] if problem else []
        form = _changed(form, **kept, parent=parent)
        sound.append(item if form is item.form else replace(item, form=form))
    return tuple(sound), tuple(said)


def _changed(form: PartnerForm, **values: Any) -> PartnerForm:
    # Hardly any of a hundred thousand rows is changed, and to copy one takes longer than to look at it.
    return replace(form, **values) if any(getattr(form, name) != value for name, value in values.items()) else form


def _all(partners: Iterable[FilePartner], field: str) -> list[str]:
    return [value for item in partners for value in getattr(item.form, field)]


def _unless_listed(listed: Iterable[str]) -> Callable[[str], str]:
    known = set(listed)
    return lambda word: "" if word.casefold() in known else _UNLISTED.format(word)


def _kept(
    item: FilePartner, field: str, values: Sequence[str], said: list[str], problem_of: Callable[[str], str]
) -> tuple[str, ...]:
    problems = {value: problem for value in values if (problem := problem_of(value))}
    said += [f"{item.place(field)}: {problem}" for problem in problems.values()]
    return tuple(value for value in values if value not in problems)


def _parents_to_be(session: Session, partners: Sequence[FilePartner]) -> dict[str, str]:
    """The partners that there will be, by each name that a parent was given by: their own names and their parents."""
    wanted = {item.form.parent for item in partners} - {""}
    known = partners_called(session, [*wanted, *(item.form.name for item in partners)])
    parents = {partner.name: partner.parent.name if partner.parent else "" for partner in known.values()}
    in_file = {item.form.name: item.form.parent for item in partners}
    also = {name: partner.name for name, partner in known.items()}
    return {**{name: parents[also[name]] for name in also}, **parents, **in_file}


def _parent(item: FilePartner, parents: dict[str, str]) -> tuple[str, str]:
    parent = item.form.parent
    if parent and parent not in parents:
        return "", _NO_PARENT.format(parent)
    above, seen = parent, set[str]()
    while above and above not in seen:
        if above == item.form.name:
            return "", _CIRCLE
        seen.add(above)
        above = parents.get(above, "")
    return parent, ""
