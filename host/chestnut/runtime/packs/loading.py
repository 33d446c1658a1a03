"""From what was found to skills on the keys. A pack that does not keep to the contract is left out, alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from chestnut.core.effects import Say
from chestnut.core.session import LANGUAGES
from chestnut.core.skill import Skill
from chestnut.locale import Phrases
from chestnut.runtime.packs.contract import TABLES, check_code, read_words
from chestnut.runtime.packs.finding import find
from chestnut.runtime.packs.pack import BadPack, Found, Pack, Packs, Refused
from chestnut.runtime.packs.trial import load, skills_of, try_out
from chestnut.skills.choose import choose
from chestnut.skills.table import SKILLS

log = logging.getLogger(__name__)


def open_packs(folders: Iterable[str]) -> Packs:
    """Every pack there is: of this environment, and of the folders. Each new one takes some tenths of a second."""
    return examined(find(folders))


def examined(found: Sequence[Found]) -> Packs:
    used: list[Pack] = []
    refused: list[Refused] = []
    for one in found:
        try:
            if one.lack:
                raise BadPack(one.lack)
            if any(pack.found.name == one.name for pack in used):
                raise BadPack("a pack of this name is there already: keep one of them")
            used.append(_examined(one))
        except BadPack as error:
            refused.append(Refused(one.name, str(error)))
            log.warning("the pack %s is not used: %s", one.name, error)
    return Packs(tuple(used), tuple(refused))


def _examined(found: Found) -> Pack:
    words = read_words(found)
    check_code(found, words)
    named = set(words[LANGUAGES[0]]["skills"])
    try_out(found, named)
    try:
        return Pack(found, skills_of(load(found.folder), named), words)
    except BadPack:
        raise
    except Exception as error:  # it came through its trial, and is another here
        raise BadPack(f"{type(error).__name__}: {error}; correct its code") from error


def skills_with(packs: Packs) -> dict[str, Skill]:
    """Every skill by its name; the menu offers those of the packs at its end."""
    more = {name: skill for pack in packs.used for name, skill in pack.skills.items()}
    if not more:
        return SKILLS
    offered: Mapping[str, Say] = {name: Say(f"choose_{name}") for name in more}
    return {**SKILLS, **more, "choose": replace(SKILLS["choose"], run=partial(choose, more=offered))}


@contextmanager
def spoken(packs: Packs) -> Iterator[None]:
    """Their words are among the device's own meanwhile."""
    added = [
        (Phrases.of(language).tables[table], key, text)
        for pack in packs.used
        for language in LANGUAGES
        for table in TABLES
        for key, text in pack.words[language][table].items()
    ]
    for table, key, text in added:
        table[key] = text
    try:
        yield
    finally:
        for table, key, _ in added:
            table.pop(key, None)
