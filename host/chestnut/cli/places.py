"""chestnut places: which places have names, how one is named from pictures, and its end."""

from __future__ import annotations

import argparse

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import one_line
from chestnut.cli.forget import is_sure
from chestnut.cli.memory import PLACE_CHARACTERS
from chestnut.cli.opened import answer_of, made, opened, say, told
from chestnut.cli.showing import enough
from chestnut.core.effects import Say
from chestnut.core.memory import Named
from chestnut.memory.store import Store
from chestnut.runtime.teaching import name_place
from chestnut.skills.recollect import MOST_ALIKE


@told
def name(options: argparse.Namespace) -> Answer:
    wanted = one_line(options.name, "name", PLACE_CHARACTERS)
    answer = answer_of(options)
    lessons, shown = enough(options.name, options.files, answer, place=True)
    with made(options, answer) as store:
        known = next(
            (each.name for each in store.places() if each.name.casefold() == wanted.casefold()), wanted
        )
        alike = name_place(store, lessons, known, [each.take for each in shown if each.take])
    answer.facts |= {"place": known, "alike": list(alike)}
    say(answer, Say("place_done", {"name": known}))
    for other in alike[:MOST_ALIKE]:
        say(answer, Say("place_alike", {"other": other}))
    return answer


@told
def listed(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        places = store.places() if store else ()
    answer.facts["places"] = [{"name": each.name, "pictures": len(each.views)} for each in places]
    answer.shown = [f"{each.name}  {len(each.views)} pictures" for each in places]
    if not places:
        say(answer, Say("taught_none"))
    return answer


@told
def rename(options: argparse.Namespace) -> Answer:
    new = one_line(options.new, "new name", PLACE_CHARACTERS)
    answer = answer_of(options)
    with opened(options, answer) as store:
        store, place = _place(store, options.name)
        store.rename_place(place, new).result()
    answer.facts |= {"place": place, "new": new}
    say(answer, Say("taught_renamed_place", {"name": place, "new": new}))
    return answer


@told
def forget(options: argparse.Namespace) -> Answer:
    answer = answer_of(options)
    with opened(options, answer) as store:
        store, place = _place(store, options.name)
        if is_sure(options, answer, Say("memory_sure_place", {"place": {"name": place, "near": ""}})):
            answer.facts |= {"place": place, "rows": store.forget_place(place).result()}
            say(answer, Say("taught_forgotten_place", {"name": place}))
    return answer


def _place(store: Store | None, words: str) -> tuple[Store, str]:
    """WrongUse names what there is."""
    places: tuple[Named, ...] = store.places() if store else ()
    wanted = one_line(words, "name", PLACE_CHARACTERS).casefold()
    for each in places:
        if store and each.name.casefold() == wanted:
            return store, each.name
    known = ", ".join(each.name for each in places) or "none yet"
    raise WrongUse(f"no place is called {words}; named: {known}")
