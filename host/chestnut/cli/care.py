"""chestnut check, models, replay: is everything there, and does it still do what it did?"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chestnut.cli import models
from chestnut.cli.answer import FAULT, Answer, WrongUse
from chestnut.cli.selftest import self_test
from chestnut.runtime.codec import BadRecord, plain
from chestnut.runtime.recording import replay
from chestnut.skills.table import SKILLS


def add_commands(commands: Any, common: argparse.ArgumentParser, configured: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "check", parents=[configured], help="self-test of every part, each with its remedy"
    )
    command.set_defaults(run=check)
    models.add_command(commands, common)
    command = commands.add_parser("replay", parents=[common], help="effects of a recording; what differs now")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(run=replayed)


def check(options: argparse.Namespace) -> Answer:
    answer = Answer()
    results = self_test(Path(options.config) if options.config else None)
    for result in results:
        mark = {"ok": "✓", "missing": "✗", "absent": "–"}[result.state]
        answer.shown.append(
            f"{mark} {result.part:<14} {result.found}" + (f" → {result.remedy}" if result.remedy else "")
        )
    answer.facts["parts"] = [asdict(result) for result in results]
    if any(result.state == "missing" for result in results):
        answer.status = FAULT
    return answer


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
