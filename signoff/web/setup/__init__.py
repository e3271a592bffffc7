"""The pages that set a new installation up, behind an address that is printed once on the operator's terminal."""

from signoff.web.setup import administrator, coalition, email
from signoff.web.setup.blueprint import pages

__all__ = ["administrator", "coalition", "email", "pages"]
