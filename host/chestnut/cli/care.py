"""chestnut check, models, replay: is everything there, and does it still do what it did?"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chestnut.cli import models
from chestnut.cli.answer import FAULT, Answer, WrongUse
from chestnut.runtime import condition, settings
from chestnut.runtime.assemble.checks import CHECKS, NAMES
from chestnut.runtime.checking import Place, State, check_all
from chestnut.runtime.codec import BadRecord, plain
from chestnut.runtime.recording import replay
from chestnut.skills.table import SKILLS


def add_commands(commands: Any, common: argparse.ArgumentParser, configured: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "check", parents=[configured], help="self-test of every part, each with its remedy"
    )
    command.add_argument(
        "--part", choices=NAMES, metavar="NAME", help="this one alone, without a limit of time"
    )
    command.add_argument(
        "--quick", action="store_true", help="without what takes seconds, as after an update"
    )
    command.add_argument(
        "--except",
        dest="spared",
        action="append",
        default=[],
        type=_spared,
        metavar="NAME[:REASON]",
        help="this one may be missing, for this reason (a phrase key) or for any; as often as needed",
    )
    command.set_defaults(run=check)
    models.add_command(commands, common)
    command = commands.add_parser("replay", parents=[common], help="effects of a recording; what differs now")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(run=replayed)


def _spared(text: str) -> tuple[str, str | None]:
    """The part, and the phrase key of the one reason it may be missing for; None for any."""
    part, colon, reason = text.partition(":")
    if part not in NAMES:
        raise argparse.ArgumentTypeError(f"{part!r} is no part; one of {', '.join(NAMES)}")
    return part, reason if colon else None


MARKS = {State.OK: "✓", State.MISSING: "✗", State.ABSENT: "–"}


def check(options: argparse.Namespace) -> Answer:
    answer = Answer()
    checks = [check for check in CHECKS if options.part in (None, check.part)]
    parts: list[dict[str, str]] = []
    with answer.timed("check"):
        for result in check_all(checks, _place(options)):
            remedy = f" → {result.remedy}" if result.remedy else ""
            answer.shown.append(f"{MARKS[result.state]} {result.part:<14} {result.found}{remedy}")
            parts.append(asdict(result))
            if result.state is State.MISSING and not {
                (result.part, None),
                (result.part, result.say),
            } & set(options.spared):
                answer.status = FAULT
    answer.facts["parts"] = parts
    return answer


def _place(options: argparse.Namespace) -> Place:
    """Settings that cannot be read are told at their own place in the list."""
    path = Path(options.config) if options.config else None
    try:
        chosen = settings.load(path)
    except settings.BadSettings:
        chosen = settings.Settings()
    told, runs = condition.read(condition.default_path())
    return Place(
        chosen,
        path,
        device=(told or condition.Condition(0.0)) if runs else None,
        quick=options.quick,
        whole=options.part is not None,
    )


def replayed(options: argparse.Namespace) -> Answer:
    answer = Answer()
    path = Path(options.file)
    if not path.is_file():
        raise WrongUse(f"{path}: there is no such file; record one with chestnut run --record FILE")
    differences = []
    count = 0
    try:
        for step in replay(path, SKILLS):
            count += 1
            answer.shown.append(f"{step.event.at:10.3f}  {type(step.event).__name__}")
            for order in step.replayed:
                effect = order.get("effect") or {}
                what = " ".join(str(value) for value in effect.values()) if effect else "Cancel"
                answer.shown.append(f"            {order['job']:>4}  {what}")
            if step.differs:
                differences.append({"line": step.line, "recorded": step.recorded, "replayed": step.replayed})
                answer.shown.append(f"            DIFFERS from line {step.line}: {plain(step.recorded)}")
    except BadRecord as error:
        raise WrongUse(str(error)) from error
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not a recording: {error.reason}") from error
    except OSError as error:
        raise WrongUse(f"cannot read {path}: {error.strerror}") from error
    answer.facts = {"events": count, "differences": differences}
    answer.shown.append(f"{count} events, {len(differences)} differences")
    answer.status = FAULT if differences else 0
    return answer
