"""Where the project's templates, migrations and settings module stand: in a checkout or inside a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_IS_CHECKOUT = (_CHECKOUT / "config.py").is_file() and (_CHECKOUT / "migrations").is_dir()

PROJECT = _CHECKOUT if _IS_CHECKOUT else PACKAGE / "_project"
# An installed wheel must not write beside itself: its instance folder is where the command is run.
INSTANCE = (_CHECKOUT if _IS_CHECKOUT else Path.cwd()) / "instance"
