"""`signoff serve`: the pages and the API."""

import click

from signoff.cli.command import ensure_ready, with_installation
from signoff.cli.failure import Failed
from signoff.services.coalition import find_coalition
from signoff.web.serving import heed_signals, serve_forever
from signoff.worker.high_water import notice_older_copy
from signoff.worker.installation import Installation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@with_installation
def serve(context: Installation, host: str, port: int) -> None:
    """Serve pages and API until stopped."""
    heed_signals()
    ensure_ready(context)
    with context.database.reading() as session:
        if find_coalition(session) is None:
            raise Failed("This installation is not set up yet; run `signoff init`.")
    notice_older_copy(context)
    serve_forever(
        context.settings,
        host=host,
        port=port,
        ready=lambda: click.echo(f"Serving {context.settings.base_url} on {host}:{port}", err=True),
    )
