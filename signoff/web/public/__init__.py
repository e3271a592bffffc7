"""The public's pages: positions with their signatories, partners, principles, and how to verify."""

from flask import Blueprint

from signoff.web.public import downloads, evidence, health, paper
from signoff.web.public import pages as public_pages

pages = Blueprint("public", __name__)

for room in (public_pages, downloads, paper, evidence, health):
    room.add_to(pages)
