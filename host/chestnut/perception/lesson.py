"""What is shown while something is taught: another picture, of the same thing, of nothing known already? Pure.

A take is what Belongings.take gives of one picture, or the one descriptor of a place: (count, NUMBERS).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.perception.descriptor import Floats, descriptor, unit
from chestnut.perception.recognition import LEAST_TAKES, Background, Likeness, Recognition

SAME_PICTURE = 0.94  # cosine; a picture of the same through noise reached 0.96, one turned by 20 degrees 0.89
ALIKE = 0.3  # cosine of a take with the others under which it does not look like them
MIXED = 0.4  # of the takes that are mixed up with another thing: from so many on it is told


def repeats(background: Background, take: Floats, earlier: Sequence[Floats]) -> bool:
    """It shows no more than one of the earlier takes does."""
    seen = background.peculiar(take)
    return any(float((seen * background.peculiar(each)).sum(1).max()) >= SAME_PICTURE for each in earlier)


def odd_ones(background: Background, takes: Sequence[Floats]) -> list[int]:
    """Which takes do not look like the others: their numbers. takes: each (count, NUMBERS), cut out of one
    picture. With fewer than LEAST_TAKES nobody can tell."""
    if len(takes) < LEAST_TAKES:
        return []
    means = [background.peculiar(take).mean(0) for take in takes]
    return [
        number
        for number, take in enumerate(takes)
        if float(
            (
                background.peculiar(take)
                @ unit(np.mean([m for at, m in enumerate(means) if at != number], axis=0))
            ).max()
        )
        < ALIKE
    ]


def is_known(background: Background, takes: Sequence[Floats], known: Taught) -> bool:
    """One of the takes may show this thing. True where too little is known of it to tell."""
    recognition = Recognition(background, [known])
    return not recognition.knows_things or any(recognition.things(take) for take in takes)


def things_like(
    background: Background, thing: Owned, takes: Sequence[Floats], others: Sequence[Taught]
) -> tuple[Owned, ...]:
    """Which of the others the takes of this thing are mixed up with, when each is looked at by what the rest
    taught."""
    found = []
    for other in others:
        if other.thing == thing:
            continue
        mixed = 0
        for at, take in enumerate(takes):
            this = Taught(thing, _descriptors([*takes[:at], *takes[at + 1 :]]))
            alone = Recognition(background, [this]).things(take)
            beside = Recognition(background, [this, other]).things(take)
            mixed += _is_mixed(_of(thing, alone), _of(thing, beside), other.thing in beside)
        if mixed >= max(1, MIXED * len(takes)):
            found.append(other.thing)
    return tuple(found)


def places_like(
    background: Background, name: str, views: Sequence[Floats], others: Sequence[Named]
) -> tuple[str, ...]:
    """The same of places."""
    found = []
    for other in others:
        if other.name == name:
            continue
        mixed = 0
        for at, (view,) in enumerate(views):
            this = Named(name, _descriptors([*views[:at], *views[at + 1 :]]))
            alone = Recognition(background, (), [this]).place(view)
            beside = Recognition(background, (), [this, other]).place(view)
            mixed += _is_mixed(
                alone[1] if alone is not None else None,
                beside[1] if beside is not None and beside[0] == name else None,
                beside is not None and beside[0] == other.name,
            )
        if mixed >= max(1, MIXED * len(views)):
            found.append(other.name)
    return tuple(found)


def _of(thing: Owned, found: Mapping[Owned, tuple[int, Likeness]]) -> Likeness | None:
    return found[thing][1] if thing in found else None


def _is_mixed(alone: Likeness | None, beside: Likeness | None, taken: bool) -> bool:
    """alone: as what it is, where nothing else is known. beside: the same beside another. taken: for the other."""
    return taken or bool(alone and alone.sure and not (beside and beside.sure))


def _descriptors(takes: Sequence[Floats]) -> tuple[Descriptor, ...]:
    return tuple(descriptor(vector) for take in takes for vector in take)
