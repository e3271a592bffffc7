"""The blueprint of the public's pages."""

from flask import Blueprint

pages = Blueprint("public", __name__)
