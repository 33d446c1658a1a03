"""Reminders that stand in a file, reminders.toml beside the settings:

    [[reminder]]
    words = "Heart pills"
    at = "8:00"          # or "monday 9:00", "2026-12-24 18:00"
    repeat = "daily"     # or "weekdays", "mon, thu", "every 8 hours", "FREQ=MONTHLY;BYDAY=1MO"; left away: once
    kind = "medicine"    # or "gas", "door", "other"; left away: told by the words
    zone = "Europe/Berlin"  # left away: the machine's

It is read at each start. What was changed in it is new, what is no longer in it is gone; the rest goes on.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from chestnut.core.memory import Moment
from chestnut.core.reminders import Reminder
from chestnut.locale.moment import Over
from chestnut.runtime import settings
from chestnut.runtime.reminder_desk import BadReminder, reminder_of, words_of
from chestnut.runtime.settings import BadSettings, known

NAMES = ("words", "at", "repeat", "kind", "zone")
MOST = 200
OVER_S = 2 * 24 * 3600.0  # what came once is known so long, so that it may still be said again and listed


class BadFile(ValueError):
    """The file cannot be used; the message is one line that names the place and the remedy."""


def default_path() -> Path:
    return settings.default_path().with_name("reminders.toml")


def read(path: Path, now: Moment, zone: str) -> tuple[Reminder, ...]:
    """All that stand in it; none when there is no file. zone: the machine's."""
    try:
        _need_file(path)
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise BadFile(f"cannot read {path}: {error.strerror}; correct its permissions") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"cannot read {path}: it is not UTF-8; save it as UTF-8") from error
    try:
        return parse(text, now, zone)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error


def _need_file(path: Path) -> None:
    """A pipe would be waited for; behind a link to nothing, as to a stick that is not in, all would be taken for
    removed."""
    if path.is_symlink() and not path.exists():
        raise BadFile(
            f"{path} is a link to {path.readlink()}, where no file is: put it there, or remove the link"
        )
    if path.exists() and not path.is_file():
        raise BadFile(f"cannot read {path}: it is no file but a folder, a pipe or a device; put a file there")


def parse(text: str, now: Moment, zone: str) -> tuple[Reminder, ...]:
    return tuple(reminder for _, reminder in entries(text, now, zone) if reminder is not None)


def entries(text: str, now: Moment, zone: str) -> tuple[tuple[str, Reminder | None], ...]:
    """The words of each, and the reminder; None where it came once and is long over."""
    try:
        table = tomllib.loads(text)
        for name in table:
            known("the file", name, ["reminder"])
    except BadSettings as error:
        raise BadFile(f"{error}; each reminder begins with [[reminder]]") from error
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise BadFile(f"not TOML: {error}") from error
    given = table.get("reminder", [])
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise BadFile("each reminder begins with [[reminder]]; write it so")
    if len(given) > MOST:
        raise BadFile(f"{len(given)} reminders are too many; keep {MOST}")
    found: dict[str, tuple[str, Reminder | None]] = {}
    for number, entry in enumerate(given, 1):
        try:
            source, reminder = _reminder(entry, now, zone)
            found[source] = words_of(entry["words"]), reminder
        except (BadReminder, BadSettings) as error:
            raise BadFile(f"reminder {number}: {error}") from error
    return tuple(found.values())


def _reminder(entry: dict[str, Any], now: Moment, zone: str) -> tuple[str, Reminder | None]:
    """What it stands for in the file, by which it is known again; and None where it is long over."""
    for name, value in entry.items():
        known("reminder", name, list(NAMES))
        if not isinstance(value, str):
            raise BadReminder(f"{name} must be text; put it into quotes")
    for name in ("words", "at"):
        if not entry.get(name, "").strip():
            raise BadReminder(f"it has no {name}; add it")
    values = {name: str(entry.get(name, "")) for name in NAMES}
    source = " | ".join(values[name].strip() for name in NAMES)
    values["zone"] = values["zone"] or zone
    if values["repeat"].strip():
        return source, reminder_of(now=now, source=source, **values)
    return source, _once(values, source, now)


def _once(values: dict[str, str], source: str, now: Moment) -> Reminder | None:
    """At whichever start it is read, it must mean the same day."""
    if not re.search(r"\d{4}", values["at"]):
        raise BadReminder(f'at = "{values["at"]}" comes once: give it a day with its year, or add repeat')
    try:
        reminder = reminder_of(now=Moment(now.utc_s - OVER_S, now.trusted), source=source, **values)
    except BadReminder as error:
        if isinstance(error.__cause__, Over):
            return None
        raise
    return replace(reminder, made=now.utc_s)
