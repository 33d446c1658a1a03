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
        """order asks something new after what is remembered: the same system prompt and picture, and its earlier
        turns are the latest here. Older ones that it left out are remembered all the same."""
        earlier = order.turns[:-1]
        if order.system != self.system or picture_of(order) != self.picture:
            return False
        if not earlier or len(earlier) > len(self.turns):
            return False
        latest = self.turns[-len(earlier) :]
        return earlier[::2] == latest[::2] and all(map(was_told, earlier[1::2], latest[1::2]))

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
