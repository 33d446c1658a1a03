"""chestnut carer: what carers may see, what they looked at, and the folders they bring.

Whoever can run this can use any name: see docs/privacy.md for what that is worth.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.opened import add_db, answer_of, made, opened, present, remedied, say, told
from chestnut.core.carers import OFFERED, Right, Rights, Sight
from chestnut.core.effects import Say
from chestnut.devices.machine_clock import local_zone
from chestnut.locale import Phrases
from chestnut.memory.store import Store
from chestnut.runtime.assemble.companion import inbox_eyes
from chestnut.runtime.assemble.eyes import EyesMissing, open_own
from chestnut.runtime.carer_desk import BadCarer, CarerDesk
from chestnut.runtime.condition import default_path
from chestnut.runtime.inbox import Eyes, Inbox
from chestnut.runtime.inbox_files import BadInbox
from chestnut.runtime.inbox_report import Came
from chestnut.skills.carers import dated, said

SIGHTS = {
    Sight.REMINDERS: "what comes, what was done and missed in the last day",
    Sight.DEVICE: "whether it runs, battery, faults",
    Sight.THINGS: "where taught things were last seen",
}
KINDS = "; ".join(f"{sight}: {what}" for sight, what in SIGHTS.items())


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(kept)
    carer = commands.add_parser("carer", help="what carers may see, who looked, and what they bring")
    ways = carer.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(carer))
    command = ways.add_parser(
        "see", parents=[kept], help="what this carer is allowed to see; the wearer is told"
    )
    _add_name(command)
    command.add_argument("kind", metavar="KIND", choices=[sight.value for sight in Sight], help=KINDS)
    command.set_defaults(run=see)
    default = " and ".join(OFFERED)
    command = ways.add_parser("allow", parents=[kept], help="let a carer see something; the wearer is told")
    _add_name(command)
    _add_kinds(command, f"default: {default}")
    command.set_defaults(run=allow)
    command = ways.add_parser("deny", parents=[kept], help="no longer; the wearer is told")
    _add_name(command)
    _add_kinds(command, "default: all")
    command.set_defaults(run=deny)
    command = ways.add_parser("list", parents=[kept], help="who may see what")
    command.set_defaults(run=listed)
    command = ways.add_parser("log", parents=[kept], help="who looked at what, and what they did")
    command.set_defaults(run=log)
    command = ways.add_parser(
        "take", parents=[kept], help="reminders, things and places out of a folder that a carer prepared"
    )
    command.add_argument("folder", metavar="FOLDER", help="such as the one of a USB stick")
    command.add_argument(
        "--name", metavar="NAME", default="", help="the carer's (default: carer.txt tells it)"
    )
    command.set_defaults(run=take)


def _add_name(command: argparse.ArgumentParser) -> None:
    command.add_argument("name", metavar="NAME", help="the carer's, as it is to be spoken")


def _add_kinds(command: argparse.ArgumentParser, default: str) -> None:
    command.add_argument("kinds", metavar="KIND", nargs="*", help=f"{KINDS} ({default})")


@remedied(BadCarer)
def see(options: argparse.Namespace) -> Answer:
    """A memory is begun where there is none: who asks is noted in any case."""
    answer = answer_of(options)
    with made(options, answer) as store:
        seen = _desk(store).see(options.name, Sight(options.kind))
        answer.facts |= {"allowed": seen.allowed, **seen.facts}
        for each in seen.says:
            say(answer, each)
    answer.refused = None if seen.allowed else "not_allowed"
    return answer


@remedied(BadCarer)
def allow(options: argparse.Namespace) -> Answer:
    return _choose(options, OFFERED, lambda desk, sights: desk.allow(options.name, sights))


@remedied(BadCarer)
def deny(options: argparse.Namespace) -> Answer:
    return _choose(options, tuple(Sight), lambda desk, sights: desk.deny(options.name, sights))


def _choose(
    options: argparse.Namespace,
    default: tuple[Sight, ...],
    choose: Callable[[CarerDesk, tuple[Sight, ...]], tuple[Right, ...]],
) -> Answer:
    sights = _sights(options.kinds) or default
    answer = answer_of(options)
    with made(options, answer) as store:
        rights = choose(_desk(store), sights)
    answer.facts["rights"] = [_facts(right) for right in rights]
    for right in rights:
        if right.sight in sights:
            _tell(answer, right)
    return answer


@told
def listed(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        rights = _desk(store).rights() if store else Rights()
    answer.facts["rights"] = [_facts(right) for right in rights.given]
    answer.facts["asked"] = [{"carer": carer, "sight": sight.value} for carer, sight in rights.asked]
    answer.facts["closed"] = rights.closed
    if rights.closed or not rights.given:
        say(answer, Say("carer_closed" if rights.closed else "carers_none_may"))
    else:
        for right in rights.given:
            say(answer, Say("carer_may_see" if right.allowed else "carer_may_not", _words(right)))
    for carer, sight in rights.asked:
        say(answer, Say("carer_has_asked", {"carer": carer, "sight": sight.value}))
    return answer


@told
def log(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        acts = _desk(store).log() if store else ()
    answer.facts["acts"] = [
        {"carer": act.carer, "deed": act.deed.value, "sight": act.sight.value if act.sight else None}
        for act in acts
    ]
    for act in acts:
        told_so = said([dated(act)])
        answer.say(Phrases.of(answer.lang).render(told_so.key, told_so.args))
    if not acts:
        say(answer, Say("carers_nobody_looked"))
    return answer


@remedied(BadInbox)
def take(options: argparse.Namespace) -> Answer:
    """The same lines stand in the folder's report."""
    answer = answer_of(options)
    with _eyes() as eyes, made(options, answer) as store:
        inbox = Inbox(store.carers, present, local_zone(), eyes, store.things)
        report = inbox.take(Path(options.folder), options.name)
    answer.facts |= {"carer": report.carer, "report_written": report.written}
    answer.facts["lines"] = [
        {"what": line.what, "came": line.came.name.lower(), "why": line.why or None} for line in report.lines
    ]
    answer.shown = [str(line) for line in report.lines]
    taken, known = report.count(Came.TAKEN), report.count(Came.KNOWN)
    refused = report.count(Came.REFUSED)
    answer.shown.append(f"taken: {taken}, came before: {known}, refused: {refused}")
    if refused and not taken + known:
        answer.refused = "nothing_taken"
    return answer


@contextmanager
def _eyes() -> Iterator[Eyes]:
    """The model of own things is read when a picture needs it."""
    try:
        own = open_own()
    except EyesMissing:
        yield inbox_eyes(None)
        return
    with closing(own):
        yield inbox_eyes(own)


def _desk(store: Store) -> CarerDesk:
    return CarerDesk(store.carers, store, store.reminders, present, local_zone(), default_path())


def _sights(kinds: list[str]) -> tuple[Sight, ...]:
    """WrongUse names what there is."""
    unknown = [kind for kind in kinds if kind not in list(Sight)]
    if unknown:
        raise WrongUse(f"there is no {unknown[0]!r} to see; one of {', '.join(Sight)}")
    return tuple(dict.fromkeys(Sight(kind) for kind in kinds))


def _tell(answer: Answer, right: Right) -> None:
    key = "carer_may_now" if right.allowed else "carer_denied"
    say(answer, Say(key, _words(right)))


def _words(right: Right) -> dict[str, Any]:
    return {"carer": right.carer, "sight": right.sight.value}


def _facts(right: Right) -> dict[str, Any]:
    return {
        "carer": right.carer,
        "sight": right.sight.value,
        "allowed": right.allowed,
        "by_key": right.by_key,
    }
