"""The bundle of a position: the text, its check and the whole list of its signatories, as of the time of a signed head.

It proves that this was the list at that time: the list must have the digest that the state has for the position, the
state must be the last leaf of the head, and the head must be signed. Every byte of the file is verified.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signoff.evidence.anchors import (
    HEADED,
    INDEX,
    STATE_WITH_RECORD,
    Anchor,
    ensure_included,
    hashes_of,
    is_superseded,
    read_anchor,
)
from signoff.evidence.approved_text import read_text
from signoff.evidence.log_leaves import Listed, Published
from signoff.evidence.merkle import is_included
from signoff.evidence.public_state import Row, check_digest, list_digest
from signoff.evidence.shapes import (
    DIGEST,
    PATH,
    SLUG,
    VERSION,
    day,
    ensure_format,
    line,
    lines,
    list_of,
    moment,
    object_of,
    read_moment,
    whole,
    word,
)
from signoff.evidence.strict_json import Refused, read_canonical

BUNDLE_FORMAT = "signoff-bundle/2"
FRESH = timedelta(days=1)
VERDICTS = ("advances", "not_engaged", "works_against", "cannot_tell")

_FINDING = object_of(
    criterion=line(200),
    name=line(1_000),
    verdict=word(*VERDICTS),
    rationale=lines(100_000, least=0),
    quotes=list_of(lines(100_000), most=1_000),
)
_CHECK = object_of(
    edition=whole(1, 1_000_000),
    adopted_on=day,
    completed_at=moment,
    findings=list_of(_FINDING, least=1, most=1_000),
)
_SIGNATORY = object_of(partner=SLUG, name=line(1_000), note=line(10_000, least=0), approved_at=moment)
SIGNATORIES = list_of(_SIGNATORY, most=100_000)
BUNDLE = object_of(
    format=word(BUNDLE_FORMAT),
    position=SLUG,
    version=VERSION,
    text=lines(1_000_000),
    check=_CHECK,
    publication=object_of(at=moment, index=INDEX, path=PATH),
    list=object_of(index=INDEX, path=PATH, salt=DIGEST, signatories=SIGNATORIES),
    row=object_of(index=INDEX, path=PATH),
    state=STATE_WITH_RECORD,
    **HEADED,
)


@dataclass(frozen=True)
class Signatory:
    """A partner on the list: the key of its page, the name it approved under, its note, and when it approved."""

    partner: str
    name: str
    note: str
    approved_at: str


@dataclass(frozen=True)
class BundleVerdict:
    """What a bundle proves: this text had exactly this list at the time of the head.

    `has_later_head` says that the reader gave a later head of the log, `is_stale` that, or that the statement is old.
    Neither says that the list has changed.
    """

    position: str
    version: int
    digest: str
    fields: Mapping[str, str]
    signatories: tuple[Signatory, ...]
    published_at: datetime
    check: Mapping[str, Any]
    anchor: Anchor
    age: timedelta
    is_stale: bool
    has_later_head: bool

    @property
    def title(self) -> str:
        """The title of the text."""
        return self.fields["title"]

    @property
    def names(self) -> tuple[str, ...]:
        """The names on the list, in its order."""
        return tuple(one.name for one in self.signatories)


def verify_bundle(
    file: bytes | str, *, now: datetime, pinned: str = "", kept: str = "", fresh_within: timedelta = FRESH
) -> BundleVerdict:
    """What a bundle proves at the moment `now`; Refused with a sentence when anything in it is wrong.

    `pinned` is the public key that the reader trusts: the key of the head, or one that handed over to it. `kept` is a
    checkpoint of the same log that the reader has from elsewhere.
    """
    bundle = read_canonical(file)
    ensure_format(bundle, BUNDLE_FORMAT)
    BUNDLE(bundle, "")
    fields = read_text(bundle["text"])
    digest = hashlib.sha256(bundle["text"].encode()).hexdigest()
    signatories = bundle["list"]["signatories"]
    ensure_listed_in_order(signatories)
    list_hash = list_digest(bundle["position"], bundle["version"], digest, bundle["list"]["salt"], signatories)
    anchor = _anchored(bundle, list_hash, [one["approved_at"] for one in signatories], pinned=pinned, now=now)
    age, has_later_head = anchor.age(now), bool(kept) and is_superseded(anchor, kept)
    return BundleVerdict(
        position=bundle["position"],
        version=bundle["version"],
        digest=digest,
        fields=fields,
        signatories=tuple(Signatory(**one) for one in signatories),
        published_at=read_moment(bundle["publication"]["at"]),
        check=bundle["check"],
        anchor=anchor,
        age=age,
        is_stale=has_later_head or age > fresh_within,
        has_later_head=has_later_head,
    )


def ensure_around_list(bundle: Mapping[str, Any], list_hash: str, latest: str, *, now: datetime) -> None:
    """Refuse a bundle of the right shape in which anything but the list is wrong, or which has another list than this.

    For who made the list and its digest `list_hash` before, and checked both then: `latest` is the time of its latest
    approval, or empty. The signatories in `bundle` are not looked at.
    """
    read_text(bundle["text"])
    _anchored(bundle, list_hash, [latest] if latest else [], pinned="", now=now)


def _anchored(
    bundle: Mapping[str, Any], list_hash: str, approvals: Sequence[str], *, pinned: str, now: datetime
) -> Anchor:
    _ensure_order(bundle, approvals)
    anchor = read_anchor(bundle, bundle["state"]["record"], pinned=pinned, now=now)
    _ensure_recorded(bundle, list_hash, anchor)
    return anchor


def _ensure_order(bundle: Mapping[str, Any], approvals: Sequence[str]) -> None:
    findings = bundle["check"]["findings"]
    if len({one["criterion"] for one in findings}) != len(findings):
        raise Refused("“check.findings” has one criterion twice.")
    if not bundle["publication"]["index"] < bundle["list"]["index"]:
        raise Refused("The list must be in the log after the publication.")
    acts = [bundle["publication"]["at"], bundle["check"]["completed_at"], *approvals]
    if max(map(read_moment, acts)) > read_moment(bundle["state"]["time"]):
        raise Refused("Something in the bundle is later than its head.")


def ensure_listed_in_order(signatories: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a list that is not in the order of its partners, or has a partner or a name twice."""
    partners = [one["partner"] for one in signatories]
    if sorted(set(partners)) != partners:
        raise Refused("“list.signatories” must be in the order of “partner”, each partner once.")
    if len({one["name"] for one in signatories}) != len(signatories):
        raise Refused("“list.signatories” has one name twice.")


def _ensure_recorded(bundle: Mapping[str, Any], list_hash: str, anchor: Anchor) -> None:
    about = (bundle["position"], bundle["version"], hashlib.sha256(bundle["text"].encode()).hexdigest())
    listed, publication, row = bundle["list"], bundle["publication"], bundle["row"]
    state, hashed = bundle["state"], Row(*about, list=list_hash).hash
    if not is_included(hashed, row["index"], state["positions"], hashes_of(row["path"]), bytes.fromhex(state["root"])):
        raise Refused("The text with this list is not what the head says: the text, the list or the head is another.")
    leaf = Published(*about, check=check_digest(bundle["check"]), at=publication["at"])
    ensure_included(leaf.encoded, publication["index"], publication["path"], anchor.head, "The publication")
    ensure_included(Listed(*about, list=list_hash).encoded, listed["index"], listed["path"], anchor.head, "The list")
