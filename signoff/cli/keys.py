"""`signoff sealing-key`: the key file that proves answers."""

from pathlib import Path

import click

from signoff.cli.failure import Failed
from signoff.settings import new_sealing_key


@click.command("sealing-key")
@click.argument("file", type=click.Path(path_type=Path))
def sealing_key(file: Path) -> None:
    """Make a sealing key file, readable by its owner only; an existing FILE is left alone."""
    try:
        file.touch(mode=0o600, exist_ok=False)
        file.write_text(new_sealing_key())
    except OSError as problem:
        raise Failed(f"{file}: {problem.strerror}.") from None
    click.echo(f"Made {file}. Keep a copy in a safe place: without it no answer can be verified.")
