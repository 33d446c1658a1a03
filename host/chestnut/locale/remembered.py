"""What is remembered, in words: whose thing, at which place, how long ago. The words stand in [owners], [spots],
[ago] and [nouns] of the language's TOML. What a wearer named is said as it was named: it cannot be declined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chestnut.core.recollection import RELATIVE_S
from chestnut.core.wordforms import spelled
from chestnut.locale.clock import when

Tables = Mapping[str, Any]
HALF_HOUR_S = 1800.0
PREPOSITIONS = ("on", "in", "by")
POSSESSIVE = "'s"


def owned(tables: Tables, thing: Mapping[str, str]) -> str:
    """thing: {"label": "keys", "owner": "my"} → "your keys", "ваши ключи"."""
    noun = tables["nouns"].get(thing["label"])
    owner = thing["owner"]
    if not owner:
        return str(noun["one"] if noun else _named(tables, thing["label"]))
    name = _bare(tables, noun["one"]) if noun else thing["label"]
    whose = tables["owners"].get(owner, owner if owner.endswith(POSSESSIVE) else {"after": owner})
    if isinstance(whose, str):
        return f"{whose} {name}"
    gender = "" if noun is None else "p" if noun.get("plural") else noun.get("gender", "")
    return f"{whose[gender]} {name}" if gender in whose else f"{name} {whose['after']}".rstrip()


def spot(tables: Tables, place: Mapping[str, str]) -> str:
    """place: {"name": "kitchen table", "near": ""} → "on the kitchen table", "кухонный стол"; or near something."""
    spots = tables["spots"]
    if place["near"]:
        noun = tables["nouns"].get(place["near"])
        thing = _named(tables, _bare(tables, noun["one"]) if noun else place["near"])
        return str(spots["near"]).format(thing=thing)
    own = dict(pair.split(":") for pair in spots["own"].split())
    name = " ".join(own.get(spelled(word), word) for word in place["name"].split())
    first, last = (spelled(name.split()[at]) for at in (0, -1))
    for preposition in PREPOSITIONS:
        if last in spots[preposition].split() and first not in spots["told"].split():
            return f"{preposition} {_named(tables, name)}"
    return name


def ago(tables: Tables, plural: Callable[[int], str], age: Mapping[str, Any]) -> str:
    """age: {"age_s": 1200.0, "days": 0, ...} as clock.when takes it. Whole minutes that have passed, then half hours
    to the nearest, then the day and time."""
    words, age_s = tables["ago"], age["age_s"]
    minutes, halves = int(age_s // 60), round(age_s / HALF_HOUR_S)
    if minutes == 0:
        return str(words["now"])
    if minutes < 60:
        forms = words["minute"]
        category = plural(minutes)
        form = forms["one"] if minutes == 1 else forms.get(f"{category}_more", forms.get(category))
        return str(form or forms["other"]).format(count=_number(words, minutes))
    if age_s < RELATIVE_S:
        return str(words["hours"][str(halves)])
    return when(tables["clock"], plural, age)


def _number(words: Mapping[str, Any], number: int) -> str:
    """1 to 59."""
    if number < 20:
        return str(words["ones"][number])
    tens, ones = words["tens"][number // 10], words["ones"][number % 10]
    return f"{tens}{words['joint']}{ones}" if ones else str(tens)


def _bare(tables: Tables, one: str) -> str:
    """ "a cup" → "cup"."""
    first, _, rest = one.partition(" ")
    return rest if rest and first in tables["words"]["articles"].split() else one


def _named(tables: Tables, name: str) -> str:
    """With the article of a thing that is known, where it has none and is nobody's."""
    first = spelled(name.split()[0])
    if first in tables["words"]["definite"].split() or first.endswith(POSSESSIVE):
        return name
    return str(tables["words"]["named"]).format(name=name)
