"""The same names on every public surface, in states that chance made; who should be silent is on none of them.

The list of surfaces is closed: a public address that nobody put into it fails.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from signoff.domain.errors import Refusal
from signoff.domain.partners.newsletters import NewsletterForm, TopicKind
from signoff.letters.blocks import as_text
from signoff.letters.html_part import as_html
from signoff.letters.preview import LetterPreview
from signoff.models import Contact, Newsletter, Partner, Version
from signoff.services.partners.erasure import erase_person
from signoff.services.partners.meetings import show_meeting
from signoff.services.partners.newsletter_contents import proposed_topics
from signoff.services.partners.newsletters import next_since, write_newsletter
from signoff.web.access import access_of
from tests.house import House
from tests.inspection import InspectingClient, words_of
from tests.meeting import planned, publisher, tell_all
from tests.posting import DESCRIPTION, LOGO, NOTICE, PICTURE, proposed, settled
from tests.web.addresses import Filled, address, rules
from tests.web.test_routes import plain

# What each public address says of the position's partners: all who stand on it and no one else, or on any position;
# nobody but those; the present partners as such; those of them that begin somewhere; one partner; or nobody at all.
ALL, OF_ANY, SOME, REGISTER, BEGIN, ONE, NOBODY = "all", "of any", "some", "register", "begin", "one", "nobody"
SURFACES = {
    "/": SOME,
    "/api/v1/": NOBODY,
    "/api/v1/openapi.json": NOBODY,
    "/api/v1/partners": REGISTER,
    "/api/v1/positions": SOME,
    "/api/v1/positions/<slug>": ALL,
    "/api/v1/principles": NOBODY,
    "/api/v1/principles/editions": NOBODY,
    "/api/v1/principles/editions/<number>": NOBODY,
    "/embed/<slug>": ALL,
    "/favicon.ico": NOBODY,
    "/healthz": NOBODY,
    "/log/checkpoint": NOBODY,
    "/log/heads/<size>": NOBODY,
    "/log/tile/<address>": NOBODY,
    "/login": NOBODY,
    "/login/code": NOBODY,
    "/login/forgotten": NOBODY,
    "/login/link/<secret>": NOBODY,
    "/logo/<digest>.png": NOBODY,
    "/meetings": NOBODY,
    "/meetings/<number>.ics": NOBODY,
    "/metrics": NOBODY,
    "/oembed": NOBODY,
    "/partners/": REGISTER,
    "/partners/<slug>": ONE,
    "/partners/<slug>/logo-<digest>.png": NOBODY,
    "/partners/map": BEGIN,
    "/partners/map/<state>": REGISTER,
    "/positions/": SOME,
    "/positions/<slug>": ALL,
    "/positions/<slug>.docx": ALL,
    "/positions/<slug>.json": ALL,
    "/positions/<slug>.md": ALL,
    "/positions/<slug>.pdf": ALL,
    "/positions/<slug>/card-<digest>.png": NOBODY,
    "/positions/<slug>/delivered": SOME,
    "/positions/<slug>/deliveries/<number>.pdf": SOME,
    "/positions/<slug>/proof": ALL,
    "/positions/<slug>/report": NOBODY,
    "/positions/<slug>/sign-on": NOBODY,
    "/positions/<slug>/signatories.csv": ALL,
    "/positions/<slug>/text": NOBODY,
    "/positions/<slug>/versions/<number>": NOBODY,
    "/positions/<slug>/versions/<number>/text": NOBODY,
    "/positions/feed.atom": OF_ANY,
    "/principles": NOBODY,
    "/principles/<number>": NOBODY,
    "/principles/positions": NOBODY,
    "/readyz": NOBODY,
    "/record": NOBODY,
    "/record/checkpoint": NOBODY,
    "/robots.txt": NOBODY,
    "/sign-on/<secret>": NOBODY,
    "/sitemap.xml": NOBODY,
    "/subscribe": NOBODY,
    "/subscriptions/<secret>": NOBODY,
    "/subscriptions/<secret>/unsubscribe": NOBODY,
    "/verify": NOBODY,
    "/verify/offline.html": NOBODY,
    "/verify/verifier.py": NOBODY,
}
# The same address as people and programs ask more of it.
QUESTIONS = {
    "/oembed": "?url=http://127.0.0.1:8000/positions/fund-the-coordinator",
    "/positions/": "?q=coordinator&kind=position",
    "/positions/<slug>": "?name=House",
    "/positions/<slug>.pdf": "?sheet=summary",
    "/positions/<slug>/delivered": "?on=2026-11-24",
}
SLOW = (".pdf", ".docx")  # looked at in some of the states, as are those that should name nobody
# Names of two words: hashes in proofs are written in letters, and three of them in a row may spell a tree.
ASKED = [
    f"{tree} House" for tree in ("Alder", "Birch", "Cedar", "Delta", "Elm", "Fir", "Gum", "Hazel", "Iris", "Juniper")
]
DOUBLE, ELSEWHERE, UNASKED = "Nutmeg House", "Yew House", "Quince House"
EVERYONE = [*ASKED, DOUBLE, ELSEWHERE, UNASKED]
PRIVATE = ("Quiet reason", "Private word", "Rae Reader", "never signed", "Ana Birch House", "ana@birch-house.example")
# Who describes itself in public, by a word of its own, has a logo, and says where it begins.
SPEAK = {name: f"motto{number}" for number, name in enumerate(ASKED[2:7])}
SLUG = "fund-the-coordinator"
VERSION_2 = 4  # the id of the version that supersedes the first


@dataclass
class Story:
    """One position among others, what its partners said last, and who is still of the Coalition."""

    house: House
    chance: random.Random
    said: dict[str, str] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    newsletters: list[int] = field(default_factory=list)
    is_public: bool = False

    @property
    def standing(self) -> set[str]:
        return {name for name, verdict in self.said.items() if verdict == "approve"} if self.is_public else set()

    def do(self, act: Callable[[Session, Version], object], number: int = 1) -> bool:
        """Do something about a version, five minutes later; False when it is refused."""
        self.house.clock.advance(minutes=5)
        try:
            with self.house.database.unit_of_work() as session:
                act(session, session.get_one(Version, number))
        except (Refusal, IndexError):  # no living link is left
            return False
        return True

    def say(self, verdict: str, name: str, number: int = 1) -> None:
        house = self.house
        acts: dict[str, Any] = {"withdraw": house.withdraw, "contest": house.contest, "remove": house.remove}
        more = {"reason": "Quiet reason", "note": "Private word"} if verdict == "decline" else {}
        act = acts.get(verdict) or (lambda session, version, who: house.say(session, version, who, verdict, **more))
        if self.do(lambda session, version: act(session, version, name), number):
            self.said[name] = verdict

    def write_newsletter(self) -> None:
        """A newsletter about the positions that are public by now, to be read at any time after."""
        with self.house.database.unit_of_work() as session:
            at = self.house.clock()
            told = proposed_topics(session, next_since(session, at=at), at, at=at)
            parts = tuple((one, "") for one in told if one.kind in (TopicKind.PUBLICATION, TopicKind.MEETING))
            act = publisher(self.house, session)
            self.newsletters.append(write_newsletter(act, NewsletterForm("News", "Thank you.", parts)).id)

    def leave(self, name: str) -> None:
        if self.do(lambda session, version: self.house.leaves(session, name)):
            self.left.add(name)
            if not self.is_public and self.said.get(name) == "approve":
                self.said[name] = "remove"

    def erase(self, name: str) -> None:
        def erased(session: Session, _version: Version) -> None:
            contact = session.scalars(select(Contact).join(Partner).where(Partner.name == name)).first()
            if contact and contact.email:
                by = self.house.user(session, "administrator").actor
                erase_person(self.house.act(session, by), contact.email)

        self.do(erased)

    def by_chance(self) -> None:
        """Something that any of the partners may do, or that is done about it."""
        name = self.chance.choice(ASKED)
        what = self.chance.choices(
            ["approve", "decline", "abstain", "withdraw", "contest", "remove", "leave", "erase", "double"],
            [9, 3, 2, 3, 2, 2, 1, 1, 1],
        )[0]
        if what == "leave":
            self.leave(name)
        elif what == "erase":
            self.erase(name)
        elif what == "double":
            self.do(lambda session, version: self.house.merge(session, DOUBLE, name))
        elif name not in self.left or what in ("withdraw", "contest", "remove"):
            self.say(what, name)


def begun(house: House, seed: int) -> Story:
    """Ten partners are asked about one position, one stands on another that is public, and one is never asked."""
    with house.database.unit_of_work() as session:
        version = house.checked(session, house.position(session))
        ohio = ("Ohio",)
        house.ask(session, version, [house.partner(session, name, places=ohio) for name in ASKED])
        for name in (DOUBLE, UNASKED):
            house.partner(session, name, places=ohio)
        other = house.asked(session, ELSEWHERE, title="Open the yards")
        house.say(session, other, ELSEWHERE)
        house.publish(session, other)
        private = house.checked(session, house.position(session, "Count the buses"))
        house.ask(session, private, list(session.scalars(select(Partner).where(Partner.name.in_(ASKED)))))
        for name in ASKED[:3]:
            house.say(session, private, name)
        for name, word in SPEAK.items():
            link = house.link(session, version, name)
            forms = replace(DESCRIPTION, words=f"A {word} for every school."), PICTURE, NOTICE
            for form in forms:
                settled(house, session, proposed(house, session, link, form))
        meeting = planned(house, session, "Fall meeting", SLUG)
        tell_all(house, session, meeting)
        show_meeting(publisher(house, session), meeting, in_public=True, revision=meeting.revision)
    return Story(house, random.Random(seed))


def surfaces(app: Flask, story: Story, *, with_slow: bool) -> dict[tuple[str, str], str]:
    """The words at each public address of the list, by its rule and its address."""
    with story.house.database.unit_of_work() as session:
        story.house.seal(session)
    client = app.test_client()
    filled = [Filled(SLUG, name.lower().replace(" ", "-"), *["A" * 43] * 4) for name in EVERYONE]
    found = {}
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        if access is None or access.audience not in ("public", "api") or access.act is not None:
            continue
        assert plain(rule.rule) in SURFACES, f"say in SURFACES whom {plain(rule.rule)} may name"
        kind = SURFACES[plain(rule.rule)]
        if not with_slow and (kind == NOBODY or rule.rule.endswith(SLOW)):
            continue
        for one in filled if kind == ONE else filled[:1]:
            for question in ("", QUESTIONS.get(plain(rule.rule), "")):
                response = client.get(path := address(app, rule, one) + question)
                if response.status_code not in (302, 303, 308):  # leads to one that is looked at by itself
                    found[plain(rule.rule), path] = words_of(response)
    return found


def named(words: str) -> set[str]:
    """Whose name, or address made of it, stands in these words."""
    return {name for name in EVERYONE if name in words or name.lower().replace(" ", "-") in words}


def told_to_machines(page: str) -> tuple[set[str], set[str]]:
    """Whom a position's page names in its facts for search engines, and in what it tells sites that link to it."""
    soup = BeautifulSoup(page, "html.parser")
    facts = [json.loads(script.text) for script in soup.find_all("script", type="application/ld+json")]
    endorsed = [one["agent"]["name"] for fact in facts for one in fact["@graph"] if one["@type"] == "EndorseAction"]
    return {*endorsed}, named(" ".join(str(tag) for tag in soup.find_all(["meta", "link"])))


def compare(app: Flask, story: Story, *, with_slow: bool = False) -> None:
    """Each surface names whom it should at this moment."""
    with story.house.database.reading() as session:
        present = select(Partner.name).where(Partner.left_at.is_(None), Partner.merged_into_id.is_(None))
        register = set(session.scalars(present))
    for (rule, path), words in surfaces(app, story, with_slow=with_slow).items():
        kind, found = SURFACES[rule], named(words)
        if kind == ALL:
            assert found == story.standing, path
        elif kind == OF_ANY:
            assert found == story.standing | {ELSEWHERE}, path
        elif kind == SOME:
            assert found <= story.standing | {ELSEWHERE}, path
        elif kind == REGISTER:
            assert found - {ELSEWHERE} == register - {ELSEWHERE}, path
        elif kind == BEGIN:
            assert found == register & SPEAK.keys(), path
        elif kind == ONE:
            own = path.rpartition("/")[2]
            assert {name.lower().replace(" ", "-") for name in found} <= {own}, path
            names_position = any(name.lower().replace(" ", "-") == own for name in story.standing - story.left)
            assert (SLUG in words) == names_position, path
        else:
            assert not found, path
        if rule == "/positions/<slug>":
            assert told_to_machines(words) == (story.standing, set())
        assert not [word for word in PRIVATE if word in words], path
        spoken = {name for name, word in SPEAK.items() if word in words}
        if rule in ("/partners/", "/api/v1/partners"):
            assert spoken == register & SPEAK.keys(), path
        else:
            assert spoken <= (register & SPEAK.keys() & found if kind == ONE else set()), path
    compare_profiles(app, register)
    for number in story.newsletters:
        assert named(email(story, number)) <= story.standing | {ELSEWHERE}
    for name in EVERYONE if with_slow else ():
        listed = app.test_client().get("/positions/", query_string={"partner": name})
        assert (SLUG in listed.text) == (name in story.standing), name


def compare_profiles(app: Flask, register: set[str]) -> None:
    """Logos and the search for words of descriptions tell of present partners alone."""
    client = app.test_client()
    for name in SPEAK:
        logo = client.get(f"/partners/{name.lower().replace(' ', '-')}/logo-{LOGO.digest}.png")
        assert (logo.status_code == 200) == (name in register), name
    assert named(client.get("/partners/?q=motto").text) == register & SPEAK.keys()


def email(story: Story, number: int) -> str:
    """What every partner would read of a newsletter that is sent at this moment."""
    with story.house.database.reading() as session:
        by = story.house.user(session, "publisher").actor
        preview = LetterPreview(session, story.house.settings, story.house.clock(), by)
        draft = preview.newsletter(session.get_one(Newsletter, number), None)
        return as_text(draft.blocks) + as_html(draft, coalition="Coalition")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.torture)])
@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_every_surface_names_the_same_partners_and_no_silent_one(
    app: Flask, client: InspectingClient, house: House, seed: int
) -> None:
    story = begun(house, seed)
    for name in ASKED[:6]:
        story.say(story.chance.choice(["approve", "approve", "decline", "abstain"]), name)
    for _ in range(4):
        story.by_chance()
    compare(app, story)
    story.is_public = story.do(house.publish)
    assert story.is_public and story.standing
    story.write_newsletter()
    assert named(email(story, story.newsletters[0])) == story.standing | {ELSEWHERE}
    client.sign_in("publisher")
    handed = {"recipient": "The Committee", "way": "by_hand", "day": "2026-11-24"}
    assert client.submit(f"/staff/positions/{SLUG}/deliver", "/deliver", **handed).status_code == 303
    assert story.do(
        lambda session, version: house.report(session, version, f"{', '.join(EVERYONE)} never signed this.")
    )
    compare(app, story, with_slow=True)
    for step in range(4):
        for _ in range(3):
            story.by_chance()
        compare(app, story, with_slow=step == 3)
    story.leave(next(name for name in SPEAK if name not in story.left))
    supersede(story)
    story.write_newsletter()
    compare(app, story)
    assert story.do(house.retire, VERSION_2)
    story.is_public = False
    compare(app, story)


def supersede(story: Story) -> None:
    """Another version becomes public with whom chance lets approve it."""
    present = [name for name in ASKED if name not in story.left]

    def asked(session: Session, version: Version) -> None:
        revised = story.house.checked(session, story.house.revised(session, version))
        partners = session.scalars(select(Partner).where(Partner.name.in_(present)))
        story.house.ask(session, revised, [partner for partner in partners if partner.people])
        assert revised.id == VERSION_2

    assert story.do(asked)
    before = story.said
    story.said = {}
    for name in story.chance.sample(present, len(present) // 2):
        story.say(story.chance.choice(["approve", "decline"]), name, VERSION_2)
    assert story.do(story.house.publish, VERSION_2) and story.said != before
