"""What became of the pictures of a video or a folder, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from chestnut.cli.answer import Answer
from chestnut.cli.opened import say, utc
from chestnut.core.effects import Say
from chestnut.core.memory import LIKELY, Place, Sighting
from chestnut.core.ports import Memory

TOLD = 20  # things that are said; all of them stand in facts


@dataclass(slots=True)
class Run:
    """What became of the pictures. rows: by row of the memory, the looks that went into it."""

    pictures: int = 0
    looks: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, str]] = field(default_factory=list)
    rows: dict[int, list[Sighting]] = field(default_factory=dict)
    waiting: list[Sighting] = field(default_factory=list)

    def refuse(self, name: str, reason: str, message: str = "") -> None:
        self.skipped[reason] += 1
        message = message or f"{name} was not looked at: {reason}"
        self.refused.append({"file": name, "reason": reason, "message": message})

    def write(self, memory: Memory) -> None:
        """Done when it is on the card. MemoryFault when it cannot be; what was written before stays."""
        looks, self.waiting = self.waiting, []
        for row, look in zip(memory.remember(looks).result() if looks else (), looks, strict=True):
            self.rows.setdefault(row, []).append(look)


def tell(run: Run, answer: Answer) -> None:
    answer.facts |= {
        "pictures": run.pictures,
        "looks": run.looks,
        "skipped": dict(run.skipped),
        "refused": run.refused,
        "rows": [_row(row, looks) for row, looks in sorted(run.rows.items())],
    }
    answer.shown += [
        *(entry["message"] for entry in run.refused),
        f"{run.looks} of {run.pictures} pictures looked at, {len(run.rows)} rows of the memory written to",
    ]
    sentences = _sentences(run)
    for sentence in sentences[:TOLD]:
        say(answer, sentence)
    if len(sentences) > TOLD:
        say(answer, Say("watch_added_more", {"count": len(sentences) - TOLD}))
    if not sentences:
        say(answer, Say("watch_added_nothing"))
    if not run.looks and run.skipped:
        answer.refused = run.skipped.most_common(1)[0][0]


def _sentences(run: Run) -> list[Say]:
    """Each thing at each place once, in the order of the rows."""
    said: dict[str, Say] = {}
    for _, (look, *more) in sorted(run.rows.items()):
        thing = asdict(look.thing)
        if max(each.confidence for each in (look, *more)) < LIKELY:
            sentence = Say("watch_added_unsure", {"thing": thing})
        elif look.place == Place():
            sentence = Say("watch_added_nowhere", {"thing": thing})
        else:
            sentence = Say("watch_added", {"thing": thing, "place": asdict(look.place)})
        said.setdefault(repr(sentence), sentence)
    return list(said.values())


def _row(row: int, looks: Sequence[Sighting]) -> dict[str, Any]:
    first = looks[0]
    return {
        "row": row,
        "thing": asdict(first.thing),
        "place": asdict(first.place),
        "first_seen": utc(min(look.at for look in looks)),
        "last_seen": utc(max(look.at for look in looks)),
        "looks": len(looks),
        "confidence": round(max(look.confidence for look in looks), 3),
        "box": None if first.box is None else [round(side, 4) for side in asdict(first.box).values()],
    }
