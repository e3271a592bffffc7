"""Where the project's files are, and its settings: config.py, loaded by its path."""

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent
_IS_CHECKOUT = (_CHECKOUT / "config.py").is_file() and (_CHECKOUT / "migrations").is_dir()

PROJECT = _CHECKOUT if _IS_CHECKOUT else PACKAGE / "_project"
# An installed wheel must not write beside itself: its instance folder is where the command is run.
INSTANCE = (_CHECKOUT if _IS_CHECKOUT else Path.cwd()) / "instance"


if TYPE_CHECKING:
    from config import SETTINGS, MailSettings, Settings, SettingsRefused, read_mail_settings, read_settings
else:
    _spec = importlib.util.spec_from_file_location("signoff_config", PROJECT / "config.py")
    _module = importlib.util.module_from_spec(_spec)
    sys.modules["signoff_config"] = _module
    _spec.loader.exec_module(_module)
    SETTINGS = _module.SETTINGS
    MailSettings = _module.MailSettings
    Settings = _module.Settings
    SettingsRefused = _module.SettingsRefused
    read_mail_settings = _module.read_mail_settings
    read_settings = _module.read_settings

__all__ = [
    "SETTINGS",
    "MailSettings",
    "Settings",
    "SettingsRefused",
    "load_mail_settings",
    "load_settings",
    "read_mail_settings",
    "read_settings",
]


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, and below it from a `.env` file in the current folder.

    Refuses with SettingsRefused: an unknown SIGNOFF_ name, a value that cannot be meant, an unsafe mixture.
    """
    return read_settings(_environment() if environ is None else environ, instance=INSTANCE)


def load_mail_settings() -> MailSettings:
    """Only how letters leave, read from where all settings are; refuses with SettingsRefused."""
    return read_mail_settings(_environment())


def _environment() -> Mapping[str, str]:
    given = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**given, **os.environ}
