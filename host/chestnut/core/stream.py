"""A thought in the making: what was written and not yet spoken, and what it leaves behind in the session."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from chestnut.core.effects import Think
from chestnut.core.events import EffectFailed, Event, SentenceWritten, ThoughtEnded, ThoughtProgressed
from chestnut.core.skill import EffectError
from chestnut.core.thought import Exchange, Sentence, Stage


@dataclass(slots=True)
class Stream:
    """job: of the Think; 0 once it has ended. stage: None until the engine told one."""

    asked: Think
    job: int
    stage: Stage | None = None
    written: deque[Sentence | ThoughtEnded | EffectError] = field(default_factory=deque)
    taken: list[Sentence] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        """An event of this job. What is new stands in `written`: an end or an error is the last."""
        match event:
            case ThoughtProgressed(stage=stage):
                self.stage = stage
            case SentenceWritten(sentence=sentence):
                self.written.append(sentence)
            case ThoughtEnded():
                self._end(event)
            case EffectFailed(reason=reason):
                self._end(EffectError(reason))

    @property
    def too_slow(self) -> str:
        """The phrase for giving it up now: a model that is being loaded answers soon, with the same file."""
        return "model_loading" if self.stage is Stage.LOADING else "model_slow"

    def fail(self, reason: str) -> None:
        """It is given up from outside; what was written before can still be taken."""
        self._end(EffectError(reason))

    def _end(self, last: ThoughtEnded | EffectError) -> None:
        self.written.append(last)
        self.job = 0

    def take(self) -> Sentence | ThoughtEnded | EffectError:
        """The oldest that was not taken; the end is there for ever. IndexError when nothing is there yet."""
        first = self.written[0]
        if isinstance(first, Sentence):
            self.written.popleft()
            self.taken.append(first)
        return first

    def exchange(self, at: float) -> Exchange | None:
        """What the wearer was told, for the next question about the same picture; None when nothing was or there was
        no picture."""
        if not self.taken or self.asked.scene is None:
            return None
        answer = " ".join(sentence.text for sentence in self.taken)
        return Exchange(self.asked.task, self.asked.text, answer, at)
