"""What a sentence says of things, people, sides and light, against what the detectors saw."""

from __future__ import annotations

import itertools

from chestnut.core.scene import Box, Scene
from chestnut.engine.truth.claims import Claims
from chestnut.engine.truth.mentions import Mention
from chestnut.engine.truth.nouns import PERSON
from chestnut.engine.truth.patterns import Patterns
from chestnut.engine.truth.spelling import CLAUSE, line
from chestnut.engine.truth.verdict import Rule
from chestnut.engine.truth.words import LanguageWords

UNCOUNTABLE = 5  # from here on a detector's count is no truth, as in the fast lane
DENIED_WITHIN, DENIED_AFTER = 4, 3  # words
# Fractions of the picture's width. The fast lane parts it at 0.36 and 0.64; what stands near the border may be told
# either way, and what is very wide is everywhere.
LEFT_OF, RIGHT_OF, MARGIN, WIDE, APART = 0.36, 0.64, 0.07, 0.6, 0.05
ADJACENT = 3  # words between "left of" and what it names
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
        if PERSON in mention.noun.labels and max(count or 0, least) > 1:
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
        if mention.noun.many and mention.least == 2 and count is None:
            claims.open += 1  # "people" for the one that is seen: another may be
        else:
            claims.broken = Rule.COUNT
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
    nobody, empty = known.nobody.match(text), known.empty.match(text)
    claims.open += nobody is not None or empty is not None
    return bool((nobody and scene.people) or (empty and (scene.people or scene.things)))


# --- where --------------------------------------------------------------------------------------------


def _sides(said: list[str], found: list[Mention], known: LanguageWords) -> list[tuple[Mention, str]]:
    """Which mention a side belongs to: what follows where the side begins a clause, else what stands before it."""
    bound = []
    relations = [end for patterns in (known.left_of, known.right_of) for _, end in _places(said, patterns)]
    for side, patterns in known.sides.items():
        for start, end in _places(said, patterns):
            if any(relation <= start <= relation + ADJACENT for relation in relations):
                continue  # "left of the thing in the middle"
            begins = start == 0 or said[start - 1] == CLAUSE or said[start - 1] in known.joins
            before = [each for each in found if each.end <= start and CLAUSE not in said[each.end : start]]
            after = [each for each in found if each.start >= end and CLAUSE not in said[end : each.start]]
            if begins and found and not after:
                after = [each for each in found if each.start >= end][:1]
            nearest = after[:1] if begins and after else before[-1:] or after[:1]
            bound += [(mention, side) for mention in nearest]
    return bound


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
            after = [each for each in found if end <= each.start <= end + ADJACENT]
            if not before or not after:
                continue
            one, other = boxes_of(before[-1], scene), boxes_of(after[0], scene)
            if len(one) != 1 or len(other) != 1:
                claims.open += 1
            elif sign * (one[0].centre[0] - other[0].centre[0]) > APART:
                return False
    return True


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
