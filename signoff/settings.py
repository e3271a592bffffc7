"""Where the project's files are, and its settings: config.py, loaded by its path."""

import importlib.util
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from signoff.domain.mail_settings import MailHooks, MailSettings
from signoff.evidence.whole_files import make_folder, write_whole

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_IS_CHECKOUT = (_CHECKOUT / "config.py").is_file() and (_CHECKOUT / "migrations").is_dir()

PROJECT = _CHECKOUT if _IS_CHECKOUT else PACKAGE / "_project"
# An installed wheel must not write beside itself: its instance folder is where the command is run.
INSTANCE = (_CHECKOUT if _IS_CHECKOUT else Path.cwd()) / "instance"


if TYPE_CHECKING:
    from config import (
        PREFIX,
        SETTINGS,
        Settings,
        SettingsRefused,
        new_sealing_key,
        read_database_url,
        read_mail_settings,
        read_settings,
    )
else:
    _spec = importlib.util.spec_from_file_location("signoff_config", PROJECT / "config.py")
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["signoff_config"] = _module
    _spec.loader.exec_module(_module)
    PREFIX = _module.PREFIX
    SETTINGS = _module.SETTINGS
    Settings = _module.Settings
    SettingsRefused = _module.SettingsRefused
    new_sealing_key = _module.new_sealing_key
    read_database_url = _module.read_database_url
    read_mail_settings = _module.read_mail_settings
    read_settings = _module.read_settings

__all__ = [
    "PREFIX",
    "SETTINGS",
    "MailHooks",
    "MailSettings",
    "Settings",
    "SettingsRefused",
    "given_environment",
    "instance_folder",
    "keep_settings",
    "kept_settings",
    "load_mail_settings",
    "load_settings",
    "new_sealing_key",
    "read_database_url",
    "read_mail_settings",
    "read_settings",
]

_KEPT = ".env"
_KEPT_HEAD = "# What `signoff up` was told. The environment, and a .env file where a command is run, go before it.\n"


def load_settings(*, may_make_keys: Callable[[str], bool] = lambda _: False) -> Settings:
    """Read the settings from the environment, below it from `.env` in the current folder, then in the instance folder.

    Refuses with SettingsRefused: an unknown SIGNOFF_ name, a value that cannot be meant, an unsafe mixture, and keys
    that are missing unless `may_make_keys` of this database.
    """
    given = given_environment()
    instance = instance_folder(given)
    return read_settings({**kept_settings(instance), **given}, instance=instance, may_make_keys=may_make_keys)


def load_mail_settings() -> MailSettings:
    """Only how letters leave, read from where all settings are; refuses with SettingsRefused."""
    given = given_environment()
    return read_mail_settings({**kept_settings(instance_folder(given)), **given})


def given_environment() -> dict[str, str]:
    """What the operator gave: the environment, and below it `.env` in the current folder."""
    beside = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**beside, **os.environ}


def instance_folder(environ: Mapping[str, str]) -> Path:
    """The folder for what is made."""
    given = environ.get(f"{PREFIX}INSTANCE", "").strip()
    return Path(given).absolute() if given else INSTANCE


def kept_settings(instance: Path) -> dict[str, str]:
    """What `signoff up` keeps in the instance folder; it yields to what the operator gives."""
    # What was typed is meant as it is: a password may hold ${…}.
    kept = dotenv_values(instance / _KEPT, interpolate=False)
    return {name: value for name, value in kept.items() if value is not None}


def keep_settings(instance: Path, values: Mapping[str, str]) -> None:
    """Keep these settings, beside those kept before, for the owner of the instance folder alone; an empty one goes."""
    kept = {name: value for name, value in {**kept_settings(instance), **values}.items() if value}
    make_folder(instance)
    text = _KEPT_HEAD + "".join(f"{name}={_quoted(value)}\n" for name, value in kept.items())
    write_whole(instance / _KEPT, text)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
