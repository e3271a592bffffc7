"""Fills the Wagtail site with a position that looks like ours, name by name."""

import re

from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, Site

from bench.wagtail_site.models import PositionName, PositionPage

_ROW = re.compile(
    r'<li><a href="(?P<website>[^"]+)" rel="noopener" dir="auto">(?P<name>[^<]+)</a>'
    r"<small>(?P<said>.+?)</small>\n</li>\n"
)


def fill(path: str, html: str) -> None:
    """Make a published page at a path: the HTML around the names as it is, and each name as a row."""
    rows = list(_ROW.finditer(html))
    before, after = html[: rows[0].start()], html[rows[-1].end() :]
    assert "".join(row[0] for row in rows) == html[len(before) : len(html) - len(after)], "more than names among them"
    call_command("migrate", verbosity=0)
    parent, slug = path.strip("/").split("/")
    above = Page(title=parent, slug=parent)
    Site.objects.get(is_default_site=True).root_page.add_child(instance=above)
    page = PositionPage(title=slug, slug=slug, before=before, after=after)
    above.add_child(instance=page)
    names = [PositionName(page=page, sort_order=number, **row.groupdict()) for number, row in enumerate(rows)]
    PositionName.objects.bulk_create(names)
    assert Client().get(path).content.decode() == html
