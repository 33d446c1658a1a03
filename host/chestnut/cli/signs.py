"""chestnut teach, signs: signs taught from videos, and read from one; their list, new names and end."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of, one_line
from chestnut.cli.forget import is_sure
from chestnut.cli.signing import Shown, shown_in
from chestnut.core.effects import Say
from chestnut.core.scene import Refusal
from chestnut.locale import Phrases
from chestnut.signs.book import NAME_CHARACTERS, Book, BookFault, TaughtSign, default_path
from chestnut.signs.lesson import one_sign
from chestnut.signs.reader import Made
from chestnut.signs.taught import LEAST_TAKES, Limit, Recogniser, Trouble, Verdict, agreeing


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    kept = argparse.ArgumentParser(add_help=False, parents=[spoken])
    kept.add_argument(
        "--signs", metavar="F", help="the file of taught signs (default: ~/.local/share/chestnut/signs.json)"
    )
    command = commands.add_parser("teach", parents=[kept], help="a sign, from three to five takes on video")
    command.add_argument("name", metavar="NAME", help="what is said when it is seen")
    command.add_argument(
        "videos", metavar="VIDEO", nargs="+", help="one take each, or several with a short rest between them"
    )
    command.set_defaults(run=teach)
    command = commands.add_parser("signs", parents=[kept], help="the taught signs in a video; or their list")
    ways = command.add_mutually_exclusive_group(required=True)
    ways.add_argument("video", metavar="VIDEO", nargs="?")
    ways.add_argument("--list", action="store_true", help="what was taught, and how well it can be told")
    ways.add_argument("--rename", metavar=("NAME", "NEW"), nargs=2, help="the name alone")
    ways.add_argument("--forget", metavar="NAME", help="a sign and its takes, for ever")
    command.add_argument("--yes", action="store_true", help="with --forget: do not ask")
    command.set_defaults(run=signs)


@dataclass(frozen=True, slots=True)
class _Offered:
    """A movement of a video that may be a take."""

    video: str
    made: Made


def teach(options: argparse.Namespace) -> Answer:
    name = one_line(options.name, "name", NAME_CHARACTERS)
    answer, book = _answer(options), _book(options)
    _signs(book)  # a file that cannot be used is told before the videos are looked at
    offered = _offered(options.videos, answer)
    taken = agreeing([one.made.take for one in offered])
    answer.facts["takes"] = [
        {"video": one.video, **_facts(one.made), "taken": number in taken}
        for number, one in enumerate(offered)
    ]
    if len(taken) < LEAST_TAKES:
        raise WrongUse(_too_few(name, len(offered), len(taken)))
    takes = [offered[number].made.take for number in taken]
    sign = _remedied(lambda: book.teach(name, takes, f"{date.today()}", one_sign))
    answer.facts |= {"name": sign.name, "file": str(book.path), "kept": len(sign.takes)}
    answer.shown = [
        f"{one.video}: the movement at {one.made.movement.began:.1f} s is unlike the others and was left out"
        for number, one in enumerate(offered)
        if number not in taken
    ]
    limit = _recogniser(_signs(book)).limits[sign.name]
    answer.facts |= _limit_facts(limit)
    _say(answer, Say("sign_taught", {"name": sign.name}))
    if limit.trouble is not None:
        _say(answer, _warning(sign.name, limit))
    return answer


def signs(options: argparse.Namespace) -> Answer:
    if options.yes and options.forget is None:
        raise WrongUse("--yes is of use with --forget only; leave it away")
    if options.list:
        return _list(options)
    if options.rename is not None:
        return _rename(options)
    if options.forget is not None:
        return _forget(options)
    return _read(options)


# --- reading a video ----------------------------------------------------------------------------------------


def _read(options: argparse.Namespace) -> Answer:
    answer, book = _answer(options), _book(options)
    known = _signs(book)
    if not known:
        raise WrongUse(f"no sign was taught yet in {book.path}; chestnut teach NAME VIDEO teaches one")
    with answer.timed("open"):
        recogniser = _recogniser(known)
    shown = shown_in(options.video, answer, recogniser)
    answer.facts |= {"file": str(book.path), "hands_seen": shown.hands_seen}
    answer.facts["movements"] = [_facts(made) for made in shown.made]
    verdicts = [made.verdict for made in shown.made]
    names = [verdict.name for verdict in verdicts if verdict is not None and verdict.name]
    for name in names:
        _say(answer, Say("sign_made", {"name": name}))
    if not names:
        _refuse(answer, shown)
    return answer


def _refuse(answer: Answer, shown: Shown) -> None:
    if shown.made:
        answer.refused = Refusal.UNSURE
        _say(answer, Say("sign_unsure"))
    else:
        answer.refused = Refusal.NOT_SEEN
        _say(answer, Say("sign_unseen" if shown.hands_seen else "sign_no_hands"))


# --- the book -----------------------------------------------------------------------------------------------


def _list(options: argparse.Namespace) -> Answer:
    answer, book = _answer(options), _book(options)
    known = _signs(book)
    limits = _recogniser(known).limits
    answer.facts["file"] = str(book.path)
    answer.facts["signs"] = [
        {
            "name": sign.name,
            "taught": sign.taught,
            "takes": len(sign.takes),
            "hands": max(sum(take.hands) for take in sign.takes),
            **_limit_facts(limits[sign.name]),
        }
        for sign in known
    ]
    for sign in known:
        answer.shown.append(f"{sign.name}  {sign.taught}  {len(sign.takes)} takes")
        if limits[sign.name].trouble is not None:
            warning = _warning(sign.name, limits[sign.name])
            answer.shown.append(f"  {Phrases.of(answer.lang).render(warning.key, warning.args)}")
    if not known:
        _say(answer, Say("sign_none"))
    return answer


def _rename(options: argparse.Namespace) -> Answer:
    name, new = options.rename
    new = one_line(new, "new name", NAME_CHARACTERS)
    answer, book = _answer(options), _book(options)
    old = _named(_signs(book), name)
    _remedied(lambda: book.rename(old.name, new))
    answer.facts |= {"name": old.name, "new": new, "file": str(book.path)}
    _say(answer, Say("sign_renamed", {"name": old.name, "new": new}))
    return answer


def _forget(options: argparse.Namespace) -> Answer:
    answer, book = _answer(options), _book(options)
    sign = _named(_signs(book), options.forget)
    if is_sure(options, answer, Say("sign_forget", {"name": sign.name})):
        _remedied(lambda: book.forget(sign.name))
        answer.facts |= {"name": sign.name, "file": str(book.path)}
        _say(answer, Say("sign_forgotten", {"name": sign.name}))
    return answer


def _named(known: Sequence[TaughtSign], name: str) -> TaughtSign:
    wanted = one_line(name, "name", NAME_CHARACTERS).casefold()
    for sign in known:
        if sign.name.casefold() == wanted:
            return sign
    names = ", ".join(sign.name for sign in known) or "none yet"
    raise WrongUse(f"no sign called {name} was taught; taught: {names}")


def _book(options: argparse.Namespace) -> Book:
    path = Path(options.signs).expanduser() if options.signs else default_path()
    if path.is_dir():
        raise WrongUse(f"{path} is a folder; name a file in it")
    return Book(path)


def _signs(book: Book) -> tuple[TaughtSign, ...]:
    known: tuple[TaughtSign, ...] = _remedied(book.signs)
    return known


def _remedied(work: Any) -> Any:
    try:
        return work()
    except BookFault as fault:
        raise WrongUse(str(fault)) from fault


def _recogniser(known: Sequence[TaughtSign]) -> Recogniser:
    return Recogniser({sign.name: sign.takes for sign in known})


# --- takes and words ----------------------------------------------------------------------------------------


def _offered(videos: Sequence[str], answer: Answer) -> list[_Offered]:
    """Every movement of every video; where any hand moved, those that only were shown do not count."""
    offered, seen = [], False
    for video in videos:
        shown = shown_in(video, answer)
        seen = seen or shown.hands_seen > 0
        offered += [_Offered(video, made) for made in shown.made]
    if not seen:
        raise WrongUse(
            "no hand is seen in the videos; film both hands and the face from the front, in good light"
        )
    moved = [one for one in offered if not one.made.movement.held]
    return moved or offered


def _too_few(name: str, movements: int, agreed: int) -> str:
    if movements < LEAST_TAKES:
        return (
            f"{movements} movements are seen, {LEAST_TAKES} takes are needed; "
            f"film {name} more often, with a second of rest before and after each take"
        )
    return (
        f"of {movements} movements only {agreed} are alike, {LEAST_TAKES} are needed; "
        f"film {name} again, each time in the same way"
    )


def _facts(made: Made) -> dict[str, Any]:
    """Times in seconds from the video's beginning."""
    movement = made.movement
    facts: dict[str, Any] = {
        "began": round(movement.began, 2),
        "ended": round(movement.ended, 2),
        "known_at": round(movement.decided_at, 2),
        "hands": sum(made.take.hands),
        "held": movement.held,
        "face": made.take.place is not None,
    }
    return facts | (_verdict_facts(made.verdict) if made.verdict is not None else {})


def _verdict_facts(verdict: Verdict) -> dict[str, Any]:
    return {
        "sign": verdict.name or None,
        "nearest": verdict.nearest,
        "unlike": round(verdict.unlike, 3),
        "limit": round(verdict.limit, 3),
        "second": round(verdict.second, 3) if verdict.second != float("inf") else None,
    }


def _limit_facts(limit: Limit) -> dict[str, Any]:
    return {
        "limit": round(limit.unlike, 3),
        "spread": round(limit.spread, 3),
        "trouble": limit.trouble and limit.trouble.value,
        "most_like": limit.other or None,
    }


def _warning(name: str, limit: Limit) -> Say:
    match limit.trouble:
        case Trouble.ALIKE:
            return Say("sign_alike", {"name": name, "other": limit.other})
        case Trouble.ORDINARY:
            return Say("sign_ordinary", {"name": name})
        case _:
            return Say("sign_differs", {"name": name})


def _answer(options: argparse.Namespace) -> Answer:
    return Answer(language_of(options), live=not options.json)


def _say(answer: Answer, say: Say) -> None:
    answer.say(Phrases.of(answer.lang).render(say.key, say.args))
