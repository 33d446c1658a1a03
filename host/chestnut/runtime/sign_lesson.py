"""Signs taught before the camera, listed and forgotten, for the skills that ask."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chestnut.core import effects
from chestnut.core.events import (
    Answer,
    MemoryChanged,
    SignShown,
    SignsListed,
    SignTaught,
    VocabularyListed,
)
from chestnut.core.ports import Camera, Clock, Post
from chestnut.locale.signs import signs_to_teach
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.showing import Showing
from chestnut.runtime.signing import FaceFinder, Reads
from chestnut.signs.book import Book, BookFault, NoSuchSign, Unlike
from chestnut.signs.lesson import Cutter, Difference, Flaw, Shown, difference, fitting, no_sign, one_sign
from chestnut.signs.reader import Made
from chestnut.signs.take import Take
from chestnut.signs.taught import LEAST_TAKES, MOST_TAKES, Limit, Recogniser, Trouble

log = logging.getLogger(__name__)

RATE_HZ = 20.0
LACKS = {
    Flaw.LONG: "sign_take_long",
    Flaw.UNRESTED: "sign_take_unrested",
    Difference.KNOWN: "sign_take_other",
    Difference.HANDS: "sign_take_hands",
    Difference.LOST: "sign_take_lost",
    Difference.OTHERWISE: "sign_take_unlike",
}
DOUBTS = {
    Trouble.DIFFERS: "sign_differs",
    Trouble.ALIKE: "sign_alike",
    Trouble.ORDINARY: "sign_ordinary",
}

Asked = (
    effects.ListSigns | effects.AwaitTake | effects.TeachSign | effects.ForgetSign | effects.ListVocabulary
)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """name: of the alphabet the mode Signs reads. letters: that are read where they stand still; drawn: in the air.
    lack: the phrase that tells why there are none."""

    name: str
    letters: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    lack: str = ""


class SignLesson:
    """open_eyes: takes its time; CannotDo when hands cannot be seen. names: that the settings hold ready. read: what
    letters are read. today: as 2026-11-23."""

    def __init__(
        self,
        camera: Camera,
        open_eyes: Callable[[], Reads],
        book: Book,
        names: Sequence[str],
        read: Callable[[], Alphabet],
        today: Callable[[], str],
        post: Post,
        clock: Clock,
    ) -> None:
        self._book, self._names, self._read = book, tuple(names), read
        self._today, self._clock = today, clock
        self._showing = Showing("sign lesson", camera, open_eyes, post, clock, self._forget_lesson)
        self._cutter = Cutter()
        self._takes: dict[int, Made] = {}
        self._known: tuple[Take, ...] = ()  # of the sign that is shown, from before
        self._newest = 0  # number of a take

    def perform(self, job: int, asked: Asked, language: str) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        self._showing.perform(
            job, type(asked).__name__, lambda ended: self._seen(job, asked, language, ended)
        )

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        self._showing.cancel(job)

    def follow(self, goes_on: bool) -> None:
        """A lesson goes on now, or none: then its takes are dropped. Never blocks; the same again costs nothing. For
        one thread."""
        self._showing.follow(goes_on)

    def close(self) -> None:
        """May be called twice."""
        self._showing.close()

    # --- in the thread --------------------------------------------------------------------------------------

    def _forget_lesson(self) -> None:
        self._cutter, self._known = Cutter(), ()
        self._takes.clear()

    def _seen(self, job: int, asked: Asked, language: str, ended: threading.Event) -> Answer:
        try:
            match asked:
                case effects.ListSigns():
                    return self._listed(job, language)
                case effects.AwaitTake():
                    return self._awaited(job, asked, ended)
                case effects.ListVocabulary():
                    return self._vocabulary(job)
                case effects.TeachSign():
                    return self._taught(job, asked)
                case effects.ForgetSign(name=name):
                    return MemoryChanged(at=self._clock.now(), job=job, rows=self._forget(name))
        except BookFault as error:
            log.error("%s", error)
            changes = isinstance(asked, (effects.TeachSign, effects.ForgetSign))
            raise CannotDo("signs_file_unchanged" if changes else "signs_file_unread") from error

    def _listed(self, job: int, language: str) -> Answer:
        known = tuple(sign.name for sign in self._book.signs())
        return SignsListed(
            at=self._clock.now(),
            job=job,
            known=known,
            new=signs_to_teach(language, self._names, known),
            least=LEAST_TAKES,
            most=MOST_TAKES,
        )

    def _awaited(self, job: int, asked: effects.AwaitTake, ended: threading.Event) -> Answer:
        if ended.is_set():
            return self._shown(job)
        if not asked.earlier:
            self._takes.clear()
            self._known = self._takes_of(asked.name)
        eyes = self._showing.eyes()
        face = FaceFinder(eyes.faces)
        seen = stood = False
        for frame in self._showing.frames(ended, RATE_HZ, lambda: self._cutter.undecided):
            height, width = frame.rgb.shape[:2]
            hands = eyes.hands.see(frame)
            seen |= bool(hands)
            match self._cutter.feed(frame.at, hands, width / height, face.see(frame)):
                case Flaw() as flaw:
                    return self._shown(job, lack=LACKS[flaw])
                case Shown() as shown if not ended.is_set():
                    answer = self._judged(job, asked, shown)
                    if answer is not None:
                        return answer
                    stood |= shown.made.movement.held
        if self._cutter.moving:
            return self._shown(job, lack=LACKS[Flaw.UNRESTED])
        if stood:
            return self._shown(job, lack="sign_take_still", moved=False)
        return self._shown(job, lack="sign_take_none" if seen else "sign_take_no_hands", moved=False)

    def _judged(self, job: int, asked: effects.AwaitTake, shown: Shown) -> Answer | None:
        """None for what is no sign at all."""
        number = self._newest + 1
        earlier = {each: self._takes[each] for each in asked.earlier if each in self._takes}
        made = {**earlier, number: shown.made}
        numbers, every = tuple(made), tuple(made.values())
        fit = fitting(self._known, every)
        agreeing = tuple(numbers[each] for each in fit)
        lack = ""
        if number not in agreeing:
            others = [every[each] for each in fit]
            if no_sign(shown, self._known, others):
                return None
            lack = LACKS[difference(shown.made, self._known, others)]
        self._newest, self._takes[number] = number, shown.made
        return self._shown(job, number, agreeing, lack)

    def _shown(
        self, job: int, take: int = 0, agreeing: tuple[int, ...] = (), lack: str = "", moved: bool = True
    ) -> Answer:
        return SignShown(at=self._clock.now(), job=job, take=take, agreeing=agreeing, lack=lack, moved=moved)

    def _takes_of(self, name: str) -> tuple[Take, ...]:
        for sign in self._book.signs():
            if sign.name.casefold() == name.casefold():
                return sign.takes
        return ()

    def _taught(self, job: int, asked: effects.TeachSign) -> Answer:
        takes = [self._takes[number].take for number in asked.takes if number in self._takes]
        if len(takes) < LEAST_TAKES or not one_sign(takes):
            raise CannotDo("sign_failed")
        try:
            sign = self._book.teach(asked.name, takes, self._today(), one_sign)
        except Unlike as error:  # it was taught otherwise meanwhile
            log.error("%s", error)
            raise CannotDo("teach_other") from error
        limit = self._limits().get(sign.name)
        doubt = DOUBTS[limit.trouble] if limit is not None and limit.trouble is not None else ""
        return SignTaught(at=self._clock.now(), job=job, doubt=doubt, other=limit.other if limit else "")

    def _limits(self) -> dict[str, Limit]:
        """Of each sign, in the order in which they were taught."""
        signs = self._book.signs()
        return Recogniser({sign.name: sign.takes for sign in signs}).limits if signs else {}

    def _forget(self, name: str) -> int:
        try:
            self._book.forget(name)
        except NoSuchSign:  # gone already
            return 0
        return 1

    def _vocabulary(self, job: int) -> Answer:
        limits, alphabet = self._limits(), self._read()
        return VocabularyListed(
            at=self._clock.now(),
            job=job,
            signs=tuple(limits),
            unsure=tuple(name for name, limit in limits.items() if limit.trouble is not None),
            alphabet=alphabet.name,
            letters=alphabet.letters,
            drawn=alphabet.drawn,
            lack=alphabet.lack,
        )
