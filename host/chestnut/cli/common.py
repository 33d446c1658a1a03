"""What several commands need."""

from __future__ import annotations

import argparse
from pathlib import Path

from chestnut.cli.answer import WrongUse
from chestnut.runtime import settings
from chestnut.runtime.settings import BadSettings, Settings


def settings_of(options: argparse.Namespace) -> Settings:
    """WrongUse when the settings file is wrong."""
    try:
        return settings.load(Path(options.config) if options.config else None)
    except BadSettings as error:
        raise WrongUse(str(error)) from error


def language_of(options: argparse.Namespace) -> str:
    """The --lang that was given, else the settings'."""
    return str(options.lang or settings_of(options).voice.language)
