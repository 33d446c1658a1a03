"""What is done for the running skill beside what it waits for: one thought, one page read ahead, one remark,
guidance by tone and pulse, and switching off in a while."""

from __future__ import annotations

from chestnut.core.effects import Buzz, Guide, Haptic, Read, Say, SwitchOff, Think
from chestnut.core.events import Answer, EffectFailed, Event, SentenceWritten, ThoughtProgressed
from chestnut.core.orders import Orders
from chestnut.core.stream import Stream
from chestnut.core.thought import Exchange


class Beside:
    """thought: the one that was begun last, also when it has ended."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self.thought: Stream | None = None
        self._reading = 0
        self._read: Answer | None = None
        self._remark = self._guide = self._off = 0

    def feed(self, event: Event) -> bool:
        """Was it for this? Then it is kept until the skill asks for it."""
        match event:
            case Answer(job=job) | SentenceWritten(job=job) | ThoughtProgressed(job=job) if job:
                if self.thought is not None and job == self.thought.job:
                    self.thought.feed(event)
                    return True
                if job == self._reading and isinstance(event, Answer):
                    self._reading, self._read = 0, event
                    return True
                if job == self._remark:
                    self._remark = 0
                    if isinstance(event, EffectFailed):
                        self._orders.start(Buzz(Haptic.FAILED))  # nobody heard it
                    return True
        return False

    def think(self, asked: Think) -> None:
        self.thought = Stream(asked, self._orders.start(asked))

    def refuse(self, asked: Think, reason: str) -> None:
        """It cannot be thought now; the skill hears the reason from its Next."""
        self.thought = Stream(asked, 0)
        self.thought.fail(reason)

    def lose_thought(self, reason: str) -> bool:
        """Give up what is being thought. False when there is nothing."""
        if self.thought is None or not self.thought.job:
            return False
        self._orders.cancel(self.thought.job)
        self.thought.fail(reason)
        return True

    def end_thought(self, now: float) -> Exchange | None:
        """What is still being thought is not wanted any more. What was said of the picture is to be remembered."""
        thought, self.thought = self.thought, None
        if thought is None:
            return None
        self._orders.cancel(thought.job)
        return thought.exchange(now)

    def read(self) -> None:
        self._reading, self._read = self._orders.start(Read()), None

    @property
    def reads(self) -> bool:
        return bool(self._reading) or self._read is not None

    def take_page(self) -> tuple[int, Answer | None]:
        """The answer of what was read ahead, or the job that will bring it."""
        taken = self._reading, self._read
        self._reading, self._read = 0, None
        return taken

    def end_reading(self) -> None:
        self._orders.cancel(self.take_page()[0])

    def remark(self, say: Say) -> None:
        """Instead of the one that is still being spoken."""
        self.end_remark()
        self._remark = self._orders.start(say)

    def end_remark(self) -> None:
        self._orders.cancel(self._remark)
        self._remark = 0

    @property
    def guides(self) -> bool:
        return bool(self._guide)

    def guide(self, guide: Guide) -> None:
        self.end_guide()
        self._guide = self._orders.start(guide)

    def end_guide(self) -> None:
        self._orders.cancel(self._guide)
        self._guide = 0

    @property
    def switches_off(self) -> bool:
        """It is to be, in a while."""
        return bool(self._off)

    def switch_off(self, effect: SwitchOff) -> None:
        """At once it cannot be taken back."""
        self.end_switching_off()
        job = self._orders.start(effect)
        self._off = job if effect.within_s else 0

    def end_switching_off(self) -> None:
        self._orders.cancel(self._off)
        self._off = 0
