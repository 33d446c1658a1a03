"""chestnut remember, recall: what is remembered, told and asked for without a device."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import one_line
from chestnut.cli.opened import add_db, answer_of, made, no_rows, opened, present, say, time_of, told, utc
from chestnut.core.memory import Moment, Owned, Place, Remembered, Sighting, Source
from chestnut.core.recollection import Found, Recollection
from chestnut.locale.lexicon import lexicon
from chestnut.locale.question import named
from chestnut.runtime.recollecting import recollect
from chestnut.skills.recollect import answer as answer_in_words
from chestnut.skills.recollect import kept

THING_CHARACTERS, PLACE_CHARACTERS, QUESTION_CHARACTERS = 60, 80, 400


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    timed = argparse.ArgumentParser(add_help=False, parents=[spoken])
    add_db(timed)
    timed.add_argument("--at", metavar="TIME", help="2026-11-23T10:00, or 10:00 of today (default: now)")
    command = commands.add_parser("remember", parents=[timed], help="tell the memory where a thing is")
    command.add_argument("thing", metavar="THING", help='such as "my keys", "mum\'s glasses", ключи')
    command.add_argument("place", metavar="PLACE", help='such as "kitchen table", "на полке"')
    command.set_defaults(run=remember)
    command = commands.add_parser("recall", parents=[timed], help="ask the memory where a thing is")
    command.add_argument("question", metavar="QUESTION", help="in English, in Russian or in both")
    command.set_defaults(run=recall)


@told
def remember(options: argparse.Namespace) -> Answer:
    thing, place = thing_of(options.thing), place_of(options.place)
    at = time_of(options.at)
    answer = answer_of(options)
    with made(options, answer) as store:
        with answer.timed("remember"):
            (row,) = store.remember([Sighting(thing, place, 1.0, at, None, Source.TOLD)]).result()
        say(answer, kept(thing, place))
        answer.facts |= {"row": row, "thing": asdict(thing), "place": asdict(place), "at": utc(at)}
    return answer


@told
def recall(options: argparse.Namespace) -> Answer:
    text = one_line(options.question, "question", QUESTION_CHARACTERS)
    now = present() if options.at is None else Moment(time_of(options.at))
    answer = answer_of(options)
    with answer.timed("words"):
        lexicon()
    with opened(options, answer) as store:
        with answer.timed("recall"):
            recollection = recollect(store, text, now) if store else no_rows(text, now)
        say(answer, answer_in_words(recollection))
        answer.facts["asked"] = [
            {
                "words": sought.text,
                "thing": None if sought.thing is None else asdict(sought.thing),
                "known": sought.known,
                **{
                    name: [row_facts(row) for row in getattr(sought, name)]
                    for name in ("found", "alike", "unsure")
                },
            }
            for sought in recollection.sought
        ]
        answer.refused = refusal(recollection)
    return answer


def thing_of(text: str) -> Owned:
    """WrongUse when the words name nothing."""
    plain = one_line(text, "thing", THING_CHARACTERS)
    thing = named(plain)
    if thing is None:
        raise WrongUse(f'{plain!r} names no thing; name one, such as "my keys"')
    return thing


def place_of(text: str) -> Place:
    return Place(one_line(text, "place", PLACE_CHARACTERS))


def refusal(recollection: Recollection) -> str | None:
    """None when anything that was asked for was surely seen."""
    if not recollection.sought:
        return "no_thing"
    if any(sought.found or sought.alike for sought in recollection.sought):
        return None
    if any(sought.unsure for sought in recollection.sought):
        return "unsure"
    return "not_seen" if any(sought.known for sought in recollection.sought) else "unknown_thing"


def row_facts(found: Found) -> dict[str, Any]:
    row: Remembered = found.row
    return {
        "row": row.row,
        "thing": asdict(row.thing),
        "place": asdict(row.place),
        "first_seen": utc(row.first_seen),
        "last_seen": utc(row.last_seen),
        "age_s": found.age_s,
        "when_sure": row.when_sure,
        "confidence": row.confidence,
        "likely": row.likely,
        "source": row.source.value,
        "looks": row.looks,
        "pinned": row.pinned,
    }
