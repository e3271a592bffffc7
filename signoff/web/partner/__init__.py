"""The partner's pages: reached by a link in a letter, without account, cookie or script."""

from flask import Blueprint

from signoff.web.partner import request_page

pages = Blueprint("partner", __name__)

request_page.add_to(pages)
