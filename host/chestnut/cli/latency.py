"""chestnut latency: what the running device measured of itself, as numbers by skill and stage."""

from __future__ import annotations

import argparse
from typing import Any

from chestnut.cli.answer import Answer
from chestnut.cli.common import language_of
from chestnut.locale import Phrases
from chestnut.locale.latency import words
from chestnut.runtime.latency.book import default_path, read, told
from chestnut.runtime.latency.stopwatch import STAGES


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "latency", parents=[spoken], help="how quick the device was: press to sound, word and end, by skill"
    )
    command.set_defaults(run=latency)


def latency(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options))
    rows = told(read(default_path()))
    answer.facts["latency"] = rows
    if rows:
        answer.shown = table(rows, answer.lang)
    else:
        answer.refused = "not_measured"
        answer.say(words(answer.lang)["none"])
    return answer


def table(rows: list[dict[str, Any]], language: str) -> list[str]:
    """Lines for a terminal."""
    text = words(language)
    names = Phrases.of(language).tables["skills"]
    lines = [[text["count"], *(text["stage"][stage] for stage in STAGES), text["skill"]]]
    for row in rows:
        stages = row["stages"]
        count = str(max(stage["count"] for stage in stages.values()))
        times = (between(stages.get(stage), text["most"]) for stage in STAGES)
        lines.append([count, *times, names.get(row["skill"], row["skill"])])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rights = (
        "  ".join(cell.rjust(width) for cell, width in zip(line[:-1], widths, strict=False)) for line in lines
    )
    return [
        text["note"],
        "",
        *(f"{right}  {line[-1]}" for right, line in zip(rights, lines, strict=True)),
    ]


def between(stage: dict[str, Any] | None, template: str) -> str:
    """p50 and p95, in whole milliseconds from ten on."""
    if stage is None:
        return "–"
    half, most = (f"{ms:.0f}" if ms >= 10 else f"{ms:.1f}" for ms in (stage["p50_ms"], stage["p95_ms"]))
    return template.format(half=half, most=most)
