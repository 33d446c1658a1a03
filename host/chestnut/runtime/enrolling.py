"""People enrolled, listed and forgotten, for the skills that ask. In a thread of its own, for a card may be slow.

What the memory holds is read again with every look, so that who was forgotten elsewhere (`chestnut people forget`) is
not recognised any more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from chestnut.core import effects
from chestnut.core.events import Answer, MemoryChanged, PeopleListed, PersonEnrolled
from chestnut.core.people import LEAST_TAKES
from chestnut.core.ports import Clock, Faces, PeopleBook, Post
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.memory.faults import MemoryFault
from chestnut.runtime.answering import Answering, CannotDo

log = logging.getLogger(__name__)

Asked = effects.ListPeople | effects.Enrol | effects.ForgetPerson


class Enrolling:
    """people: in the memory's file; or the reason why there is none, which is then the reason of every failure.
    faces: what looks at them. waiting: names prepared for people who are not enrolled yet."""

    def __init__(
        self, people: PeopleBook | str, faces: Faces, post: Post, clock: Clock, waiting: Sequence[str] = ()
    ) -> None:
        self._people = people
        self._faces = faces
        self._clock = clock
        self._waiting = tuple(waiting)
        self._answering = Answering("people", post, clock)
        self._answering.begin(self._refresh)

    @property
    def lack(self) -> str:
        """Why nobody can be known, a phrase key; "" when that is not so."""
        return self._people if isinstance(self._people, str) else ""

    def look(self, keep: bool) -> None:
        """A look at faces is about to begin. keep: as in effects.Recognise. Never blocks."""
        self._faces.keep(keep)
        self._answering.begin(self._refresh)

    def perform(self, job: int, asked: Asked, language: str) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        self._answering.answer(job, type(asked).__name__, lambda: self._done(job, asked, language))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        self._answering.cancel(job)

    def close(self) -> None:
        """What was given before is still done. May be called twice."""
        self._answering.close()

    # --- in the thread --------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        if isinstance(self._people, str):
            return
        try:
            self._faces.enrolled(self._people.all())
        except MemoryFault as fault:
            log.error("who is enrolled could not be read: %s", fault)
            self._faces.enrolled(())

    def _done(self, job: int, asked: Asked, language: str) -> Answer:
        people = self._people
        if isinstance(people, str):
            raise CannotDo(people)
        at = self._clock.now()
        match asked:
            case effects.ListPeople():
                names = tuple(person.name for person in people.all())
                known = {name.casefold() for name in names}
                waiting = tuple(name for name in self._waiting if name.casefold() not in known)
                return PeopleListed(at=at, job=job, enrolled=names, waiting=waiting)
            case effects.Enrol():
                return PersonEnrolled(at=at, job=job, name=self._enrol(people, asked, language))
            case effects.ForgetPerson(name=name):
                rows = people.forget(name).result()
                self._refresh()
                return MemoryChanged(at=at, job=job, rows=rows)

    def _enrol(self, people: PeopleBook, asked: effects.Enrol, language: str) -> str:
        """The name."""
        takes = self._faces.takes(asked.takes)
        if len(takes) < LEAST_TAKES:
            raise CannotDo("meet_failed")
        if not self._faces.of_one_person(takes):
            raise CannotDo("meet_mixed")
        phrases = Phrases.of(language)
        name = asked.name or numbered(language, [person.name for person in people.all()])
        consent = phrases.render("consent_by_key", {"question": phrases.render(asked.agreed)})
        people.enrol(name, consent, takes).result()
        self._faces.keep(False)
        self._refresh()
        return name


def numbered(language: str, names: Collection[str]) -> str:
    """ "Person 2" where there is a Person 1, in whichever language."""
    taken = {name.casefold() for name in names}
    number = 1
    while any(
        Phrases.of(each).render("person_number", {"number": number}).casefold() in taken for each in LANGUAGES
    ):
        number += 1
    return Phrases.of(language).render("person_number", {"number": number})
