"""Exports what is said and decided as files that people read and other programs check: texts, answers, record."""

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from signoff.backups.archive import BackupRefused
from signoff.domain.errors import NotSealedYet
from signoff.domain.positions.fields import FIELDS
from signoff.domain.spreadsheets import as_cell, csv_file
from signoff.domain.time import rfc3339
from signoff.models import Answer, Entry, Leaf, LogHead, LogLeaf, Partner, Position, Publication, Version
from signoff.services.partners.partner_export import exported_rows
from signoff.services.partners.partners import present_partners
from signoff.services.partners.public_profiles import PublicProfile, public_profiles
from signoff.services.publications.bundles import bundle_of
from signoff.services.publications.log_reading import log_keys

FORMAT = "signoff-export/1"
_FIRST = "README.md"  # of several exports into one folder, the one that makes this file has the folder
_AT_ONCE = 1_000
_README = """# An export of Signoff

Made {at}. For the Coalition's own staff: **it holds personal data**, namely names, job titles, email addresses and
private words of partners' contacts, and answers that are not public: declines, abstentions, reasons and private notes.
Keep it as safe as the database. It holds no key, no password and no partner's link. What was erased is not in it.

| file | what it holds |
|---|---|
| `positions/SLUG/version-N.md` | each version: between the lines `---` names with values in JSON, then the text |
| `publications.json` | what was published, when, and how it ended |
| `partners.csv` | the register with its contacts, in the form that an import reads; partners that left are not in it |
| `partners.json` | every partner that ever was, when it left, and the description and logo on its public page |
| `logos/SLUG.png` | the logos on partners' public pages |
| `answers.csv`, `answers.json` | every answer with who gave it; of each partner, the last about a version counts |
| `record.csv`, `record.jsonl` | every entry of the record, in order; the second file has them as they were sealed |
| `log/leaves.jsonl`, `log/heads.json` | the public log and its signed heads |
| `bundles/SLUG.json` | the evidence of each position that is published now |
| `manifest.json` | the SHA-256 of every other file |

Spreadsheets take a cell that begins with `=` for a formula, so such cells in the CSV files begin with an apostrophe.

`examples/read_export.py` of Signoff reads this folder without anything but Python: it computes every digest again, the
public log and the record, and who is named.
"""


@dataclass
class _Folder:
    """The files written so far, with their digests; everything is for its owner alone."""

    path: Path
    digests: dict[str, str] = field(default_factory=dict)

    def write(self, name: str, content: str | bytes) -> None:
        raw = content.encode() if isinstance(content, str) else content
        self.write_lines(name, [raw])

    def write_lines(self, name: str, pieces: Iterable[bytes]) -> None:
        target, digest = self.path / name, hashlib.sha256()
        for parent in reversed(target.relative_to(self.path).parents[:-1]):
            (self.path / parent).mkdir(mode=0o700, exist_ok=True)
        kind = os.O_WRONLY if name == _FIRST else os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(target, kind, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
        self.digests[name] = digest.hexdigest()

    def write_json(self, name: str, content: Any) -> None:
        self.write(name, json.dumps(content, indent=1, ensure_ascii=False, default=_plain) + "\n")


def export(session: Session, target: Path, *, at: datetime, base_url: str) -> Sequence[str]:
    """Write the whole export into a new folder, as this session reads it; returns the slugs that have no bundle yet.

    `base_url` is where the public site is. BackupRefused when the folder is there and holds something, or another
    export is being written into it. The manifest comes last: without it, nothing is whole. What was written goes again
    when the rest cannot be.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupRefused(f"{target} is not empty. Nothing was written; name a new folder.")
    with _emptied_unless_done(target):
        return _write_all(session, _Folder(target), at, base_url)


@contextmanager
def _emptied_unless_done(target: Path) -> Iterator[None]:
    was_there = target.exists()
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        (target / _FIRST).touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise BackupRefused(
            f"Another export is being written into {target}. Nothing was written; name a new folder."
        ) from None
    except OSError:
        if not was_there:
            target.rmdir()
        raise
    target.chmod(0o700)
    try:
        yield
    except BaseException:
        for path in target.iterdir():
            rmtree(path) if path.is_dir() else path.unlink()
        if not was_there:
            target.rmdir()
        raise


def _write_all(session: Session, folder: _Folder, at: datetime, base_url: str) -> Sequence[str]:
    folder.write(_FIRST, _README.format(at=rfc3339(at)))
    _write_texts(session, folder)
    unsealed = _write_bundles(session, folder)
    _write_partners(session, folder, base_url)
    _write_answers(session, folder)
    _write_record(session, folder)
    _write_log(session, folder)
    facts = {"format": FORMAT, "made_at": rfc3339(at), "application": version("signoff"), "origin": _origin(session)}
    folder.write_json("manifest.json", {**facts, "fields": [f.name for f in FIELDS], "files": dict(folder.digests)})
    return unsealed


def _origin(session: Session) -> str:
    return log_keys(session).origin


def _write_texts(session: Session, folder: _Folder) -> None:
    for one in session.scalars(select(Version).options(joinedload(Version.position)).order_by(Version.id)):
        facts: dict[str, Any] = {
            "position": one.position.slug,
            "version": one.number,
            "digest": one.digest,
            "saved_at": rfc3339(one.saved_at),
            "change_note": one.change_note,
        }
        facts |= {f.name: getattr(one, f.name) for f in FIELDS if f.name != "body" and getattr(one, f.name)}
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]
        name = f"positions/{one.position.slug}/version-{one.number}.md"
        folder.write(name, "\n".join(["---", *lines, "---", one.body, ""]))


def _write_bundles(session: Session, folder: _Folder) -> list[str]:
    told, unsealed = [], []
    for one in session.scalars(select(Publication).order_by(Publication.id)):
        said = {"position": one.position.slug, "version": one.version.number}
        times = {"published_at": rfc3339(one.published_at), "ended_at": _plain(one.ended_at)}
        told.append({**said, **times, "ended_as": one.ended_as, "ended_reason": one.ended_reason})
        if one.ended_at is None:
            try:
                folder.write(f"bundles/{one.position.slug}.json", bundle_of(session, one).text)
            except NotSealedYet:
                unsealed.append(one.position.slug)
    folder.write_json("publications.json", told)
    return unsealed


def _write_partners(session: Session, folder: _Folder, base_url: str) -> None:
    present = present_partners(session, with_people=True)
    folder.write("partners.csv", csv_file(exported_rows(session, present, base_url)))
    profiles = public_profiles(session, [partner.id for partner in present])
    told = []
    for one in session.scalars(select(Partner).order_by(Partner.id)):
        profile, name = profiles.get(one.id, PublicProfile()), f"logos/{one.slug}.png"
        if profile.logo:
            folder.write(name, profile.logo.content)
        said = {"description": profile.description or None, "logo": name if profile.logo else None}
        told.append({"slug": one.slug, "name": one.name, "level": one.level, "left_at": one.left_at, **said})
    folder.write_json("partners.json", told)


_ANSWERS = (
    select(Answer, Position.slug, Version.number, Partner.slug)
    .join(Version, Version.id == Answer.version_id)
    .join(Position, Position.id == Version.position_id)
    .join(Partner, Partner.id == Answer.partner_id)
    .order_by(Answer.id)
)
_OF_ANSWER = ("sequence", "digest", "verdict", "public_name", "public_note", "authority", "board_decided_on", "at")
_OF_PERSON = ("full_name", "job_title", "reason", "note")


def _write_answers(session: Session, folder: _Folder) -> None:
    told = [
        {
            "position": slug,
            "version": number,
            "partner": partner,
            **{name: _plain(getattr(answer, name)) for name in _OF_ANSWER},
            **{name: getattr(answer.person, name, None) for name in _OF_PERSON},
        }
        for answer, slug, number, partner in session.execute(_ANSWERS)
    ]
    folder.write_json("answers.json", told)
    columns = ["position", "version", "partner", *_OF_ANSWER, *_OF_PERSON]
    folder.write("answers.csv", csv_file([columns, *([_cell(one[name]) for name in columns] for one in told)]))


def _write_record(session: Session, folder: _Folder) -> None:
    query = select(Entry.id, Leaf.number, Entry.at, Entry.kind, Entry.actor, Position.slug, Entry.body)
    query = query.outerjoin(Leaf, Leaf.entry_id == Entry.id).outerjoin(Position, Position.id == Entry.position_id)
    query = query.order_by(Entry.id)
    rows = session.execute(query.execution_options(yield_per=_AT_ONCE))
    lines = (_line({"id": row.id, "place": row.number, "body": row.body}) for row in rows)
    folder.write_lines("record.jsonl", lines)
    rows = session.execute(query.execution_options(yield_per=_AT_ONCE))
    columns = ("id", "place", "at", "kind", "by", "position", "facts")
    folder.write_lines(
        "record.csv",
        (
            _csv_line(row)
            for row in (columns, *((*map(_cell, one[:-1]), json.dumps(json.loads(one.body)["facts"])) for one in rows))
        ),
    )


def _write_log(session: Session, folder: _Folder) -> None:
    leaves = select(LogLeaf.content).order_by(LogLeaf.number).execution_options(yield_per=_AT_ONCE)
    folder.write_lines("log/leaves.jsonl", (f"{content}\n".encode() for content in session.scalars(leaves)))
    heads = select(LogHead.size, LogHead.root, LogHead.time, LogHead.note, LogHead.record_size, LogHead.record_root)
    folder.write_json("log/heads.json", [row._asdict() for row in session.execute(heads.order_by(LogHead.size))])


def _line(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, ensure_ascii=False)}\n".encode()


def _csv_line(row: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(map(as_cell, row))
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    return "" if value is None else str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return rfc3339(value)
    return value.isoformat() if isinstance(value, date) else value
