"""Signs taught by three to five takes, told from each other and from what is no sign.

A movement is the sign whose nearest take it is most like, and only when it is like enough. How much is enough is
learnt for each sign: from how much its own takes differ, from the other signs, and from drawn movements that are no
signs (background.py). Nothing is trained; a sign is known as soon as it was taught. The constants were chosen on
drawn signs; docs/signs.md has what was measured on recorded ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from chestnut.signs.background import background, held
from chestnut.signs.take import Take, Takes
from chestnut.signs.track import Floats

LEAST_TAKES, MOST_TAKES = 3, 5
WIDER = 2.0  # of the mean difference between a take and the take most like it: within it others are the sign
LEAST, MOST = 0.35, 0.8  # that limit is never narrower (takes made at once are too much alike) nor wider
BESIDE = 0.7  # of the distance to the nearest take of another sign, at most
STRAYS, STRAYS_HELD = 0.02, 0.02  # of the background, and of hands that stay, may be as like as that
APART = 0.85  # of the second sign's unlikeness, below which the first is surely meant
COMFORT = 1.2  # of the takes' own differences, which a limit must leave for the sign to be known most times


class Trouble(StrEnum):
    """Why a sign will often not be known again."""

    DIFFERS = "differs"  # its takes differ from each other
    ALIKE = "alike"  # it is like another sign
    ORDINARY = "ordinary"  # it is like what hands do anyway


@dataclass(frozen=True, slots=True)
class Verdict:
    """name: "" when no sign is surely meant; nearest: what it is most like. unlike: how far from it, 0 to about 1.5;
    limit: what that sign allows. second: the next sign's unlikeness, inf when there is none."""

    name: str
    nearest: str
    unlike: float
    limit: float
    second: float


@dataclass(frozen=True, slots=True)
class Limit:
    """unlike: up to this a movement is the sign. spread: how much its own takes differ. other: the sign most like it,
    "" when it is the only one."""

    unlike: float
    spread: float
    trouble: Trouble | None = None
    other: str = ""


class Recogniser:
    """Knows the signs it was made with. Stays the same; make another one when a sign was taught."""

    def __init__(self, signs: Mapping[str, Sequence[Take]]) -> None:
        """Each sign with its takes, LEAST_TAKES or more."""
        self.names = tuple(name for name, takes in signs.items() if takes)
        takes = [take for name in self.names for take in signs[name]]
        self._owners = np.array(
            [self.names.index(name) for name in self.names for _ in signs[name]], dtype=int
        )
        self._takes = Takes(takes)
        among = apart(takes)
        np.fill_diagonal(among, np.inf)
        strays = np.minimum(self._closest(background(), STRAYS), self._closest(held(), STRAYS_HELD))
        self.limits = {
            name: self._limit(number, among, float(strays[number])) for number, name in enumerate(self.names)
        }

    def of(self, take: Take) -> Verdict | None:
        """None when no sign was taught."""
        if not self.names:
            return None
        nearest = self._nearest(self._takes.unlike(take))
        order = np.argsort(nearest)
        first, unlike = self.names[order[0]], float(nearest[order[0]])
        second = float(nearest[order[1]]) if len(order) > 1 else float("inf")
        limit = self.limits[first].unlike
        meant = unlike <= limit and unlike <= APART * second
        return Verdict(first if meant else "", first, unlike, limit, second)

    def _nearest(self, unlike: Floats) -> Floats:
        """From each take's (n,) to each sign's."""
        signs = np.full(len(self.names), np.inf)
        np.minimum.at(signs, self._owners, unlike)
        return signs

    def _closest(self, idle: Sequence[Take], share: float) -> Floats:
        """(signs,): this share of what is no sign is as like each sign as that."""
        unlike = [self._nearest(self._takes.unlike(one)) for one in idle]
        closest: Floats = np.quantile(np.array(unlike).reshape(len(idle), -1), share, axis=0)
        return closest

    def _limit(self, number: int, among: Floats, strays: float) -> Limit:
        own, others = self._owners == number, self._owners != number
        spread = float(among[np.ix_(own, own)].min(axis=1).mean()) if own.sum() > 1 else 0.0
        bounds = {
            Trouble.DIFFERS: min(MOST, max(LEAST, WIDER * spread)),
            Trouble.ORDINARY: strays,
        }
        other = ""
        if others.any():
            nearest = among[own].min(axis=0, initial=np.inf, where=others)
            other = self.names[self._owners[int(np.where(others, nearest, np.inf).argmin())]]
            bounds[Trouble.ALIKE] = BESIDE * float(nearest[others].min())
        trouble = min(bounds, key=lambda one: bounds[one])
        limit = bounds[trouble]
        return Limit(limit, spread, trouble if limit < COMFORT * spread else None, other)


def apart(takes: Sequence[Take]) -> Floats:
    """(n, n): how unlike each take is each other."""
    many = Takes(takes)
    return np.array([many.unlike(take) for take in takes], dtype=np.float64).reshape(len(takes), len(takes))


def agreeing(takes: Sequence[Take]) -> tuple[int, ...]:
    """The numbers of those that are one sign: the largest group whose neighbours are within MOST of each other. Of
    two as large the one that began first, because a hand comes back after its sign and not before."""
    near = apart(takes) <= MOST
    left, groups = set(range(len(takes))), []
    while left:
        group, reached = set(), {min(left)}
        while reached:
            group |= reached
            reached = {other for one in reached for other in left - group if near[one, other]}
        groups.append(tuple(sorted(group)))
        left -= group
    return max(groups, key=lambda group: (len(group), -group[0]), default=())
