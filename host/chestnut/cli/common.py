"""What several commands need."""

from __future__ import annotations

import argparse
import unicodedata
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


def one_line(text: str, what: str, longest: int) -> str:
    """What somebody wrote, the same whichever system wrote it, without control characters. WrongUse when it holds
    no word or too many characters."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise WrongUse(f"the {what} is not UTF-8; convert it, or set the terminal to UTF-8")
    text = unicodedata.normalize("NFC", text)  # some systems take letters and their marks apart
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    plain = " ".join(plain.split())
    if not any(sign.isalnum() for sign in plain):
        raise WrongUse(f"the {what} is empty; write it in words")
    if len(plain) > longest:
        raise WrongUse(f"the {what} has {len(plain)} characters; shorten it to {longest}")
    return plain
