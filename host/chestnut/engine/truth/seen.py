"""What a sentence says of things, people, sides and light, against what the detectors saw."""

from __future__ import annotations

import itertools

from chestnut.core.scene import LEFT_OF, RIGHT_OF, Box, Scene
from chestnut.engine.truth.claims import Claims
from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.nouns import PERSON
from chestnut.engine.truth.patterns import Patterns
from chestnut.engine.truth.spelling import CLAUSE, line
from chestnut.engine.truth.verdict import Rule
from chestnut.engine.truth.words import LanguageWords

UNCOUNTABLE = 5  # from here on a detector's count is no truth, as in the fast lane
DENIED_WITHIN, DENIED_AFTER = 4, 4  # words
# Fractions of the picture's width. What stands near the border of two sides may be told either way, and what is very
# wide is everywhere.
MARGIN, WIDE, APART = 0.07, 0.6, 0.05
UPON = 0.5  # of a thing's box, over the table's: then it may stand on it
ADJACENT = 3  # words between "left of" and what it names
BESIDE = 3  # words between "next to" and what it names
TABLE, FURNITURE = "dining table", frozenset(("dining table", "chair", "couch", "bed", "bench"))
DARK, BRIGHT = 0.22, 0.45  # mean brightness


def check_seen(
    said: list[str], found: list[Mention], known: LanguageWords, scene: Scene, claims: Claims
) -> None:
    """Sets claims.broken, or counts what is confirmed and what is open. said: as spelling.words() gives them."""
    sides = _sides(said, found, known)
    for mention in found:
        boxes = boxes_of(mention, scene)
        if _is_denied(said, mention, known):
            claims.open += 1
            if boxes and not _speaks_of_others(said, mention, known):
                claims.broken = Rule.DENIAL
                return
        else:
            _check_count(
                said, mention, boxes, [side for bound, side in sides if bound is mention], known, claims
            )
        if claims.broken:
            return
    if _denies_all(said, known, scene, claims):
        claims.broken = Rule.DENIAL
        return
    if any(
        not _fits(boxes_of(mention, scene), side, claims) for mention, side in sides
    ) or not _relations_hold(said, found, known, scene, claims):
        claims.broken = Rule.SIDE
        return
    if not _light_agrees(said, known, scene, claims):
        claims.broken = Rule.LIGHT


def boxes_of(mention: Mention, scene: Scene) -> list[Box]:
    labels = mention.noun.labels
    found = [thing.box for thing in scene.things if thing.label in labels]
    if PERSON in labels:
        found += [person.box for person in scene.people]
    if "hand" in labels:
        found += [hand.box for hand in scene.hands]
    return found


# --- how many -----------------------------------------------------------------------------------------


def _check_count(
    said: list[str],
    mention: Mention,
    boxes: list[Box],
    sides: list[str],
    known: LanguageWords,
    claims: Claims,
) -> None:
    seen, count = len(boxes), mention.count
    least = mention.least or (count if count is not None and not mention.exact else 0)
    if not mention.noun.labels:
        claims.open += 1
    elif count == 0 and seen:
        claims.broken = Rule.DENIAL
    elif seen == 0:
        claims.open += 1
        if PERSON in mention.noun.labels and max(count or 0, least - 1) > 1:
            claims.broken = Rule.COUNT
    elif count is not None and mention.exact and count != seen:
        beside = any(sum(_is_at(box, side) for box in boxes) == count for side in sides)
        part = count < seen and any(word in known.part for word in said)
        if min(count, seen) >= UNCOUNTABLE or part:
            claims.open += 1
        elif not beside:
            claims.broken = Rule.COUNT
        else:
            claims.confirmed += 1
    elif least > seen:
        if PERSON in mention.noun.labels and least > 2:
            claims.broken = Rule.COUNT
        else:
            claims.open += 1  # detectors see some of many things, and one of two people
    else:
        claims.confirmed += 1


# --- not there ----------------------------------------------------------------------------------------


def _is_denied(said: list[str], mention: Mention, known: LanguageWords) -> bool:
    before, after = _around(said, mention)
    return (
        any(word in known.denied_before for word in before)
        or known.unseen.match(line(before)) is not None
        or known.denied_after.match(line(after)) is not None
    )


def _speaks_of_others(said: list[str], mention: Mention, known: LanguageWords) -> bool:
    """ "No other people": the ones that are seen are not denied."""
    return any(known.unless.match(word) for words in _around(said, mention) for word in words)


def _around(said: list[str], mention: Mention) -> tuple[list[str], list[str]]:
    """The words just before and just after, of the same clause."""
    before = said[max(0, mention.start - DENIED_WITHIN) : mention.start]
    if CLAUSE in before:
        before = before[len(before) - before[::-1].index(CLAUSE) :]
    after = itertools.takewhile(lambda word: word != CLAUSE, said[mention.end : mention.end + DENIED_AFTER])
    return before, list(after)


def _denies_all(said: list[str], known: LanguageWords, scene: Scene, claims: Claims) -> bool:
    """ "Nobody is here", "the room is empty"."""
    text = line(said)
    if any(known.unless.match(word) for word in said):
        return False
    nobody, empty, bare = known.nobody.match(text), known.empty.match(text), known.bare_table.match(text)
    claims.open += any(found is not None for found in (nobody, empty, bare))
    return bool(
        (nobody and scene.people) or (empty and (scene.people or scene.things)) or (bare and _is_laid(scene))
    )


def _is_laid(scene: Scene) -> bool:
    """Something is seen where a table is."""
    tables = [thing.box for thing in scene.things if thing.label == TABLE]
    others = [thing.box for thing in scene.things if thing.label not in FURNITURE]
    return any(box.overlap(table) > UPON * box.area for table in tables for box in others)


# --- where --------------------------------------------------------------------------------------------


def _sides(said: list[str], found: list[Mention], known: LanguageWords) -> list[tuple[Mention, str]]:
    """Which mention a side belongs to: what follows where the side begins a clause, else what stands before it."""
    bound = []
    relations = [end for patterns in (known.left_of, known.right_of) for _, end in _places(said, patterns)]
    across = [place for start, end in _places(said, known.across) for place in range(start, end)]
    for side, patterns in known.sides.items():
        for start, end in _places(said, patterns):
            if start in across or any(relation <= start <= relation + ADJACENT for relation in relations):
                continue  # "from left to right", "left of the thing in the middle"
            begins = _begins_clause(said, start, known)
            before = [each for each in found if each.end <= start and CLAUSE not in said[each.end : start]]
            after = [each for each in found if each.start >= end and not _is_beside(said, each, known)]
            if not begins or any(CLAUSE not in said[end : each.start] for each in after):
                after = [each for each in after if CLAUSE not in said[end : each.start]]
            if begins and after:
                bound += [(mention, side) for mention in _list(after, said, known)]
            elif before:
                bound += [(mention, side) for mention in _list(before[::-1], said, known)]
            else:
                bound += [(mention, side) for mention in after[:1]]
    return bound


def _begins_clause(said: list[str], start: int, known: LanguageWords) -> bool:
    """But for small words and words of a side: "to the far left"."""
    before = itertools.takewhile(lambda word: word != CLAUSE and word not in known.joins, said[:start][::-1])
    return all(word in known.stop for word in before)


def _is_beside(said: list[str], mention: Mention, known: LanguageWords) -> bool:
    """ "Next to the person": only tells where something else is."""
    before = said[max(0, mention.start - BESIDE) : mention.start]
    return any(word in known.beside for word in before)


def _list(mentions: list[Mention], said: list[str], known: LanguageWords) -> list[Mention]:
    """The first and what is listed with it: "a cup and a bottle"."""
    listed = mentions[:1]
    for mention in mentions[1:]:
        one, other = sorted((listed[-1], mention), key=lambda each: each.start)
        between = said[one.end : other.start]
        if not between or not set(between) <= known.articles | known.joins | {CLAUSE}:
            break
        listed.append(mention)
    return listed


def _places(said: list[str], patterns: Patterns) -> list[tuple[int, int]]:
    """Where a pattern stands, as words."""
    text, found, at = line(said), [], 0
    while (match := patterns.match(text, at)) is not None:
        words_in = match[0].split()
        start = text[: match.start()].count(" ")
        found.append((start, start + len(words_in) - (words_in[-1] == CLAUSE)))
        at = match.end()
    return found


def _is_at(box: Box, side: str, margin: float = 0.0) -> bool:
    middle = box.centre[0]
    if box.width > WIDE:
        return True
    if side == "left":
        return middle < LEFT_OF + margin
    if side == "right":
        return middle > RIGHT_OF - margin
    return LEFT_OF - margin <= middle <= RIGHT_OF + margin


def _fits(boxes: list[Box], side: str, claims: Claims) -> bool:
    if not boxes:
        claims.open += 1
        return True
    return any(_is_at(box, side, MARGIN) for box in boxes)


def _relations_hold(
    said: list[str], found: list[Mention], known: LanguageWords, scene: Scene, claims: Claims
) -> bool:
    """ "The cup is left of the bottle": where there is one of each, their middles tell."""
    for patterns, sign in ((known.left_of, 1), (known.right_of, -1)):
        for start, end in _places(said, patterns):
            before = [each for each in found if each.end <= start and CLAUSE not in said[each.end : start]]
            after = [each for each in found if each.start >= end]
            if not after or after[0].start > end + ADJACENT or said[end] in known.pronoun:
                continue
            whose = before[-1:] or after[1:2]  # "left of the bottle stands a cup"
            if not whose:
                continue
            one, other = boxes_of(whose[0], scene), boxes_of(after[0], scene)
            if len(one) != 1 or len(other) != 1:
                claims.open += 1
            elif sign * (one[0].centre[0] - other[0].centre[0]) > APART:
                return False
    return _stands_in_order(said, found, known, scene)


def _stands_in_order(said: list[str], found: list[Mention], known: LanguageWords, scene: Scene) -> bool:
    """ "From left to right: a cup, a bottle", at the beginning of a sentence; within one it tells how something
    moves."""
    place = next(iter(_places(said, known.across)), None)
    if place is None or place[0] > 0:
        return True
    boxes = [boxes_of(mention, scene) for mention in found]
    middles = [alone[0].centre[0] for alone in boxes if len(alone) == 1]
    if known.backwards.match(line(said)):
        middles.reverse()
    return all(one - other < APART for one, other in itertools.pairwise(middles))


# --- light --------------------------------------------------------------------------------------------


def _light_agrees(said: list[str], known: LanguageWords, scene: Scene, claims: Claims) -> bool:
    text, brightness = line(said), scene.judged.brightness
    for patterns, says_dark in ((known.dark, True), (known.bright, False)):
        match = patterns.match(text)
        if match is None:
            continue
        context = text[: match.start()].split()[-3:] + match[0].split()
        if any(word in known.turned for word in context):
            says_dark = not says_dark
        if (says_dark and brightness > BRIGHT) or (not says_dark and brightness < DARK):
            return False
        claims.confirmed += 1
    return True
