"""A position as a page of Wagtail's: its text, and the names under it as rows of their own."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, Page


class PositionPage(Page):
    """A position: the page before the names and after them, as HTML."""

    before = models.TextField()
    after = models.TextField()
    template = "position.html"


class PositionName(Orderable):
    """A name on a position, with the website it leads to, and what is said beside it as HTML."""

    page = ParentalKey(PositionPage, related_name="names")
    name = models.CharField(max_length=200)
    website = models.CharField(max_length=200)
    said = models.TextField()
