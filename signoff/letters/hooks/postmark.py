"""Postmark: reports in JSON, sent with the user name and password that the address of the webhook has."""

import base64
import hmac
from collections.abc import Iterator

from signoff.letters.hooks.reports import HookRequest, as_json, failed, mapping, moment, not_genuine, unwanted, words
from signoff.letters.marking import ServiceReport

NAME = "postmark"
# What Postmark keeps of a letter and gives back with each report about it.
HEADER, FIELD = "X-PM-Metadata-signoff-id", "signoff-id"
_FAILED = {
    "HardBounce", "SoftBounce", "BadEmailAddress", "Blocked", "DnsError", "DMARCPolicy", "SpamNotification",
    "ManuallyDeactivated", "VirusNotification",
}  # fmt: skip


def read(request: HookRequest, login: str) -> Iterator[ServiceReport]:
    """The reports in a request; NotAllowed when it has not our user name and password."""
    expected = "Basic " + base64.b64encode(login.encode()).decode()
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
        raise not_genuine("Postmark")
    event = mapping(as_json(request.body))
    kind, ids = words(event.get("RecordType")), words(mapping(event.get("Metadata")).get(FIELD))
    number = f"{NAME}:{kind}:{words(event.get('ID'))}"
    if kind == "SpamComplaint" or event.get("Type") == "SpamComplaint":
        yield ServiceReport((number,), moment(event.get("BouncedAt")), unwanted(ids))
    elif kind == "Bounce" and event.get("Type") in _FAILED:
        reason = failed(ids, event.get("Details"), event.get("Description"))
        yield ServiceReport((number,), moment(event.get("BouncedAt")), reason)
