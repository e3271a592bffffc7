"""The API, version 1: the same services as the pages, for programs."""

from flask import Blueprint

from signoff.web.api import checks, partners, positions, principles, publications, record, reference, rounds

calls = Blueprint("api", __name__, url_prefix="/api/v1")

for room in (principles, partners, positions, checks, rounds, publications, record, reference):
    room.add_to(calls)
