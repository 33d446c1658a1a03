"""chestnut things: what was taught, how it is taught from pictures, and its end; and where places.py is asked."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from chestnut.cli import places as of_places
from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.forget import is_sure
from chestnut.cli.memory import thing_of
from chestnut.cli.opened import add_db, answer_of, made, opened, say, told
from chestnut.cli.showing import enough
from chestnut.core.effects import Say
from chestnut.core.memory import Owned
from chestnut.locale import Phrases
from chestnut.locale.names import same_thing
from chestnut.locale.question import Question
from chestnut.memory.store import Store
from chestnut.perception.belongings import SHOWN
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.teaching import teach_thing
from chestnut.skills.recollect import MOST_ALIKE

Command = Callable[[argparse.Namespace], Answer]


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(kept)
    things = commands.add_parser("things", help="teach, list, rename or forget things of your own")
    ways = things.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(things))
    _add(ways, kept, "teach", teach, "a thing in the middle of three pictures or more, or of a video", True)
    _add_rest(ways, kept, (list_things, rename_thing, forget_thing), "how it looks, and where it was seen")
    places = commands.add_parser("places", help="name, list, rename or forget places")
    ways = places.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(places))
    _add(ways, kept, "name", of_places.name, "a place, from three pictures or more, or a video", True)
    _add_rest(
        ways,
        kept,
        (of_places.listed, of_places.rename, of_places.forget),
        "how it looks, and what was seen there",
    )


def _add_rest(ways: Any, kept: argparse.ArgumentParser, runs: Sequence[Command], forgets: str) -> None:
    listed, renamed, forgotten = runs
    command = ways.add_parser("list", parents=[kept], help="names, and from how many pictures")
    command.set_defaults(run=listed)
    command = _add(ways, kept, "rename", renamed, "the name alone")
    command.add_argument("new", metavar="NEW")
    command = _add(ways, kept, "forget", forgotten, forgets)
    command.add_argument("--yes", action="store_true", help="do not ask")


def _add(
    ways: Any, kept: argparse.ArgumentParser, way: str, run: Command, helps: str, shown: bool = False
) -> Any:
    command = ways.add_parser(way, parents=[kept], help=helps)
    command.add_argument("name", metavar="NAME")
    if shown:
        command.add_argument("files", metavar="IMAGE_OR_VIDEO", nargs="+")
    command.set_defaults(run=run)
    return command


@told
def teach(options: argparse.Namespace) -> Answer:
    thing = thing_of(options.name)
    answer = answer_of(options)
    lessons, shown = enough(options.name, options.files, answer, place=False)
    with made(options, answer) as store:
        known = next((each.thing for each in store.things() if same_thing(each.thing, thing)), thing)
        try:
            alike = teach_thing(store, lessons, known, [each.take for each in shown if each.take])
        except CannotDo as error:
            raise WrongUse(
                f"the pictures do not look like what is known as {options.name}; to teach it anew, first: "
                f'chestnut things forget "{options.name}"'
            ) from error
    answer.facts |= {"thing": asdict(known), "alike": [asdict(other) for other in alike]}
    say(answer, Say("teach_done", {"thing": asdict(known)}))
    for other in alike[:MOST_ALIKE]:
        say(answer, Say("teach_alike", {"other": asdict(other)}))
    return answer


@told
def list_things(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    phrases = Phrases.of(answer.lang)
    with opened(options, answer) as store:
        things = store.things() if store else ()
    answer.facts["things"] = [
        {**asdict(each.thing), "pictures": len(each.takes) // len(SHOWN)} for each in things
    ]
    answer.shown = [
        f"{phrases.render('find_offer', {'items': [{'owned': asdict(each.thing)}]}).rstrip('?')}  "
        f"{len(each.takes) // len(SHOWN)} pictures"
        for each in things
    ]
    if not things:
        say(answer, Say("taught_none"))
    return answer


@told
def rename_thing(options: argparse.Namespace) -> Answer:
    new = thing_of(options.new)
    answer = answer_of(options)
    with opened(options, answer) as store:
        store, thing = _thing(store, options.name)
        store.rename_thing(thing, new).result()
    answer.facts |= {"thing": asdict(thing), "new": asdict(new)}
    say(answer, Say("taught_renamed_thing", {"thing": asdict(thing), "new": asdict(new)}))
    return answer


@told
def forget_thing(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        store, thing = _thing(store, options.name)
        if is_sure(options, answer, Say("memory_sure_thing", {"thing": asdict(thing)})):
            answer.facts |= {
                "thing": asdict(thing),
                "rows": store.forget_things([thing.label], thing.owner).result(),
            }
            say(answer, Say("taught_forgotten_thing", {"thing": asdict(thing)}))
    return answer


def _thing(store: Store | None, words: str) -> tuple[Store, Owned]:
    """The one that is called so, or the only one that can be meant. WrongUse names what there is."""
    things = tuple(each.thing for each in store.things()) if store else ()
    wanted = thing_of(words)
    found = [thing for thing in things if same_thing(thing, wanted)] or [
        thing for each in Question(words).meant(things) for thing in each.exact
    ]
    if store and len(set(found)) == 1:
        return store, found[0]
    known = ", ".join(f"{thing.owner} {thing.label}".strip() for thing in things) or "nothing yet"
    if found:
        raise WrongUse(f"{words} may be several things; taught: {known}")
    raise WrongUse(f"nothing called {words} was taught; taught: {known}")
