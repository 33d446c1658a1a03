"""What was signed, spoken: at once, again by key, without what was wrong, and as the model would say it.

What is less likely right than wrong is spoken as a guess, each time it is spoken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from chestnut.core.effects import Buzz, Change, Haptic, Recite, Say, TakeBack, Think
from chestnut.core.events import TakenBack
from chestnut.core.session import COMPANION, SIGNS, Session
from chestnut.core.signed import Word
from chestnut.core.signs import hindrance
from chestnut.core.skill import Steps
from chestnut.core.thought import Task
from chestnut.skills import watch
from chestnut.skills.thinking import tell


def state(session: Session) -> Steps:
    """Felt and told: are signs read, and if not, why."""
    lack = hindrance(session)
    yield Buzz(Haptic.PAUSED if lack else Haptic.WATCHING)
    if lack:
        yield Say("signs_unable")
        yield Say(lack)
    else:
        yield Say("signs_on")


def begin(session: Session) -> Steps:
    """Signs, from whatever mode. What was signed stays where it is the mode already."""
    before = session.mode
    if before != SIGNS:
        session = yield Change("mode", SIGNS)
    yield Say("mode", {"mode": SIGNS})
    if before == COMPANION:
        yield from watch.state(session)
    yield from state(session)


def tell_signed(session: Session) -> Steps:
    """Words and letters that were not spoken yet."""
    yield from _spoken(unsaid.word for unsaid in session.unsaid)


def say_signed(session: Session) -> Steps:
    """All of it again, and how far the word goes that is being spelled."""
    signed = session.signed
    yield from _spoken(signed.words)
    if signed.letters:
        yield Say("signed_letters", {"letters": ", ".join(signed.letters)})
    elif not signed.words:
        yield from _nothing(session)


def take_back(*, word: bool) -> Callable[[Session], Steps]:
    def take(session: Session) -> Steps:
        taken: TakenBack = yield TakeBack(word)
        if taken.removed:
            yield Say("signed_taken_back", {"text": Word(taken.removed).written})
        else:
            yield from _nothing(session)

    return take


def signed_sentence(session: Session) -> Steps:
    """One sentence of the words, by the model and told as such; the words themselves were spoken before."""
    words = session.signed.words
    if not words:
        yield from _nothing(session)
        return
    yield Think(Task.REWORD, " ".join(word.written for word in words))
    sure = all(word.sure for word in words)
    yield from tell(first=Say("signed_sentence"), doubtful=not sure)


def _nothing(session: Session) -> Steps:
    """In another mode, why there is nothing."""
    yield Say("signed_nothing" if session.mode == SIGNS else "signs_off")


def _spoken(words: Iterable[Word]) -> Iterator[Say | Recite]:
    for sure, alike in groupby(words, key=lambda word: word.sure):
        text = " ".join(word.written for word in alike)
        yield Recite(f"{text}.") if sure else Say("signed_unsure", {"text": text})
