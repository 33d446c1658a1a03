"""chestnut who, people: who is in a picture; who is enrolled, with whose consent, and their end."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import one_line
from chestnut.cli.desk import Desk
from chestnut.cli.enrolment import pictured
from chestnut.cli.forget import is_sure
from chestnut.cli.opened import add_db, answer_of, made, opened, say, told
from chestnut.cli.see import frame_of
from chestnut.core.effects import Say
from chestnut.core.people import LEAST_TAKES, Acquaintance, Known
from chestnut.core.scene import Refusal
from chestnut.memory.store import Store
from chestnut.perception.matching import MARGIN, PERHAPS, Gallery, different, of_one_person
from chestnut.skills.who import who as who_skill

NAME_CHARACTERS, CONSENT_CHARACTERS = 40, 400


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(kept)
    command = commands.add_parser(
        "who", parents=[kept], help="who is in a picture, of those who agreed to it"
    )
    command.add_argument("image", metavar="IMAGE")
    command.set_defaults(run=who)
    people = commands.add_parser("people", help="list, enrol, rename or forget people")
    ways = people.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(people))
    command = ways.add_parser("list", parents=[kept], help="who is enrolled, since when, with which consent")
    command.set_defaults(run=listed)
    command = ways.add_parser("enrol", parents=[kept], help="somebody who agreed, from five pictures or more")
    command.add_argument("name", metavar="NAME")
    command.add_argument("images", metavar="IMAGE", nargs="+")
    command.add_argument(
        "--consent", metavar="TEXT", required=True, help='who agreed, and how: "Anna, asked by me, said yes"'
    )
    command.set_defaults(run=enrol)
    command = ways.add_parser("rename", parents=[kept], help="the name alone")
    command.add_argument("name", metavar="NAME")
    command.add_argument("new", metavar="NEW")
    command.set_defaults(run=rename)
    command = ways.add_parser("forget", parents=[kept], help="name, consent and face, for ever")
    command.add_argument("name", metavar="NAME")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.set_defaults(run=forget)


@told
def who(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    frame = frame_of(options.image, answer)
    with opened(options, answer) as store:
        known = store.people.all() if store else ()
    answer.live = not options.json
    with Desk(answer, frame, known=known) as desk:
        desk.run(who_skill)
    seen = [face["known"] for face in answer.facts.get("faces", ())]
    if seen and not answer.refused and not {Known.SURE, Known.STRANGER} & set(seen):
        answer.refused = Refusal.UNSURE
    return answer


@told
def listed(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        people = store.people.all() if store else ()
    answer.facts["people"] = [
        {
            "name": person.name,
            "consent": person.consent,
            "consented": _date(person.consented),
            "pictures": len(person.takes),
        }
        for person in people
    ]
    answer.shown = [
        f"{person.name}  {_date(person.consented)}  {len(person.takes)} pictures  {person.consent}"
        for person in people
    ]
    if not people:
        say(answer, Say("people_none"))
    return answer


@told
def enrol(options: argparse.Namespace) -> Answer:
    name = one_line(options.name, "name", NAME_CHARACTERS)
    consent = one_line(options.consent, "consent", CONSENT_CHARACTERS)
    answer = answer_of(options)
    taken = pictured(options.images, answer)
    takes = different([take.descriptor for take in taken if take.descriptor is not None])
    answer.facts["pictures"] = [
        {"file": take.file, "unfit": take.why or None, "taken": take.descriptor in takes} for take in taken
    ]
    if len(takes) < LEAST_TAKES:
        raise WrongUse(_too_few(name, len(takes), [take.told for take in taken if take.told]))
    if not of_one_person(takes):
        raise WrongUse(f"the pictures do not all show one face; give pictures of {name} alone")
    with made(options, answer) as store:
        alike = _alike(store.people.all(), takes)
        store.people.enrol(name, consent, takes).result()
    answer.facts |= {"name": name, "consent": consent, "alike": alike}
    answer.shown = [take.told for take in taken if take.told]
    say(answer, Say("meet_done", {"name": name}))
    for other in alike:
        say(answer, Say("people_alike", {"name": name, "other": other}))
    return answer


@told
def rename(options: argparse.Namespace) -> Answer:
    new = one_line(options.new, "new name", NAME_CHARACTERS)
    answer = answer_of(options)
    with opened(options, answer) as store:
        person = _person(store, options.name)
        assert store is not None
        store.people.rename(person.name, new).result()
    answer.facts |= {"name": person.name, "new": new}
    say(answer, Say("people_renamed", {"name": person.name, "new": new}))
    return answer


@told
def forget(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        person = _person(store, options.name)
        assert store is not None
        if is_sure(options, answer, Say("people_forget", {"name": person.name})):
            store.people.forget(person.name).result()
            answer.facts["name"] = person.name
            say(answer, Say("people_forgotten", {"name": person.name}))
    return answer


def _person(store: Store | None, name: str) -> Acquaintance:
    """WrongUse tells where to look who there is: names of people are told only to who asks for them."""
    people = store.people.all() if store else ()
    wanted = one_line(name, "name", NAME_CHARACTERS).casefold()
    for person in people:
        if person.name.casefold() == wanted:
            return person
    raise WrongUse(f"nobody called {name} is enrolled; chestnut people list tells who is")


def _too_few(name: str, count: int, told: Sequence[str]) -> str:
    why = "".join(f"; {line}" for line in told)
    return f"{count} of the pictures can be used, {LEAST_TAKES} are needed; give more pictures of {name}{why}"


def _alike(people: Sequence[Acquaintance], takes: Sequence[Any]) -> list[str]:
    """Those who are so like the new person that where it is unsure neither will be named."""
    return [
        person.name
        for person in people
        if max(Gallery([person], takes[0].model).match(take).score for take in takes) >= PERHAPS - MARGIN
    ]


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
