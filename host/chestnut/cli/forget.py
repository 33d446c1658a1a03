"""chestnut memory: forget, export or wipe what is remembered. What cannot be taken back is asked about first."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.memory import place_of, thing_of
from chestnut.cli.opened import add_db, answer_of, opened, say, told
from chestnut.core.effects import Say
from chestnut.locale import Phrases
from chestnut.memory.export import Form
from chestnut.memory.store import Store

YES = ("y", "yes", "д", "да")
MINUTES = 60
MOST_MINUTES = 365 * 24 * 60
LAST_ROW = 2**63 - 1  # that SQLite can number


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    memory = commands.add_parser("memory", help="forget, export or wipe what is remembered")
    ways = memory.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(memory))
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(kept)
    asked = argparse.ArgumentParser(add_help=False, parents=[kept])
    asked.add_argument("--yes", action="store_true", help="do not ask")
    command = ways.add_parser(
        "forget", parents=[asked], help="a thing, a place, the last hour, all that was seen"
    )
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--row", type=int, metavar="N", help="one row, as recall --json numbers it")
    what.add_argument("--last", type=int, metavar="MINUTES", nargs="?", const=MINUTES, help="default: 60")
    what.add_argument("--thing", metavar="THING", help="its places, and what was taught of it")
    what.add_argument("--place", metavar="PLACE", help="what was seen there, and its name")
    what.add_argument("--all", action="store_true", help="all that was seen; what was taught stays")
    command.set_defaults(run=forget)
    command = ways.add_parser(
        "export", parents=[kept], help="everything, into a new file that is not encrypted"
    )
    command.add_argument("file", metavar="FILE")
    command.add_argument("--form", choices=[form.value for form in Form], default=Form.LINES.value)
    command.set_defaults(run=export)
    command = ways.add_parser("wipe", parents=[asked], help="destroy the key, then every file of the memory")
    command.set_defaults(run=wipe)


@told
def forget(options: argparse.Namespace) -> Answer:
    question, work = _wanted(options)
    answer = answer_of(options)
    with opened(options, answer) as store:
        if store is None:
            say(answer, Say("memory_forgotten", {"count": 0}))
        elif is_sure(options, answer, question):
            with answer.timed("forget"):
                count = work(store).result()
            answer.facts["rows"] = count
            say(answer, Say("memory_forgotten", {"count": count}))
    return answer


def _wanted(options: argparse.Namespace) -> tuple[Say, Callable[[Store], Future[int]]]:
    """What is asked before it is done, and how it is done."""
    if options.row is not None:
        if not 1 <= options.row <= LAST_ROW:
            raise WrongUse(f"there is no row {options.row}; chestnut recall --json numbers them")
        return Say("memory_sure_row"), lambda store: store.forget(options.row)
    if options.last is not None:
        if not 1 <= options.last <= MOST_MINUTES:
            raise WrongUse(f"--last {options.last} is out of bounds; give 1 to {MOST_MINUTES} minutes")
        return (
            Say("memory_sure_last", {"minutes": options.last}),
            lambda store: store.forget_last(options.last * 60.0),
        )
    if options.thing is not None:
        thing = thing_of(options.thing)
        return (
            Say("memory_sure_thing", {"thing": asdict(thing)}),
            lambda store: store.forget_things([thing.label], thing.owner),
        )
    if options.place is not None:
        place = place_of(options.place)
        return (
            Say("memory_sure_place", {"place": asdict(place)}),
            lambda store: store.forget_place(place.name),
        )
    return Say("memory_sure_all"), lambda store: store.forget_all()


@told
def export(options: argparse.Namespace) -> Answer:
    path = Path(options.file)
    if path.exists():
        raise WrongUse(f"{path} is there already; name a new file")
    if not path.parent.is_dir():
        raise WrongUse(f"there is no folder {path.parent}; make it, or name another")
    answer = answer_of(options)
    with opened(options, answer) as store:
        if store is None:
            raise WrongUse("nothing is remembered yet; there is nothing to export")
        with answer.timed("export"):
            count = store.export(path, Form(options.form))
        answer.facts |= {"rows": count, "file": str(path)}
        say(answer, Say("memory_exported", {"count": count}))
    return answer


@told
def wipe(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        if store is None:
            raise WrongUse("nothing is remembered yet; there is nothing to wipe")
        if is_sure(options, answer, Say("memory_sure_wipe")):
            destroyed = store.wipe()
            answer.facts["key_destroyed"] = destroyed
            say(answer, Say("memory_wiped" if destroyed else "memory_wiped_but_key"))
    return answer


def is_sure(options: argparse.Namespace, answer: Answer, question: Say) -> bool:
    """--yes, or a yes at the terminal. WrongUse where nobody can be asked."""
    if options.yes:
        return True
    if options.json or not sys.stdin.isatty():
        raise WrongUse("this cannot be taken back; give --yes, or ask for it at a terminal")
    words = Phrases.of(answer.lang).render(question.key, question.args)
    print(f"{words} [{YES[0] if answer.lang == 'en' else YES[2]}/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() in YES:
        return True
    answer.refused = "not_sure"
    say(answer, Say("memory_left"))
    return False
