"""`signoff demo`: the demonstration."""

import click

from signoff.cli.failure import Failed

try:
    from signoff.demo.run import run_demo
except ModuleNotFoundError:  # the extra `demo` is not installed, as in production
    run_demo = None  # type: ignore[assignment]


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Delete the demo's data first.")
def demo(port: int, reset: bool) -> None:
    """Run a demonstration with invented partners and a mail catcher, on this machine only.

    Its data is kept in instance/demo.
    """
    if run_demo is None:
        raise Failed("The demo needs its extra; install it with `pip install 'signoff[demo]'`.")
    try:
        run_demo(port=port, reset=reset, tell=click.echo)
    except OSError as problem:
        raise Failed(f"The demo cannot start: {problem.strerror or problem}.") from None
