"""What is said of what is remembered. Pure: from rows of the memory to sentences; every place and every time in them
stands in a row.

All that answers a question is one Say, so that "repeat" repeats all of it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chestnut.core.effects import Say
from chestnut.core.memory import Owned, Place, Source
from chestnut.core.recollection import STALE_S, Found, Recollection, Sought

MOST_ALIKE = 2  # things that one is mixed up with are told of; who hears ten remembers none
ALSO_S = 24 * 3600.0  # a second place is told of when the thing was seen there since
Sentence = tuple[str, dict[str, Any]]


def answer(recollection: Recollection) -> Say:
    """To a question."""
    if not recollection.sought:
        return Say("recall_people" if recollection.people else "recall_what")
    return said([sentence for sought in recollection.sought for sentence in sentences(sought)])


def said(told: list[Sentence]) -> Say:
    return Say("recall", {"sentences": [[key, args] for key, args in told]})


def sentences(sought: Sought) -> list[Sentence]:
    """Of one thing that was asked for."""
    if not sought.known:
        return [("recall_unknown", {"words": sought.text})]
    told: list[Sentence] = []
    thing = sought.thing or next(
        (each.row.thing for each in (*sought.found, *sought.alike, *sought.unsure)), None
    )
    if sought.guessed and thing is not None:
        told.append(("recall_guessed", {"thing": asdict(thing)}))
    newer = _newer_alike(sought)
    if sought.found:
        told += _surely(sought.found, sought.unsure)
        told += _alike(sought, newer[:1])
    elif newer:
        told += _alike(sought, newer)
        if sought.unsure and _is_newer(sought.unsure[0], newer[0]):
            told.append(_perhaps(sought.unsure[0]))
    elif sought.unsure:
        told.append(_perhaps(sought.unsure[0]))
    elif sought.thing is not None:
        told.append(("recall_never", {"thing": asdict(sought.thing)}))
    else:
        told.append(("recall_never_words", {"words": sought.text}))
    return told


def _newer_alike(sought: Sought) -> tuple[Found, ...]:
    """What may be meant too, where it was seen after what is surely meant."""
    if not sought.found:
        return sought.alike
    return tuple(found for found in sought.alike if _is_newer(found, sought.found[0]))


def _is_newer(one: Found, other: Found) -> bool:
    """Surely: without a clock nobody knows."""
    return one.age_s is not None and other.age_s is not None and one.age_s < other.age_s


def _surely(found: tuple[Found, ...], unsure: tuple[Found, ...] = ()) -> list[Sentence]:
    """The newest, where else it was or another one is, and what became of it since as far as anybody knows."""
    newest = found[0]
    told = [seen(newest)]
    other = _other(found)
    if other is not None:
        told.append(seen(other) if other.row.thing != newest.row.thing else _also(other))
    since = [each for each in unsure if _is_newer(each, newest)]
    elsewhere = next((each for each in since if each.row.place != newest.row.place), None)
    if elsewhere is not None:
        told.append(_later(elsewhere))
    elif newest.age_s is not None and newest.age_s >= STALE_S and since:
        told.append(("recall_later_there", _age(since[0])))
    elif newest.last is not None and newest.last.days < 0:
        told.append(("recall_not_today", {}))
    elif newest.age_s is not None and newest.age_s >= STALE_S:
        told.append(("recall_moved", {}))
    return told


def _alike(sought: Sought, alike: tuple[Found, ...]) -> list[Sentence]:
    """Somebody's, or one of several: that is said."""
    if not alike:
        return []
    told = _surely(alike)
    if sought.whose:
        told.append(("recall_whose", {}))
    if sought.which:
        told.append(("recall_which", {}))
    return told


def _other(found: tuple[Found, ...]) -> Found | None:
    """Another thing that may be meant; or the place before, where there may be several of the kind or where nobody
    knows the newest place. What is somebody's own is there alone, and older places of it are of no use."""
    newest = found[0]
    for each in found[1:]:
        if each.row.thing != newest.row.thing:
            return each
        if not _has_place(newest):
            if _has_place(each):
                return each
        elif not newest.row.thing.owner and _has_place(each) and _is_recent(each):
            return each
    return None


def _is_recent(found: Found) -> bool:
    return found.age_s is not None and found.age_s < ALSO_S


def seen(found: Found) -> Sentence:
    """A thing, its place and how long ago."""
    thing = {"thing": asdict(found.row.thing)}
    dated = found.age_s is not None
    if not _has_place(found):
        return ("recall_nowhere", thing | _age(found)) if dated else ("recall_nowhere_undated", thing)
    if found.row.source is Source.TOLD:
        return ("recall_told" if dated else "recall_told_undated", thing | _where(found))
    return ("recall_seen" if dated else "recall_undated", thing | _where(found))


def _perhaps(found: Found) -> Sentence:
    thing = {"thing": asdict(found.row.thing)}
    dated = found.age_s is not None
    if not _has_place(found):
        return ("recall_unsure_nowhere" if dated else "recall_unsure_nowhere_undated"), thing | _age(found)
    return ("recall_unsure" if dated else "recall_unsure_undated"), thing | _where(found)


def _later(found: Found) -> Sentence:
    """Perhaps seen since."""
    if not _has_place(found):
        return "recall_later_nowhere", _age(found)
    return "recall_later", _where(found)


def _also(found: Found) -> Sentence:
    return ("recall_also_undated" if found.age_s is None else "recall_also", _where(found))


def _has_place(found: Found) -> bool:
    return found.row.place != Place()


def _where(found: Found) -> dict[str, Any]:
    """The place; the age where it is known."""
    return {"place": asdict(found.row.place)} | _age(found)


def _age(found: Found) -> dict[str, Any]:
    if found.age_s is None or found.last is None:
        return {}
    return {"age": {"age_s": found.age_s, **asdict(found.last)}}


def thing_of(found: Found) -> dict[str, Any]:
    return {"thing": asdict(found.row.thing)}


def details(found: Found) -> Say:
    """More of one row: since when, by whose word, and whether it is kept."""
    told = [seen(found)]
    row = found.row
    if found.first is None:
        told.append(("recall_no_time", {}))
    elif row.looks == 1 or found.first == found.last:
        told.append(("recall_once", {}))
    else:
        told.append(("recall_first", {"first": asdict(found.first)}))
    if row.source is Source.TOLD:
        told[1:] = [("recall_by_word", {})]
    if row.pinned:
        told.append(("recall_pinned", {}))
    return said(told)


def kept(thing: Owned, place: Place) -> Say:
    """What was told to the memory."""
    return Say("remembered_told", {"thing": asdict(thing), "place": asdict(place)})
