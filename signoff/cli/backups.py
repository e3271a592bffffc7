"""`signoff backup` and `signoff restore`: the whole database in one file, and back into an empty place."""

from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from signoff.backups.archive import KEYS, BackupRefused, Manifest, Reader, opened
from signoff.backups.backup import Secrets, make_backup
from signoff.backups.export import export
from signoff.backups.restore import put_back, without_keys
from signoff.cli.command import ensure_ready, with_installation, with_new_installation
from signoff.cli.failure import Failed, os_error_text
from signoff.cli.verify_stored import go_over
from signoff.domain.permissions import OPERATOR
from signoff.domain.phrasing import counted, duration
from signoff.evidence.heads import LONGEST_HEAD
from signoff.evidence.key_files import made_once
from signoff.evidence.strict_json import Refused, printable
from signoff.evidence.verifier import read_file
from signoff.services.publications.kept_heads import compared_with_kept
from signoff.services.publications.log_reading import newest_head
from signoff.services.publications.restorations import find_closed, open_restored, waiting_for_opening
from signoff.services.record.record import record
from signoff.services.record.tree_walk import log_faults, record_faults
from signoff.settings import PREFIX, given_environment, instance_folder, kept_settings
from signoff.worker.high_water import lag_of, read_mark, signed_here
from signoff.worker.installation import Installation


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-keys", is_flag=True, help="Put the secret key and the sealing key into the file as well.")
@with_installation
def backup(context: Installation, file: Path, with_keys: bool) -> None:
    """Write the whole database to FILE, while the installation runs."""
    if context.database.is_missing:
        raise Failed("There is no database yet; run `signoff db upgrade`.")
    at = context.clock()
    try:
        manifest = make_backup(context.database, file, Secrets.of(context.settings), with_keys=with_keys, at=at)
    except OSError as problem:
        raise Failed(os_error_text(problem, where=file, outcome="No backup was made.")) from None
    click.echo(f"Wrote {file}: {file.stat().st_size:,} bytes, up to entry {manifest.newest_entry} of the record.")
    try:
        with context.database.unit_of_work() as session:
            facts = {"newest_entry": manifest.newest_entry, "with_keys": with_keys}
            record(session, "backup_made", by=OPERATOR, at=context.clock(), facts=facts)
    except SQLAlchemyError:
        click.echo(
            "The backup is complete, but the record has no entry for it: nothing can be written to the database right "
            "now.",
            err=True,
        )
    if with_keys:
        click.echo("The file holds the keys. With them, a person can answer for partners: keep it as safe as the keys.")
    else:
        click.echo(
            "The file does not hold the keys (the secret key and the sealing key file). Keep copies of them elsewhere: "
            "without them, a restored copy cannot be opened."
        )


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--open", "opening", is_flag=True, help="Show public pages and send email again.")
@click.option("--since", default=None, type=click.Path(path_type=Path), help="A head of the log that you kept.")
def restore(file: Path | None, opening: bool, since: Path | None) -> None:
    """Restore the backup in FILE into an empty place; --open without FILE opens a copy that was restored before."""
    if file is None and not opening:
        raise click.UsageError("Give a backup to restore, or --open to open a copy that was restored before.")
    try:
        kept = read_file(str(since), LONGEST_HEAD).decode(errors="replace") if since else ""
        if file is None:
            _open_copy(kept)
            return
        with opened(file) as reader:
            _put_keys_back(reader)
            _restore(reader, kept, opening=opening)
    except (BackupRefused, Refused) as refusal:
        raise Failed(str(refusal)) from None
    except OSError as problem:
        raise Failed(os_error_text(problem, where=problem.filename or file)) from None


def _put_keys_back(reader: Reader) -> None:
    # Before the settings are read: on loopback they make keys where there are none.
    given = given_environment()
    folder = instance_folder(given)
    given = {**kept_settings(folder), **given}
    for setting, name, place in (
        ("SECRET_KEY", KEYS[0], folder / "secret_key"),
        ("SEALING_KEY_FILE", KEYS[2], folder / "sealing_key.json"),
    ):
        key = reader.key(name)
        if key and not given.get(f"{PREFIX}{setting}") and not place.exists():
            made_once(place, lambda key=key: key)  # type: ignore[misc]
            click.echo(f"Put the key {place} in its place.")
    if reader.key(KEYS[1]):
        click.echo(
            f"The file also has earlier secret keys. Copy them from {KEYS[1]} in it to SIGNOFF_SECRET_KEY_FALLBACKS."
        )


@with_new_installation
def _restore(context: Installation, reader: Reader, kept: str, *, opening: bool) -> None:
    manifest = reader.manifest
    put_back(reader, context.database, at=context.clock())
    _tell_age(context, manifest)
    with context.database.reading() as session:
        lacking = without_keys(session, manifest, context.keys, context.settings.secret_keys)
        wrong = [*record_faults(session), *log_faults(session)] if lacking else []
    for sentence in lacking:
        click.echo(sentence)
    _tell_missing(context, kept)
    click.echo(
        "Public pages are closed and email is paused, until an administrator reviews the copy at "
        f"{context.settings.base_url}/staff/restored, or you run `signoff restore --open`."
    )
    if wrong:
        raise Failed("\n".join(printable(sentence, 2_000) for sentence in wrong))
    if not lacking:
        go_over(context)
    elif opening:
        raise Failed("The copy was not opened, because keys are missing.")
    if opening:
        _open(context)


def _tell_age(context: Installation, manifest: Manifest) -> None:
    age = duration(context.clock() - manifest.made_at)
    entry = f"entry {manifest.newest_entry}"
    if manifest.newest_entry_at:
        entry += f", made at {manifest.newest_entry_at:%Y-%m-%d %H:%M:%S} UTC"
    click.echo(f"Restored the backup of {manifest.made_at:%Y-%m-%d %H:%M:%S} UTC ({age} old), up to {entry}.")
    with context.database.reading() as session:
        head = newest_head(session)
    if head is None:
        click.echo("No public head was signed in it yet.")
    else:
        name, size, root = head.note.split("\n")[:3]
        click.echo(f"Newest public head: {name}, {size} leaves, {root}, signed {head.time:%Y-%m-%d %H:%M:%S} UTC.")


def _tell_missing(context: Installation, kept: str) -> None:
    with context.database.reading() as session:
        if lag := lag_of(session, read_mark(session, context.settings)):
            click.echo(lag)
        if kept:
            click.echo(compared_with_kept(session, kept))


@with_installation
def _open_copy(context: Installation, kept: str) -> None:
    with context.database.reading() as session:
        if find_closed(session) is None:
            raise Failed("Public pages are open already.")
    _tell_missing(context, kept)
    _open(context)


def _open(context: Installation) -> None:
    with context.database.unit_of_work() as session:
        waiting = waiting_for_opening(session, at=context.clock())
        closed = find_closed(session)
        shown = closed.number if closed else 0
        open_restored(context.act(session, OPERATOR), shown=shown, signed=signed_here(session, context.settings))
    kinds = ", ".join(f"{kind.replace('_', ' ')} {due:,}" for kind, due, _ in waiting.letters if due)
    leave = f"{counted(waiting.due, 'email').capitalize()} may leave now{f' ({kinds})' if kinds else ''}."
    click.echo(f"Public pages are open. {leave}")


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_installation
def export_all(context: Installation, folder: Path) -> None:
    """Write texts, partners, answers, the record and the public log into the new folder DIR, as files to read."""
    ensure_ready(context)
    try:
        with context.database.reader() as session:
            unsealed = export(session, folder, at=context.clock(), base_url=context.settings.base_url)
    except OSError as problem:
        raise Failed(
            os_error_text(problem, where=problem.filename or folder, outcome="Nothing was exported.")
        ) from None
    for slug in unsealed:
        click.echo(f"There is no bundle of {slug} yet, because its list is not sealed; run `signoff worker --once`.")
    click.echo(f"Wrote {folder}. It holds personal data and answers that are not public; README.md says which.")
