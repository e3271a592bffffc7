"""Everything that the public reads and that partners read through their links, byte by byte."""

from collections.abc import Collection, Iterator
from itertools import product

from flask import Flask
from sqlalchemy import select

from signoff.models import AcceptanceLink, Application, Invitation, Link, LogHead, Logo, Partner, Position, Subscription
from signoff.web.access import access_of
from tests.house import House
from tests.subscribing import secret_behind
from tests.web.addresses import rules

# Paper takes a second each, and is set from the same facts as the page beside it. The others say how the machine is
# doing, and nothing that anyone said.
LEFT_OUT = ("public.position_pdf", "public.readyz", "public.healthz", "public.metrics")


def addresses(
    app: Flask, house: House, *, links: bool = True, left_out: Collection[str] = LEFT_OUT, slugs: Collection[str] = ()
) -> list[str]:
    """All public addresses that this house fills, and those of every link when `links`; `slugs` of more positions."""
    with house.database.reading() as session:
        filling: dict[str, list[object]] = {
            "slug": [*{*session.scalars(select(Position.slug)), *slugs}],
            "partner": [*session.scalars(select(Partner.slug))],
            "number": [1, 2],
            "act": ["answer"],
            "state": ["oh", "us"],
            "digest": [*session.scalars(select(Logo.digest))],
            "size": [*session.scalars(select(LogHead.size))],
            "address": [*_tiles(session.scalar(select(LogHead.size).order_by(LogHead.size.desc()).limit(1)) or 0)],
            "applicant": [house.application_secret(made) for made in session.scalars(select(Application))],
            "subscriber": [secret_behind(house, one) for one in session.scalars(select(Subscription))],
            "secret": [
                house.secret(way)
                for kind in (Link, Invitation, AcceptanceLink)
                for way in session.scalars(select(kind))
            ],
        }
    return sorted(set(_filled(app, filling, links=links, left_out=left_out)))


def _tiles(size: int) -> list[str]:
    partial = f"000.p/{size}" if size % 256 else "000"
    return [f"entries/{partial}", f"0/{partial}"] if size else []


def _filled(app: Flask, filling: dict[str, list[object]], *, links: bool, left_out: Collection[str]) -> Iterator[str]:
    adapter = app.url_map.bind("127.0.0.1")
    for rule in rules(app, "GET"):
        access = access_of(app, rule.endpoint)
        audiences = ("public", "api", "link") if links else ("public", "api")
        if access is None or access.audience not in audiences or access.act is not None:
            continue
        if rule.rule.startswith("/login") or rule.endpoint in left_out:
            continue
        names = sorted(rule.arguments)
        own = {**filling, "slug": filling["partner"]} if "/partners/<" in rule.rule else filling
        own = {**filling, "secret": filling["applicant"]} if rule.rule.startswith("/sign-on/") else own
        own = {**filling, "secret": filling["subscriber"]} if rule.rule.startswith("/subscriptions/") else own
        own = {**own, "act": ["description", "logo", "notice", "take-back"]} if "/profile/" in rule.rule else own
        with app.test_request_context():
            for values in product(*(own[name] for name in names)):
                yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def read(app: Flask, paths: list[str]) -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Status, headers and body at each address."""
    client = app.test_client()
    client.get("/")  # pages of errors have the Coalition's name once another page had it
    result = {}
    for path in paths:
        response = client.get(path)
        headers = {name: value for name, value in response.headers.items() if name != "Date"}
        result[path] = (response.status_code, headers, response.data)
    return result
