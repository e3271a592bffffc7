"""The blueprint of the staff's pages: every form is guarded against forgery."""

from flask import Blueprint, current_app, request

pages = Blueprint("staff", __name__)


@pages.before_request
def guard_forms() -> None:
    """Refuse a form that this site did not serve."""
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        current_app.extensions["csrf"].protect()
