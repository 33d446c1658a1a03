"""The silence while a skill waits for something slow: a state word, ticks, and an end to it (see patience)."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import Buzz, Chime, Haptic, Say, Sound, Wait
from chestnut.core.orders import Orders
from chestnut.core.patience import Beat, Patience


class Silence:
    """word: the phrase that tells what is being waited for. give_up: called when it has lasted too long."""

    def __init__(self, orders: Orders, word: Callable[[], str], give_up: Callable[[], None]) -> None:
        self._orders = orders
        self._word = word
        self._give_up = give_up
        self._patience = Patience()
        self._timer = 0
        self._spoken = 0  # the job of the state word, while it is spoken

    def begin(self, *, heard: bool = False) -> None:
        """heard: something was spoken just before it."""
        self._patience = Patience(heard)
        self._timer = self._orders.start(Wait(self._patience.next_s()))

    def end(self) -> None:
        """What was waited for is there: a state word that is still being spoken gives way to it."""
        for job in (self._timer, self._spoken):
            self._orders.cancel(job)
        self._timer = self._spoken = 0

    def answer(self, job: int) -> bool:
        """Was it the end of the timer or of the state word? Then it has been dealt with."""
        if job == self._spoken:
            self._spoken = 0
            return True
        if job != self._timer:
            return False
        self._timer = 0
        match self._patience.beat():
            case Beat.END:
                self._give_up()
                return True
            case Beat.WORD if not self._spoken:
                self._orders.start(Buzz(Haptic.WORKING))
                self._spoken = self._orders.start(Say(self._word()))
            case Beat.TICK if not self._spoken:
                self._orders.start(Chime(Sound.WORKING))
        self._timer = self._orders.start(Wait(self._patience.next_s()))
        return True
