"""What a conversation of the second engine remembers, and whether a new order goes on from there. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chestnut.engine.messages import Think

WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Held:
    """system: the constant prompt. picture: its key, None for none. turns: what was asked and what the model wrote to
    it, in turn, an even number."""

    system: str
    picture: str | None
    turns: tuple[str, ...]

    def goes_on(self, order: Think) -> bool:
        """order asks something new after what is remembered: the same system prompt and picture; its earlier
        exchanges are among those here, in their order, up to the latest. Those it left out stay remembered."""
        asked, known = _exchanges(order.turns[:-1]), _exchanges(self.turns)
        if order.system != self.system or picture_of(order) != self.picture or not asked or not known:
            return False
        older = iter(known[:-1])
        return _same(asked[-1], known[-1]) and all(
            any(_same(exchange, other) for other in older) for exchange in asked[:-1]
        )

    def with_turn(self, asked: str, written: str) -> Held:
        return Held(self.system, self.picture, (*self.turns, asked, written))


def held(order: Think) -> Held:
    """What a conversation that was begun for this order remembers before its last turn."""
    return Held(order.system, picture_of(order), order.turns[:-1])


def picture_of(order: Think) -> str | None:
    return None if order.picture is None else order.key


def was_told(told: str, written: str) -> bool:
    """told is what the wearer heard of what the model wrote: marks and whole sentences may be missing, but its words
    come in this order."""
    words = iter(WORD.findall(written.casefold()))
    return all(word in words for word in WORD.findall(told.casefold()))


def _exchanges(turns: tuple[str, ...]) -> list[tuple[str, str]]:
    return list(zip(turns[::2], turns[1::2], strict=True))


def _same(asked: tuple[str, str], known: tuple[str, str]) -> bool:
    return asked[0] == known[0] and was_told(asked[1], known[1])
