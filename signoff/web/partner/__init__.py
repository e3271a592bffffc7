"""The partner's pages: reached by a link in a letter, without account, cookie or script."""

from flask import Blueprint

from signoff.web.partner import own_page, reading_aids, request_page

pages = Blueprint("partner", __name__)

request_page.add_to(pages)
own_page.add_to(pages)
reading_aids.add_to(pages)
