"""Referring to a colleague: at once within the partner's own mail domain, after staff accept it elsewhere."""

from collections.abc import Iterable

# Where anyone gets an address: having one there says nothing of belonging to an organization.
PUBLIC_PROVIDERS = frozenset(
    """
    hotmail.it windowslive.com spectrum.net mindspring.com rogers.com shaw.ca netzero.net riseup.net hanmail.net
    yahoo.it yahoo.in yahoo.co.nz yahoo.com.au yahoo.com.br bigpond.com xtra.co.nz bell.net videotron.ca daum.net
    163.com 126.com aim.com aol.com att.net bellsouth.net btinternet.com charter.net comcast.net cox.net
    duck.com earthlink.net email.com fastmail.com fastmail.fm free.fr frontier.com gmail.com gmx.at gmx.ch
    gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.ca hotmail.co.uk hotmail.com hotmail.de hotmail.es
    hotmail.fr hushmail.com icloud.com inbox.com juno.com laposte.net libero.it live.ca live.co.uk live.com
    live.fr mac.com mail.com mail.ru mailbox.org me.com msn.com naver.com optonline.net orange.fr outlook.com
    outlook.de outlook.es outlook.fr pm.me posteo.de proton.me protonmail.ch protonmail.com qq.com
    rediffmail.com rocketmail.com roadrunner.com sbcglobal.net sina.com sky.com t-online.de telus.net tuta.com
    tuta.io tutanota.com verizon.net virginmedia.com wanadoo.fr web.de windstream.net yahoo.ca yahoo.co.in
    yahoo.co.jp yahoo.co.uk yahoo.com yahoo.com.mx yahoo.de yahoo.es yahoo.fr yandex.com yandex.ru ymail.com
    zoho.com zohomail.com
    """.split()  # noqa: SIM905 - a list of words is read as words
)


def domain_of(address: str) -> str:
    """The part of a cleaned email address behind its @."""
    return address.rpartition("@")[2]


def is_own_domain(address: str, known_addresses: Iterable[str]) -> bool:
    """Whether an address lies in a mail domain that the partner's contacts have and that is no public provider's."""
    domain = domain_of(address)
    return domain not in PUBLIC_PROVIDERS and domain in {domain_of(known) for known in known_addresses}
