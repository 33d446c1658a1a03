"""chestnut letters: the finger letters in photographs of hands."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chestnut_models.errors import ModelError

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.cli.forget import is_sure
from chestnut.core.effects import Say
from chestnut.core.scene import Frame, Hand, Refusal
from chestnut.devices.pictures import BadPicture, load_picture, pictures_in
from chestnut.locale import Phrases
from chestnut.perception.hands import Hands
from chestnut.runtime.assemble.eyes import EyesMissing
from chestnut.runtime.assemble.signs import open_hands
from chestnut.signs.both_ways import see_both_ways
from chestnut.signs.calibrated import LEAST_LETTERS, LEAST_SAMPLES
from chestnut.signs.letter_book import ALPHABETS, LetterBook, LetterBookFault, default_path
from chestnut.signs.letters import LetterRead
from chestnut.signs.own_letters import american
from chestnut.signs.track import distinct, points_of

MOST_HANDS = 2
AMERICAN = "asl"
EVERY = "all"

See = Callable[[Hand, float], LetterRead]


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "letters", parents=[spoken], help="the finger letters that hands in photographs show"
    )
    command.add_argument("images", metavar="IMAGE_OR_FOLDER", nargs="*")
    command.add_argument(
        "--alphabet",
        choices=tuple(ALPHABETS),
        default=AMERICAN,
        help="asl: American, 24 letters, better once you showed it yours; rsl: Russian, once you did (experimental)",
    )
    ways = command.add_mutually_exclusive_group()
    ways.add_argument(
        "--calibrate",
        metavar="LETTER",
        help=f"these show this letter; {LEAST_SAMPLES} or more are needed of each",
    )
    ways.add_argument(
        "--forget",
        metavar="LETTER",
        help=f"what was shown of this letter, or of {EVERY}, as before another person shows theirs",
    )
    command.add_argument("--yes", action="store_true", help="with --forget: do not ask")
    command.add_argument(
        "--letters",
        metavar="F",
        help="the file of the letters you showed (default: in ~/.local/share/chestnut)",
    )
    command.set_defaults(run=letters)


def letters(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options))
    answer.facts["alphabet"] = options.alphabet
    path = Path(options.letters).expanduser() if options.letters else default_path(options.alphabet)
    book = LetterBook(path, options.alphabet)
    if options.forget:
        return _forgotten(options, answer, book)
    if not options.images:
        raise WrongUse("name a photograph or a folder of them")
    learnt = _letter(options.calibrate, book) if options.calibrate else ""
    see = None if learnt else _see(book)
    files = _files(options.images)
    read = []
    try:
        with answer.timed("open_eyes"):
            opened = open_hands(MOST_HANDS, stream=False)
        with closing(opened) as hands:
            for number, file in enumerate(files, 1):
                found, aspect = _hands(hands, file, number, answer)
                if learnt:
                    _learn(book, learnt, file, found, aspect)
                elif see:
                    read.append([(hand, see(hand, aspect)) for hand in found])
    except (EyesMissing, ModelError, BadPicture, LetterBookFault) as error:
        raise WrongUse(str(error)) from error
    if learnt:
        _tell_learnt(answer, book, learnt)
    else:
        _tell(answer, files, read, beside_files=len(files) > 1 and not options.json)
    return answer


def _letter(named: str, book: LetterBook) -> str:
    letter = named.upper()
    if letter not in tuple(ALPHABETS[book.alphabet]):
        known = " ".join(sorted(ALPHABETS[book.alphabet]))
        raise WrongUse(f"{named!r} is none of the letters that stand still: {known}")
    return letter


def _see(book: LetterBook) -> See:
    try:
        if book.alphabet == AMERICAN:
            return american(book.usable()).see
        calibrated = book.recogniser()
    except LetterBookFault as error:
        raise WrongUse(str(error)) from error
    if calibrated is None:
        raise WrongUse(
            f"fewer than {LEAST_LETTERS} letters of {book.alphabet} were shown {LEAST_SAMPLES} times; show them: "
            f"chestnut letters PHOTO... --alphabet {book.alphabet} --calibrate LETTER"
        )
    return calibrated.see


def _files(named: list[str]) -> list[Path]:
    found: list[Path] = []
    for each in named:
        try:
            found += pictures_in(each) if Path(each).is_dir() else [Path(each)]
        except BadPicture as error:
            raise WrongUse(str(error)) from error
    return found


def _hands(hands: Hands, file: Path, number: int, answer: Answer) -> tuple[list[Hand], float]:
    """From left to right, each once; and the picture's width divided by its height."""
    with answer.timed("load"):
        rgb = load_picture(file)
    with answer.timed("look"):
        seen = see_both_ways(hands.see, Frame(number, time.monotonic(), rgb))
    aspect = rgb.shape[1] / rgb.shape[0]
    each = [hand for _, hand in distinct([(points_of(hand, aspect), hand) for hand in seen])]
    return sorted(each, key=lambda hand: hand.box.centre[0]), aspect


# --- learning -----------------------------------------------------------------------------------------------


def _learn(book: LetterBook, letter: str, file: Path, hands: list[Hand], aspect: float) -> None:
    if len(hands) != 1:
        raise WrongUse(f"{file} shows {len(hands) or 'no'} hands; photograph one hand")
    book.add(letter, points_of(hands[0], aspect))


def _tell_learnt(answer: Answer, book: LetterBook, letter: str) -> None:
    try:
        kept, missing = len(book.samples()[letter]), book.missing()
    except LetterBookFault as error:
        raise WrongUse(str(error)) from error
    answer.facts |= {"file": str(book.path), "letter": letter, "kept": kept, "missing": missing}
    _say(answer, Say("letter_shown", {"letter": letter}))
    if missing:
        lacking = ", ".join(f"{each} {count}" for each, count in missing.items())
        answer.shown = [Phrases.of(answer.lang).render("letters_to_show", {"letters": lacking})]


def _forgotten(options: argparse.Namespace, answer: Answer, book: LetterBook) -> Answer:
    letter = "" if options.forget == EVERY else _letter(options.forget, book)
    if options.images:
        raise WrongUse("--forget takes no photographs")
    try:
        shown = book.samples()
        letters = [each for each in ALPHABETS[book.alphabet] if each in shown and letter in ("", each)]
        count = 0
        if not letters:
            _say(answer, Say("letters_none_shown"))
        elif is_sure(options, answer, Say("letters_forget", {"letters": ", ".join(letters)})):
            count = book.forget(letter) if letter else book.forget_all()
            _say(answer, Say("letters_forgotten"))
    except LetterBookFault as error:
        raise WrongUse(str(error)) from error
    answer.facts |= {"file": str(book.path), "forgotten": count}
    return answer


# --- reading ------------------------------------------------------------------------------------------------


def _tell(
    answer: Answer, files: list[Path], read: list[list[tuple[Hand, LetterRead]]], beside_files: bool
) -> None:
    """beside_files: what is said of each stands beside its name, for a reader."""
    answer.facts["pictures"] = [
        {"file": str(file), "hands": [_facts(hand, seen) for hand, seen in hands]}
        for file, hands in zip(files, read, strict=True)
    ]
    for file, hands in zip(files, read, strict=True):
        before = len(answer.said)
        if not hands:
            _say(answer, Say("sign_no_hands"))
        if len(hands) > 1:
            _say(answer, Say("letter_two_hands"))
        for _, seen in hands:
            _say(answer, Say("letter_seen", {"letter": seen.letter}) if seen.sure else Say("letter_unsure"))
        if beside_files:
            answer.shown.append(f"{file}: {' '.join(answer.said[before:])}")
            del answer.said[before:]
    every = [seen for hands in read for _, seen in hands]
    if not every:
        answer.refused = Refusal.NOT_SEEN
    elif not any(seen.sure for seen in every):
        answer.refused = Refusal.UNSURE


def _facts(hand: Hand, seen: LetterRead) -> dict[str, Any]:
    return {
        "letter": seen.letter,
        "confidence": round(seen.confidence, 3),
        "known": round(seen.known, 3),
        "top": [[letter, round(share, 3)] for letter, share in seen.top],
        "box": asdict(hand.box),
    }


def _say(answer: Answer, say: Say) -> None:
    answer.say(Phrases.of(answer.lang).render(say.key, say.args))
