"""The memory as a command opens it: where it is, what time it is, and what is said when it cannot be opened."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path

from chestnut.cli.answer import WRONG_USE, Answer, WrongUse
from chestnut.cli.common import language_of, settings_of
from chestnut.core.effects import Say
from chestnut.core.memory import Moment
from chestnut.core.recollection import Recollection
from chestnut.locale import Phrases
from chestnut.locale.question import Question
from chestnut.memory.faults import MemoryFault
from chestnut.memory.store import Store
from chestnut.runtime.memory import key_of, memory_path
from chestnut.runtime.recollecting import as_sought

Command = Callable[[argparse.Namespace], Answer]
FIRST_YEAR = 2026  # a clock before it was never set
HELP = "the memory's file (default: the settings' memory.path, else ~/.local/share/chestnut/memory.db)"


class _Off(MemoryFault):
    """The wearer wants no memory."""

    reason = "memory_off"


def add_db(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--db", metavar="F", help=HELP)


def answer_of(options: argparse.Namespace) -> Answer:
    return Answer(language_of(options))


def told(command: Command) -> Command:
    """A fault of the memory is said in the wearer's words, told on one line that names the remedy, and is the
    answer's refusal."""

    @wraps(command)
    def answered(options: argparse.Namespace) -> Answer:
        try:
            return command(options)
        except MemoryFault as fault:
            answer = answer_of(options)
            say(answer, Say(fault.reason))
            answer.refused, answer.status = fault.reason, WRONG_USE
            answer.facts["error"] = str(fault)
            print(f"chestnut: {fault}", file=sys.stderr)
            return answer

    return answered


def remedied(*mistakes: type[Exception]) -> Callable[[Command], Command]:
    """The same, and a mistake whose message names the remedy is wrong use."""

    def remedying(command: Command) -> Command:
        @told
        @wraps(command)
        def answered(options: argparse.Namespace) -> Answer:
            try:
                return command(options)
            except mistakes as error:
                raise WrongUse(str(error)) from error

        return answered

    return remedying


@contextmanager
def opened(options: argparse.Namespace, answer: Answer) -> Iterator[Store | None]:
    """The memory the options name; None where there is none yet. MemoryFault when it cannot be opened."""
    path, own = _paths(options)
    if os.path.lexists(path):  # what is no file is told, not taken for nothing
        with _store(path, own, answer) as store:
            yield store
    elif options.db:
        raise WrongUse(f"there is no memory {path}; chestnut remember THING PLACE --db {path} makes one")
    else:
        yield None


@contextmanager
def made(options: argparse.Namespace, answer: Answer) -> Iterator[Store]:
    """As opened(), and begun where there is none yet. _Off where the device will not look into it: nobody is promised
    what is then not done."""
    if not options.db and not settings_of(options).memory.enabled:
        raise _Off("the settings switch the memory off: set memory.enabled to true, or name a file with --db")
    with _store(*_paths(options), answer) as store:
        yield store


def _paths(options: argparse.Namespace) -> tuple[Path, Path]:
    """The memory that is meant, and the device's."""
    own = memory_path(settings_of(options).memory)
    path = Path(options.db).expanduser() if options.db else own
    if path.is_dir():
        raise WrongUse(f"{path} is a folder; name a file in it")
    return path, own


@contextmanager
def _store(path: Path, own: Path, answer: Answer) -> Iterator[Store]:
    with answer.timed("open"):
        store = Store(path, key_of(path, own), present)
    answer.facts["memory"] = str(path)
    try:
        yield store
        _tell_doubt(store, answer)
    finally:
        store.close()


def _tell_doubt(store: Store, answer: Answer) -> None:
    """After the answer: the clock is earlier than when the memory was last used. A command that told it of itself is
    not repeated."""
    if store.doubt is None or answer.facts.get("clock_doubt"):
        return
    answer.facts["clock_doubt"] = store.doubt.reason
    say(answer, Say(store.doubt.reason))
    print(f"chestnut: {store.doubt}", file=sys.stderr)


def say(answer: Answer, say: Say) -> None:
    """Sentence by sentence, as it would be spoken."""
    phrases = Phrases.of(answer.lang)
    for key, args in say.args.get("sentences", [(say.key, say.args)]):
        answer.say(phrases.render(key, args))


def no_rows(text: str, now: Moment) -> Recollection:
    """What a memory that remembers nothing knows."""
    question = Question(text)
    return Recollection(tuple(as_sought(each) for each in question.meant(())), question.people)


# --- time -------------------------------------------------------------------------------------------------


def present() -> Moment:
    """Who types a command sees the machine's clock; it is doubted only where it was never set."""
    now = time.time()
    return Moment(now, time.gmtime(now).tm_year >= FIRST_YEAR)


def time_of(text: str | None) -> float:
    """UTC seconds of a local date and time, or of the last such time of day; now without one."""
    now = datetime.now().astimezone()
    if text is None:
        return now.timestamp()
    try:
        at = datetime.fromisoformat(text if "-" in text else f"{now:%Y-%m-%d}T{text}")
        if "-" not in text and at.astimezone() > now:
            at -= timedelta(days=1)
        return at.astimezone(at.tzinfo).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise WrongUse(f"{text!r} is no time; write 2026-11-23T10:00 or 10:00") from error


def utc(seconds: float) -> str | None:
    """None for a time no calendar has, as a clock that was very wrong gave it."""
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None
