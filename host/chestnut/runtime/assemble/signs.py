"""What reads signs and letters: hands, a face to place them by, the books of what was taught."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from chestnut_models.errors import ModelMissing
from chestnut_models.library import path as model_path

from chestnut.core.ports import Camera, Clock, Post
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.assemble.eyes import EYES, EyesMissing
from chestnut.runtime.letter_lesson import LetterLesson
from chestnut.runtime.sign_lesson import Alphabet, SignLesson
from chestnut.runtime.signing import Reads, SignsMissing
from chestnut.signs.book import Book, BookFault
from chestnut.signs.book import default_path as signs_path
from chestnut.signs.calibrated import Calibrated
from chestnut.signs.conversation import ReadLetter
from chestnut.signs.letter_book import LetterBook, LetterBookFault
from chestnut.signs.letter_book import default_path as letters_path
from chestnut.signs.letters import Letters
from chestnut.signs.own_letters import american
from chestnut.signs.taught import Recogniser
from chestnut.signs.tracing import DRAWN, traced

log = logging.getLogger(__name__)


def open_hands(most: int, stream: bool = True) -> Hands:
    """To follow up to `most` hands from frame to frame, or to find them in pictures that have nothing to do with each
    other. EyesMissing when the model file is not there."""
    try:
        return Hands(model_path(EYES["hands"]), most=most, stream=stream)
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error


def open_face_finder() -> Faces:
    """EyesMissing when the model file is not there."""
    try:
        return Faces(model_path(EYES["faces"]))
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error


def open_signs(alphabet: str, book: Book | None = None) -> Reads:
    """What signs are read with. Two hands are looked for, which takes twice as long, only where a taught sign has
    two; a face only where one has a place beside it. book: the taught signs, the wearer's own by default.
    SignsMissing when nothing can be read."""
    doubt = ""
    book = book or Book(signs_path())
    files = [book.path, letters_path(alphabet)]
    before = _stamp(files)
    try:
        known = book.signs()
    except BookFault as error:
        log.error("%s", error)
        known, doubt = (), "signs_file_bad"
    takes = [take for sign in known for take in sign.takes]
    letter, lack = open_letter(alphabet)
    if letter is None and not known:
        raise SignsMissing(lack, "neither letters nor taught signs can be read")
    with contextlib.ExitStack() as opened:
        try:
            hands = open_hands(2 if any(all(take.hands) for take in takes) else 1)
            opened.callback(hands.close)
            faces = open_face_finder() if any(take.place is not None for take in takes) else None
        except EyesMissing as error:
            raise SignsMissing(error.reason, str(error)) from error
        recogniser = Recogniser({sign.name: sign.takes for sign in known}) if known else None
        opened.pop_all()
    trace = traced if alphabet == "asl" else None
    return Reads(hands, letter, recogniser, faces, lack or doubt, trace, lambda: _stamp(files) != before)


def _stamp(files: Sequence[Path]) -> list[tuple[int, ...]]:
    """Another one whenever one of the files was written."""
    stamps: list[tuple[int, ...]] = []
    for file in files:
        try:
            state = file.stat()
            stamps.append((state.st_ino, state.st_size, state.st_mtime_ns))
        except OSError:  # there is none, or it cannot be read: told when it is opened
            stamps.append(())
    return stamps


def open_shown_signs() -> Reads:
    """What signs are taught with: both hands, and the face for their place. SignsMissing when a model is."""
    with contextlib.ExitStack() as opened:
        try:
            hands = open_hands(2)
            opened.callback(hands.close)
            faces = open_face_finder()
        except EyesMissing as error:
            raise SignsMissing(error.reason, str(error)) from error
        opened.pop_all()
    return Reads(hands, faces=faces)


def open_sign_lesson(
    alphabet: str,
    names: Sequence[str],
    open_reads: Callable[[], Reads],
    camera: Camera,
    post: Post,
    clock: Clock,
) -> SignLesson:
    """names: ready to be given. open_reads: as open_shown_signs."""

    def open_eyes() -> Reads:
        try:
            return open_reads()
        except SignsMissing as error:
            log.error("%s", error)
            raise CannotDo(error.reason) from error

    return SignLesson(
        camera,
        open_eyes,
        Book(signs_path()),
        names,
        lambda: read_letters(alphabet),
        lambda: f"{date.today()}",
        post,
        clock,
    )


def open_lesson(alphabet: str, camera: Camera, post: Post, clock: Clock) -> LetterLesson:
    """alphabet: of the mode Signs."""
    book = LetterBook(letters_path(alphabet), alphabet)
    return LetterLesson(camera, _open_shown_hand, book, post, clock)


def _open_shown_hand() -> Hands:
    try:
        return open_hands(1)
    except EyesMissing as error:
        log.error("%s", error)
        raise CannotDo(error.reason) from error


def open_letter(alphabet: str) -> tuple[ReadLetter | None, str]:
    """What tells letters, and the phrase that tells why there is nothing or less than there was shown."""
    letters, lack = _letters(alphabet)
    return (letters.read if letters is not None else None), lack


def read_letters(alphabet: str) -> Alphabet:
    """Which they are."""
    letters, lack = _letters(alphabet)
    if letters is None:
        return Alphabet(alphabet, lack=lack)
    return Alphabet(alphabet, tuple(letters.alphabet), DRAWN if alphabet == "asl" else (), lack)


def _letters(alphabet: str) -> tuple[Letters | Calibrated | None, str]:
    book = LetterBook(letters_path(alphabet), alphabet)
    if alphabet == "asl":
        return _american(book)
    try:
        shown = book.recogniser()
    except LetterBookFault as error:
        log.error("%s", error)
        return None, "signs_samples_bad"
    return shown, "" if shown is not None else "signs_uncalibrated"


def _american(book: LetterBook) -> tuple[Letters | None, str]:
    doubt, samples = "", {}
    try:
        samples = book.usable()
    except LetterBookFault as error:
        log.error("%s", error)
        doubt = "signs_own_bad"
    try:
        return american(samples), doubt
    except (OSError, ValueError, KeyError) as error:
        log.error("the file of finger letters cannot be used: %s", error)
        return None, "signs_letters_damaged"
