"""The partner register: partners, their names, and their contacts."""

from signoff.domain.partners.places import LONGEST, PLACES
from signoff.domain.positions.fields import LANGUAGES
from signoff.models.partners import LEVELS
from signoff.services.partners.partners import LONGEST_NAME
from signoff.web.schemas.base import Answer, Body, Number, Slug, described, example, example_of


class NewContact(Body):
    """A person who may answer for a new partner."""

    name: str = described("The person's full name.")
    email: str
    job_title: str = described("", default="")
    may_answer: bool = described("Whether this person may answer for the partner.", default=True)


class NameAnswer(Body):
    """An answer to a question about a name."""

    name: str = described("The name, as in the question.")
    partner: str = described("The partner, as in the question.")
    answer: str = described("Whether it is the same organization.", among=["same", "affiliate", "different"])


class NewPlace(Body):
    """A place where a partner works: a state alone, or a county or city in it."""

    state: str = described("The two letters of a state or territory; US for nationwide.", among=PLACES)
    county: str = described("", default="", longest=LONGEST)
    city: str = described("", default="", longest=LONGEST)


class NewPartner(Body):
    """An organization that may be named."""

    model_config = example(
        name="Alder Trust",
        public_names=["The Alder Trust"],
        aliases=["ATF"],
        website="https://alder-trust.example/",
        level="local",
        tags=["families"],
        places=[{"state": "OH", "city": "Cleveland"}],
        contacts=[{"name": "Ana Alder", "email": "ana@alder-trust.example", "job_title": "Director"}],
    )

    name: str = described("The name under which it approves, unless it has others.", longest=LONGEST_NAME)
    public_names: list[str] = described("Other names under which it may approve.", default=[])
    aliases: list[str] = described("Names that it is also known by; never shown to the public.", default=[])
    website: str = described("A whole address with https:// or http://.", default="")
    level: str = described("Where it works.", default="", among=["", *LEVELS])
    tags: list[str] = described("Words of your own for finding partners.", default=[])
    state: str = described("The same as a place with this state alone.", default="", among=["", *PLACES])
    places: list[NewPlace] = described("Where it works.", default=[])
    expertise: list[str] = described("Words from the list of expertise that staff keep.", default=[])
    networks: list[str] = described("Networks that it is part of; no names of other partners.", default=[])
    parent: str = described("The partner, by its slug, that it is an affiliate of.", default="")
    joined_year: int = described("The year in which it joined; 0 when not known.", default=0)
    language: str = described("What its contacts prefer.", default="", among=["", *LANGUAGES])
    notes: str = described("For staff only.", default="")
    contacts: list[NewContact] = described("At least one.")
    answers: list[NameAnswer] = described("Answers to the questions that the call was refused with.", default=[])


class PartnerChanges(Body):
    """What changes about a partner; what is left out stays. A list takes the place of the one there is."""

    model_config = example(website="https://alder-trust.example/", places=[{"state": "OH"}, {"state": "MI"}])

    name: str | None = described("", default=None, longest=LONGEST_NAME)
    public_names: list[str] | None = described("A name that is left out here is ended for good.", default=None)
    aliases: list[str] | None = described("Names that it is also known by.", default=None)
    website: str | None = described("", default=None)
    level: str | None = described("Where it works.", default=None, among=["", *LEVELS])
    tags: list[str] | None = described("", default=None)
    places: list[NewPlace] | None = described("Where it works.", default=None)
    expertise: list[str] | None = described("Words from the list of expertise that staff keep.", default=None)
    networks: list[str] | None = described("", default=None)
    parent: str | None = described("The partner that it is an affiliate of; empty for none.", default=None)
    joined_year: int | None = described("The year in which it joined; 0 when not known.", default=None)
    language: str | None = described("What its contacts prefer.", default=None, among=["", *LANGUAGES])
    notes: str | None = described("For staff only.", default=None)
    answers: list[NameAnswer] = described("Answers to the questions that the call was refused with.", default=[])


class PartnerPlace(Answer):
    """A place where a partner works."""

    state: str = described("The two letters of a state or territory; US for nationwide.", among=PLACES)
    county: str
    city: str


class Contact(Answer):
    """A person who may answer for a partner."""

    id: Number
    name: str
    email: str
    job_title: str
    may_answer: bool


class PublicPartner(Answer):
    """A partner as everyone sees it."""

    model_config = example(
        slug="alder-trust",
        name="Alder Trust",
        public_names=["Alder Trust", "The Alder Trust"],
        website="https://alder-trust.example/",
        level="local",
        state="OH",
        places=[{"state": "OH", "county": "", "city": "Cleveland"}],
        expertise=["family leadership"],
        networks=[],
        parent=None,
        description="Grants and research on family leadership.",
        logo_url=None,
    )

    slug: Slug
    name: str
    public_names: list[str] = described("Every name under which it may approve, its own among them.")
    website: str
    level: str | None = described("Where it works.", among=[*LEVELS, None])
    state: str | None = described("The one state in which all its places are; null otherwise.", among=[*PLACES, None])
    places: list[PartnerPlace]
    expertise: list[str]
    networks: list[str]
    parent: str | None = described("The partner that it is an affiliate of. Each approves only for itself.")
    description: str = described("How the partner describes itself on its public page; empty if it does not.")
    logo_url: str | None = described("The address of its logo, a PNG file; null if it has none.")


class StaffPartner(PublicPartner):
    """A partner as staff see it, with its contacts."""

    model_config = example(
        **example_of(PublicPartner),
        aliases=["ATF"],
        proposed_aliases=[],
        tags=["families"],
        joined_year=2014,
        language="en",
        notes="",
        contacts=[
            {
                "id": 7,
                "name": "Ana Alder",
                "email": "ana@alder-trust.example",
                "job_title": "Director",
                "may_answer": True,
            }
        ],
    )

    aliases: list[str]
    proposed_aliases: list[str] = described("Short forms of its names that may be its own too.")
    tags: list[str]
    joined_year: int | None
    language: str = described("What its contacts prefer; empty when not known.", among=["", *LANGUAGES])
    notes: str
    contacts: list[Contact] = described("Without those who were removed.")


class AddedPartner(StaffPartner):
    """A partner that was added, or the one that was there already."""

    model_config = example(
        **example_of(StaffPartner), warnings=["Birch Union has the same website, alder-trust.example."]
    )

    warnings: list[str] = described("What is worth a look, one sentence each.")


class ChangedPartner(StaffPartner):
    """A partner after a change."""

    model_config = example(**example_of(StaffPartner), changed=["website"])

    changed: list[str] = described("The fields that changed.")


class MergeInto(Body):
    """Into which partner another is merged."""

    model_config = example(into="alder-trust")

    into: str = described("The slug of the partner that stays.")


class PublicPartners(Answer):
    """A page of the list of partners."""

    model_config = example(items=[example_of(PublicPartner)], next=None)

    items: list[PublicPartner]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")


class StaffPartners(Answer):
    """A page of the list of partners, with their contacts."""

    model_config = example(items=[example_of(StaffPartner)], next=None)

    items: list[StaffPartner]
    next: int | None = described("What to give as `after` for the next page; null on the last one.")
