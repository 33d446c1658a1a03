"""chestnut remind, reminders, clock: set, list, note and remove reminders; is the clock right?"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.opened import add_db, answer_of, made, opened, remedied, say, utc
from chestnut.core.effects import Say
from chestnut.core.reminders import Kind, Listed, sentence
from chestnut.devices.machine_clock import MachineClock, local_zone
from chestnut.devices.wall_clock import WallClock
from chestnut.memory.store import Store
from chestnut.runtime.keepsake import default_path as kept_path
from chestnut.runtime.recurrence import BadRule, zone_of
from chestnut.runtime.reminder_desk import BadReminder, ReminderDesk, Standing
from chestnut.runtime.reminder_file import BadFile
from chestnut.runtime.reminder_file import default_path as file_path
from chestnut.runtime.reminder_file import read as read_file

MISTAKES = BadReminder, BadFile, BadRule


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(kept)
    command = commands.add_parser("remind", parents=[kept], help="set a reminder")
    command.add_argument("words", metavar="TEXT", help="what is said, word for word")
    command.add_argument(
        "--at",
        metavar="TIME",
        required=True,
        help='"8:00", "tomorrow 9:30", "завтра в 9", "2026-12-24 18:00"',
    )
    command.add_argument(
        "--repeat",
        metavar="RULE",
        default="",
        help='"daily", "weekdays", "mon, thu", "every 8 hours", an RRULE',
    )
    command.add_argument("--kind", choices=[kind.value for kind in Kind], help="default: told by the words")
    command.add_argument("--zone", metavar="ZONE", help="default: the machine's, such as Europe/Berlin")
    command.set_defaults(run=remind)
    reminders = commands.add_parser("reminders", help="list, note as done or remove reminders")
    ways = reminders.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(reminders))
    command = ways.add_parser("list", parents=[kept], help="all of them, as they come")
    command.add_argument(
        "--outcome",
        action="store_true",
        help="what waits for an answer or was missed, too: the wearer's to tell",
    )
    command.set_defaults(run=listed)
    command = ways.add_parser(
        "done", parents=[kept], help="the newest time of one is done, also a missed one"
    )
    command.add_argument("number", type=int, metavar="N", help="as list tells it")
    command.set_defaults(run=done)
    command = ways.add_parser("remove", parents=[kept], help="a reminder and what became of it")
    command.add_argument("number", type=int, metavar="N", help="as list tells it")
    command.set_defaults(run=remove)
    command = commands.add_parser("clock", parents=[spoken], help="is the clock right, and how to set it")
    command.add_argument("--right", action="store_true", help="you looked: the clock is right, trust it")
    command.set_defaults(run=clock)


@remedied(*MISTAKES)
def remind(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with made(options, answer) as store:
        standing = _desk(store).add(
            options.words, options.at, options.repeat, options.kind or "", options.zone or ""
        )
        reminder, coming = standing.reminder, standing.coming
        if coming is None:  # between setting and asking its time has come
            say(answer, Say("reminder_over", _named(standing)))
        else:
            repeated = "reminder_set_repeated" if reminder.rule else "reminder_set"
            say(answer, Say(repeated, {**_named(standing), "when": _when(coming)}))
        answer.facts["reminder"] = _facts(standing)
    _tell_doubt(answer, wall_clock())
    return answer


@remedied(*MISTAKES)
def listed(options: argparse.Namespace) -> Answer:
    """What stands in the file is read anew, as at the start of the device. Who only sets reminders is not told what
    became of them."""
    answer = answer_of(options)
    wall = wall_clock()
    filed = read_file(file_path(), wall.moment(), local_zone())
    answer.facts["file"] = str(file_path())
    with made(options, answer) if filed else opened(options, answer) as store:
        if store is not None:
            store.reminders.take_from_file(filed).result()
        standing = _desk(store).all() if store is not None else ()
    if not options.outcome:
        standing = tuple(replace(one, waits=None, missed=False) for one in standing)
    answer.facts["reminders"] = [_facts(one) for one in standing]
    for one in standing:
        _list(answer, one)
    if not standing:
        say(answer, Say("reminder_none"))
    _tell_doubt(answer, wall)
    return answer


@remedied(*MISTAKES)
def done(options: argparse.Namespace) -> Answer:
    return _changed(options, lambda desk: _note_done(desk, options.number))


def _note_done(desk: ReminderDesk, number: int) -> tuple[Say, dict[str, Any]]:
    noted = desk.done(number)
    args = {"when": _when(noted), "words": sentence(noted.words)}
    return Say("reminder_noted", args), {"number": number, "due": utc(noted.due)}


@remedied(*MISTAKES)
def remove(options: argparse.Namespace) -> Answer:
    return _changed(options, lambda desk: _remove(desk, options.number))


def _remove(desk: ReminderDesk, number: int) -> tuple[Say, dict[str, Any]]:
    reminder = desk.remove(number)
    return Say("reminder_removed", {"words": sentence(reminder.words)}), {"number": number}


def _changed(
    options: argparse.Namespace, change: Callable[[ReminderDesk], tuple[Say, dict[str, Any]]]
) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        if store is None:
            raise WrongUse('there is no reminder yet; chestnut remind TEXT --at "8:00" sets one')
        words, answer.facts["reminder"] = change(_desk(store))
        say(answer, words)
    return answer


# --- clock -------------------------------------------------------------------------------------------------


def wall_clock() -> WallClock:
    """What the device knows of this machine's clock."""
    return WallClock(MachineClock(), kept_path().with_name("clock.json"))


def clock(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    wall, zone = wall_clock(), local_zone()
    at = wall.moment().utc_s
    local = datetime.fromtimestamp(at, UTC).astimezone(zone_of(zone))
    setting = f'sudo date --set="{local:%Y-%m-%d %H:%M}"'
    if options.right:
        try:
            wall.confirm()
        except ValueError as error:
            raise WrongUse(f"the clock says {local:%Y-%m-%d %H:%M}: set it first, {setting}") from error
        except OSError as error:
            raise WrongUse(
                f"this cannot be kept: {error.strerror}; make {kept_path().parent} writable"
            ) from error
    doubt = wall.doubt()
    say(answer, Say("reminder_time", {"time": f"{local:%H:%M}"}))
    say(answer, Say(doubt or "clock_right"))
    if doubt:
        answer.shown.append(f"{local:%Y-%m-%d %H:%M} {zone}")
        answer.shown.append(f"to set it: {setting} && sudo hwclock --systohc; then: chestnut clock --right")
    answer.facts |= {"utc": utc(at), "local": local.isoformat(timespec="seconds"), "zone": zone}
    answer.facts |= {"trusted": not doubt, "doubt": doubt or None}
    return answer


def _tell_doubt(answer: Answer, wall: WallClock) -> None:
    doubt, told = wall.doubt(), answer.facts.get("clock_doubt")  # of the memory
    answer.facts["clock_doubt"] = doubt or told
    if doubt and not told:
        say(answer, Say(doubt))
    if doubt or told:
        answer.shown.append("chestnut clock tells how to set it")


# --- words -------------------------------------------------------------------------------------------------


def _desk(store: Store) -> ReminderDesk:
    return ReminderDesk(store.reminders, wall_clock().moment, local_zone())


def _list(answer: Answer, standing: Standing) -> None:
    if standing.coming is None:
        say(answer, Say("reminder_over", _named(standing)))
    else:
        say(answer, Say("reminder_listed", {**_named(standing), "when": _when(standing.coming)}))
    if standing.waits is not None:
        say(answer, Say("reminder_waits", {"when": _when(standing.waits)}))


def _named(standing: Standing) -> dict[str, Any]:
    return {"number": standing.reminder.row, "words": sentence(standing.reminder.words)}


def _when(listed: Listed) -> dict[str, Any]:
    when = listed.when
    return {name: getattr(when, name) for name in ("days", "weekday", "day", "month", "time")}


def _facts(standing: Standing) -> dict[str, Any]:
    reminder, coming, waits = standing.reminder, standing.coming, standing.waits
    return {
        "number": reminder.row,
        "words": reminder.words,
        "kind": reminder.kind.value,
        "starts": reminder.starts,
        "zone": reminder.zone,
        "rule": reminder.rule,
        "from_file": bool(reminder.source),
        "next": None if coming is None else utc(coming.due),
        "waits_since": None if waits is None else utc(waits.due),
        "missed": standing.missed,
    }
