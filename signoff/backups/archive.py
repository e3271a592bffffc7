"""The one file of a backup: a ZIP archive with a manifest, written whole or not at all, and read within bounds."""

import hashlib
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from signoff.domain.time import rfc3339
from signoff.evidence.whole_files import place_new

FORMAT = "signoff-backup/1"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
KEYS = ("keys/secret_key", "keys/secret_key_fallbacks", "keys/sealing_key.json")
_MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 100_000  # bytes
_LARGEST_KEY = 100_000
_BLOCK = 1_000_000
_SPARE = 50_000_000  # bytes of a disk that are left free
_LARGEST_NUMBER = 2**53
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHER_THAN_MEANT = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, *_OTHER_THAN_MEANT)


class BackupRefused(Exception):
    """A backup cannot be made or put back; the message is a sentence that says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `head` is the newest head of the public log in it, empty for none."""

    application: str
    database: str
    revision: str
    made_at: datetime
    newest_entry: int
    newest_entry_at: datetime | None
    restorations: int
    head: str
    sealing_key: str

    @property
    def part(self) -> str:
        """The name of the part that is the database."""
        return DATABASES[self.database]


class Writer:
    """Puts parts into an archive and keeps their sizes and digests for the manifest."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._parts: list[dict[str, Any]] = []

    def add(self, name: str, source: IO[bytes], *, packed: bool) -> None:
        """Add a part, packed unless it is already."""
        digest, size = hashlib.sha256(), 0
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        with self._archive.open(info, "w", force_zip64=True) as part:
            while block := source.read(_BLOCK):
                part.write(block)
                digest.update(block)
                size += len(block)
        self._parts.append({"name": name, "size": size, "sha256": digest.hexdigest()})

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest, which names every part."""
        content = {"format": FORMAT, **vars(manifest), "parts": self._parts}
        for name in ("made_at", "newest_entry_at"):
            content[name] = rfc3339(content[name]) if content[name] else None
        self._archive.writestr(_MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def ensure_new(path: Path) -> None:
    """BackupRefused when something has this name already."""
    if path.exists() or path.is_symlink():
        raise BackupRefused(f"{path} already exists. Nothing was written; give another name.")


def place(draft: Path, path: Path) -> None:
    """Give a finished draft its name, durably. BackupRefused when something has the name by now."""
    try:
        place_new(draft, path)
    except FileExistsError:
        raise BackupRefused(f"{path} already exists. Nothing was written; give another name.") from None


class Reader:
    """A backup that was opened: its manifest, and its parts, each held against its digest as it is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        infos = {info.filename: info for info in archive.infolist()}
        if len(infos) != len(archive.infolist()) or _MANIFEST not in infos:
            raise ValueError("no manifest, or a name twice")
        if any(info.compress_type not in _PACKINGS for info in infos.values()):
            raise ValueError("packed in another way")
        if infos[_MANIFEST].file_size > _LARGEST_MANIFEST:
            raise ValueError("the manifest is too large")
        with archive.open(_MANIFEST) as file:
            content = json.loads(file.read(_LARGEST_MANIFEST + 1))
        if content.pop("format") != FORMAT:
            raise ValueError("another format")
        self._parts: Mapping[str, dict[str, Any]] = {part["name"]: part for part in content.pop("parts")}
        if not all(_is_number(part["size"]) for part in self._parts.values()):
            raise ValueError("a size that is none")
        self.manifest = _manifest(content)
        if infos.keys() - {_MANIFEST} != self._parts.keys() or not self._parts.keys() <= self._known():
            raise ValueError("other parts than the manifest names")

    def _known(self) -> set[str]:
        return {self.manifest.part, *KEYS}

    @property
    def has_keys(self) -> bool:
        """Whether the keys are in the backup."""
        return KEYS[0] in self._parts

    def key(self, name: str) -> str:
        """One of the keys; empty when the backup does not have it."""
        if name not in self._parts:
            return ""
        if self._parts[name]["size"] > _LARGEST_KEY:
            raise BackupRefused(f"The part {name} is too large.")
        return b"".join(self._blocks(name)).decode()

    def unpack_database(self, target: Path) -> None:
        """Write the database to a file. BackupRefused for what is damaged or has no room on the disk."""
        size = self._parts[self.manifest.part]["size"]
        free = shutil.disk_usage(target.parent).free
        if size > free - _SPARE:
            raise BackupRefused(
                f"There is not enough room in {target.parent}: the database takes {size:,} bytes, "
                f"and {free:,} are free."
            )
        with target.open("wb") as file:
            for block in self._blocks(self.manifest.part):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())

    def _blocks(self, name: str) -> Iterator[bytes]:
        # What an archive says of its own sizes is not believed: no more is unpacked than the manifest says.
        part, digest, size = self._parts[name], hashlib.sha256(), 0
        with self._archive.open(name) as file:
            while block := file.read(_BLOCK):
                size += len(block)
                digest.update(block)
                if size > part["size"]:
                    break
                yield block
        if size != part["size"] or digest.hexdigest() != part["sha256"]:
            raise BackupRefused(f"The part {name} is not what the manifest says. The file is damaged.")


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST_NUMBER


def _manifest(content: dict[str, Any]) -> Manifest:
    for name, value in content.items():
        is_sound = _is_number(value) if name in ("newest_entry", "restorations") else isinstance(value, str)
        if not is_sound and not (name == "newest_entry_at" and value is None):
            raise ValueError(name)
        if name != "head" and isinstance(value, str) and not value.isprintable():
            raise ValueError(name)  # it is shown in a terminal
    for name in ("made_at", "newest_entry_at"):
        content[name] = datetime.fromisoformat(content[name]) if content[name] else None
    manifest = Manifest(**content)
    if manifest.database not in DATABASES or manifest.made_at.tzinfo is None:
        raise ValueError("an unknown database, or a time without a zone")
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[Reader]:
    """A backup to read. BackupRefused for what is none, was cut short or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield Reader(archive)
    except _DAMAGED as problem:
        raise BackupRefused(f"{path} is not a complete backup of Signoff. Nothing was restored.") from problem
