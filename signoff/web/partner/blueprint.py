"""The blueprint of the partner's pages."""

from flask import Blueprint

pages = Blueprint("partner", __name__)
