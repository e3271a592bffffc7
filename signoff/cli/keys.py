"""`signoff sealing-key`: the key file that proves answers."""

import json
from pathlib import Path

import click

from signoff.backups.archive import BackupRefused, ensure_new, place
from signoff.cli.failure import Failed, os_error_text
from signoff.evidence.codes import SealingKeys
from signoff.evidence.whole_files import draft_beside, write_whole
from signoff.settings import new_sealing_key


@click.command("sealing-key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--renew", is_flag=True, help="Put a new key first in FILE; the earlier ones stay in it.")
def sealing_key(file: Path, renew: bool) -> None:
    """Make a sealing key file, readable by its owner only; an existing FILE is left alone, except with --renew."""
    try:
        if renew:
            _renew(file)
            return
        ensure_new(file)
        with draft_beside(file) as draft:
            draft.write_text(new_sealing_key())
            place(draft, file)
    except BackupRefused as refusal:
        raise Failed(str(refusal)) from None
    except OSError as problem:
        raise Failed(os_error_text(problem, where=file, outcome="Nothing was changed.")) from None
    click.echo(f"Made {file}. Keep a copy in a safe place: without it no answer can be verified.")


def _renew(file: Path) -> None:
    try:
        SealingKeys.read(file)
    except ValueError as problem:
        raise Failed(f"{problem}. Nothing was changed.") from None
    content, new = json.loads(file.read_text()), json.loads(new_sealing_key())
    content["mac"] = [*new["mac"], *content["mac"]]
    write_whole(file, json.dumps(content, indent=2) + "\n")
    click.echo(
        f"{file} has a new key, and the earlier ones, which prove what was answered before. Restart Signoff, and keep "
        "a copy of the file in a safe place."
    )
