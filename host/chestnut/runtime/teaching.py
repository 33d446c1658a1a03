"""Things taught, places named, both listed and forgotten, for the skills that ask. In a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chestnut_models.errors import ModelError

from chestnut.core import effects
from chestnut.core.events import Answer, MemoryChanged, PlaceNamed, TakeKept, TaughtListed, ThingTaught
from chestnut.core.memory import Descriptor, Owned
from chestnut.core.ports import Clock, Lessons, Memory, Post
from chestnut.core.scene import Frame
from chestnut.core.teaching import LEAST_TAKES, TEACHABLE
from chestnut.locale import Phrases
from chestnut.locale.names import same_thing
from chestnut.locale.question import named
from chestnut.runtime.answering import Answering, CannotDo
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.noting import Covers

Asked = (
    effects.ListTaught
    | effects.Take
    | effects.Teach
    | effects.NamePlace
    | effects.ForgetThing
    | effects.ForgetPlace
)


class Teaching:
    """memory: opened, and closed by whoever opened it, after this; or why there is none, which is then the reason of
    every failure. lessons: None where the model is missing. picture: the frame of one of the newest looks, by its
    number. things, places: names that the settings hold ready. forget: told of what is about to be forgotten."""

    def __init__(
        self,
        memory: Memory | NoMemory,
        lessons: Lessons | None,
        picture: Callable[[int], Frame | None],
        post: Post,
        clock: Clock,
        things: Sequence[str] = (),
        places: Sequence[str] = (),
        forget: Callable[[Covers], None] = lambda covers: None,
    ) -> None:
        self._memory, self._lessons, self._picture = memory, lessons, picture
        self._clock = clock
        self._things, self._places = tuple(things), tuple(places)
        self._forget = forget
        self._answering = Answering("teaching", post, clock)

    def perform(self, job: int, asked: Asked, language: str) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        self._answering.answer(job, type(asked).__name__, lambda: self._seen(job, asked, language))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more; what was to be written is written all the same."""
        self._answering.cancel(job)

    def close(self) -> None:
        """What was given before is still done. May be called twice."""
        self._answering.close()
        if self._lessons is not None:
            self._lessons.drop()

    # --- in the thread --------------------------------------------------------------------------------------

    def _seen(self, job: int, asked: Asked, language: str) -> Answer:
        try:
            return self._done(job, asked, language)
        except ModelError as error:
            raise CannotDo("own_missing") from error

    def _done(self, job: int, asked: Asked, language: str) -> Answer:
        memory = self._memory
        if isinstance(memory, NoMemory):
            raise CannotDo(memory.reason)
        at = self._clock.now()
        match asked:
            case effects.ListTaught():
                return self._listed(memory, job, language)
            case effects.Take():
                take, odd = self._take(asked)
                return TakeKept(at=at, job=job, take=take, odd=odd)
            case effects.Teach():
                things = teach_thing(memory, self._model, asked.thing, asked.takes)
                return ThingTaught(at=at, job=job, alike=things)
            case effects.NamePlace():
                places = name_place(memory, self._model, asked.name, asked.takes)
                return PlaceNamed(at=at, job=job, alike=places)
            case effects.ForgetThing(thing=thing):
                self._forget(lambda look: look.thing == thing)
                rows = memory.forget_things([thing.label], thing.owner).result()
            case effects.ForgetPlace(name=name):
                self._forget(lambda look: look.place.name == name)
                rows = memory.forget_place(name).result()
        if self._lessons is not None:
            self._lessons.know(memory.things(), memory.places())
        return MemoryChanged(at=at, job=job, rows=rows)

    def _listed(self, memory: Memory, job: int, language: str) -> TaughtListed:
        things = tuple(taught.thing for taught in memory.things())
        places = tuple(place.name for place in memory.places())
        ready = [thing for name in self._things if (thing := named(name)) is not None]
        ready += [Owned(label, "my") for label in TEACHABLE]
        common = Phrases.of(language).tables["showing"]["places"]
        taken = {name.casefold() for name in places}
        names = {name.casefold(): name for name in (*common, *self._places)}  # as the settings write it
        order = dict.fromkeys(name.casefold() for name in (*self._places, *common))
        return TaughtListed(
            at=self._clock.now(),
            job=job,
            things=things,
            places=places,
            new_things=tuple(
                thing
                for thing in dict.fromkeys(ready)
                if not any(same_thing(thing, known) for known in things)
            ),
            new_places=tuple(names[name] for name in order if name not in taken),
        )

    def _take(self, asked: effects.Take) -> tuple[int, tuple[int, ...]]:
        """Its number, and the numbers of those that show something else."""
        frame = self._picture(asked.frame)
        if frame is None:
            raise CannotDo("sight_failed")
        return self._model.take(frame, asked.earlier, place=asked.place)

    @property
    def _model(self) -> Lessons:
        if self._lessons is None:
            raise CannotDo("own_missing")
        return self._lessons


def teach_thing(memory: Memory, lessons: Lessons, thing: Owned, takes: Sequence[int]) -> tuple[Owned, ...]:
    """When it is on the card, and known: what may be taken for it. CannotDo where too little was shown, or something
    else than what is known by that name."""
    if lessons.pictures(takes) < LEAST_TAKES:
        raise CannotDo("teach_failed")
    others = memory.things()
    before = next((taught for taught in others if taught.thing == thing), None)
    if before is not None and not lessons.show(takes, before):
        raise CannotDo("teach_other")
    alike = lessons.things_like(thing, takes, others)
    _add(lessons.takes(takes), before.takes if before else (), lambda new: memory.teach(thing, new).result())
    lessons.drop()
    lessons.know(memory.things(), memory.places())
    return alike


def _add(
    takes: Sequence[Descriptor], known: Sequence[Descriptor], keep: Callable[[list[Descriptor]], None]
) -> None:
    """The same pictures once more add nothing."""
    if new := [take for take in takes if take not in known]:
        keep(new)


def name_place(memory: Memory, lessons: Lessons, name: str, views: Sequence[int]) -> tuple[str, ...]:
    """The same of a place."""
    if lessons.pictures(views) < LEAST_TAKES:
        raise CannotDo("place_failed")
    others = memory.places()
    alike = lessons.places_like(name, views, others)
    before = next((named.views for named in others if named.name == name), ())
    _add(lessons.takes(views), before, lambda new: memory.name_place(name, new).result())
    lessons.drop()
    lessons.know(memory.things(), memory.places())
    return alike
