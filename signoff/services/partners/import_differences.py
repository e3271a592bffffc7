"""Where a file of partners says something else than the register, field by field, and what is taken from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from signoff.domain.partners.particulars import SEVERAL, SINGLE
from signoff.services.partners.import_questions import ImportChoices
from signoff.services.partners.partners import PartnerForm

_COMPARED = ("public_names", "aliases", "website", "level", "tags", *SEVERAL, *SINGLE)


@dataclass(frozen=True)
class Known:
    """A partner of the register that a file names."""

    id: int
    slug: str
    name: str
    form: PartnerForm
    addresses: frozenset[str]


@dataclass(frozen=True)
class Difference:
    """Where a file says something else of a known partner than the register; kept as it is unless it is taken.

    Of what a partner has several of, `value` and `in_file` are those that would be added.
    """

    partner: Known
    field: str
    registered: str
    in_file: str
    value: str | tuple[str, ...]
    is_taken: bool


def differences_from(partner: Known, form: PartnerForm, choices: ImportChoices) -> list[Difference]:
    """Where the form of a file says something else than the register, and whether that is taken."""
    differences = []
    for name in _COMPARED:
        ours, theirs = getattr(partner.form, name), getattr(form, name)
        if isinstance(ours, tuple):
            # These are only ever added: a name taken away is over for good.
            theirs = tuple(value for value in theirs if value not in _all_of(partner.form, name))
        if theirs and ours != theirs:
            was, now = ("; ".join(value) if isinstance(value, tuple) else value for value in (ours, theirs))
            differences.append(Difference(partner, name, was, now, theirs, (partner.slug, name) in choices.taken))
    return differences


def _all_of(form: PartnerForm, name: str) -> Collection[str]:
    return getattr(form, name) if name in ("tags", *SEVERAL) else form.all_names


def changed_forms(differences: Iterable[Difference]) -> list[tuple[Known, PartnerForm]]:
    """The partners of which something is taken, as they will be; names and tags are added to those they have."""
    forms: dict[str, tuple[Known, PartnerForm]] = {}
    for one in differences:
        if one.is_taken:
            form = forms.get(one.partner.slug, (one.partner, one.partner.form))[1]
            ours = getattr(form, one.field)
            value: Any = (*ours, *one.value) if isinstance(ours, tuple) else one.value
            forms[one.partner.slug] = one.partner, replace(form, **{one.field: value})
    return list(forms.values())
