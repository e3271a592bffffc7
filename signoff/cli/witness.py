"""`signoff witness`: a small server that cosigns heads of other people's logs; needs no database and no settings."""

import signal
import sys
import time
from pathlib import Path

import click
import waitress

from signoff.cli.failure import Failed, os_error_text
from signoff.evidence.cosignatures import witness_key
from signoff.evidence.strict_json import Refused
from signoff.evidence.witnessing import LONGEST_REQUEST
from signoff.oversight.folder_locks import InUse, only_user
from signoff.oversight.witness import Witness, witness_app
from signoff.oversight.witness_folder import WitnessFolder, names_of
from signoff.settings import INSTANCE

_SILENCE = 20  # seconds after which a silent connection is closed


@click.command()
@click.option("--name", default="", help="The name of a new witness, such as witness.example/w1.")
@click.option("--folder", type=click.Path(path_type=Path), help="Key, logs and heads.  [default: instance/witness]")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8010, show_default=True, type=click.IntRange(1, 65535))
def witness(name: str, folder: Path | None, host: str, port: int) -> None:
    """Cosign the heads that logs post, where each follows the one before, until stopped."""
    kept = WitnessFolder(folder or INSTANCE / "witness")
    try:
        with only_user(kept.path):
            _serve(kept, name, host, port)
    except (Refused, InUse) as problem:
        raise Failed(f"{str(problem).rstrip('.')}.") from None
    except OSError as problem:
        raise Failed(os_error_text(problem)) from None


def _serve(folder: WitnessFolder, name: str, host: str, port: int) -> None:
    signer = folder.signer(name)
    click.echo(f"Key of this witness: {witness_key(signer)}")
    keys = folder.logs()
    for log in names_of(keys):
        folder.latest(log)
    made = Witness(folder, signer, keys, time.time, tell=lambda words: click.echo(words, err=True))
    server = waitress.create_server(
        witness_app(made),
        host=host,
        port=port,
        ident="signoff-witness",
        max_request_body_size=LONGEST_REQUEST,
        channel_timeout=_SILENCE,
    )
    # The first process of a container would otherwise not hear of it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"Witnessing {', '.join(names_of(keys))} at http://{host}:{port}/add-checkpoint", err=True)
    try:
        server.run()
    except (KeyboardInterrupt, SystemExit):
        server.close()
