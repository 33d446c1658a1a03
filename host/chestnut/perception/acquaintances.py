"""Who in view is enrolled: the faces of a frame, each compared with the people who agreed to be remembered.

What is told of a face is a name or none. Its descriptor stays here: it is in no event and no recording. Only while
somebody is being enrolled descriptors are kept for a short while, to be fetched by their numbers; then they are
dropped.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from chestnut.core.memory import Descriptor
from chestnut.core.people import Acquaintance, Known, Recognised
from chestnut.core.ports import Detector
from chestnut.core.scene import Frame
from chestnut.perception.known_faces import MODEL, FaceTaken
from chestnut.perception.matching import Gallery, different, of_one_person

KEPT = 48  # descriptors at most, the newest
KEPT_S = 120.0  # and none that is older when a new one comes


class Acquaintances:
    """Detector of enrolled people, and core.ports.Faces. `see` is used by one thread at a time, the rest by any.

    open_faces: gives a KnownFaces, or another detector of FaceTaken, which is closed with this. It is called at the
    first look: the model takes 60 MB, and many a wearer never asks who is there.
    """

    def __init__(self, open_faces: Callable[[], Detector], people: Sequence[Acquaintance] = ()) -> None:
        self._open_faces = open_faces
        self._faces: Detector | None = None
        self._guard = threading.Lock()
        self._gallery = Gallery(people, MODEL)
        self._keeping = False
        self._number = 0
        self._taken: dict[int, tuple[float, Descriptor]] = {}

    def enrolled(self, people: Sequence[Acquaintance]) -> None:
        gallery = Gallery(people, MODEL)
        with self._guard:
            self._gallery = gallery

    def see(self, frame: Frame) -> tuple[Recognised, ...]:
        """The faces of a frame, the largest first."""
        if self._faces is None:
            self._faces = self._open_faces()
        found: tuple[FaceTaken, ...] = self._faces.see(frame)
        with self._guard:
            gallery = self._gallery
            self._taken = {
                number: taken for number, taken in self._taken.items() if frame.at - taken[0] <= KEPT_S
            }
        return tuple(self._recognise(face, gallery, frame.at) for face in found)

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]:
        with self._guard:
            found = [self._taken[number][1] for number in numbers if number in self._taken]
        return tuple(different(found))

    def keep(self, wanted: bool) -> None:
        with self._guard:
            self._keeping = wanted
            if not wanted:
                self._taken.clear()

    def of_one_person(self, takes: Sequence[Descriptor]) -> bool:
        return of_one_person(takes)

    def close(self) -> None:
        self.keep(False)
        faces, self._faces = self._faces, None
        if faces is not None:
            faces.close()

    def _recognise(self, face: FaceTaken, gallery: Gallery, at: float) -> Recognised:
        if face.descriptor is None:
            return Recognised(face.box, Known.UNSEEN, unfit=face.unfit)
        match = gallery.match(face.descriptor)
        take = self._kept(face.descriptor, at)
        return Recognised(face.box, match.known, match.name, match.score, None, take, face.good)

    def _kept(self, descriptor: Descriptor, at: float) -> int:
        """Its number; 0 when it is not kept."""
        with self._guard:
            if not self._keeping:
                return 0
            self._number += 1
            self._taken[self._number] = at, descriptor
            while len(self._taken) > KEPT:
                del self._taken[min(self._taken)]
            return self._number
