"""What an answer rests on, as --json tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from chestnut.core.people import Recognised
from chestnut.core.scene import Box, Page, Scene
from chestnut.core.thought import Effort
from chestnut.runtime.choice import Choice


def scene_facts(scene: Scene) -> dict[str, Any]:
    return {
        "people": [{"score": round(person.score, 3), "box": _box(person.box)} for person in scene.people],
        "objects": [
            {"label": thing.label, "score": round(thing.score, 3), "box": _box(thing.box)}
            for thing in scene.things
        ],
        "belongings": [
            {
                "label": found.label,
                "owner": found.owner,
                "score": round(found.confidence, 3),
                "box": _box(found.box),
            }
            for found in scene.belongings
        ],
        "place": scene.place or None,
        "hands": [
            {"side": hand.handedness, "score": round(hand.score, 3), "box": _box(hand.box)}
            for hand in scene.hands
        ],
        "brightness": round(scene.judged.brightness, 3),
        "sharpness": round(scene.judged.sharpness, 3),
    }


def faces_facts(faces: Sequence[Recognised]) -> list[dict[str, Any]]:
    """likeness: to the most similar enrolled person, who is named only where it is sure."""
    return [
        {
            "box": _box(face.box),
            "known": face.known.value,
            "name": face.name or None,
            "likeness": round(face.score, 3),
            "unfit": face.unfit and face.unfit.value,
        }
        for face in faces
    ]


def page_facts(page: Page) -> dict[str, Any]:
    words = [
        {"text": word.text, "score": round(word.confidence, 3), "box": _box(word.box), "line": word.line}
        for word in page.words
    ]
    return {"words": words, "lines": list(page.lines), "dropped": page.dropped}


def model_facts(choice: Choice) -> dict[str, Any]:
    model = choice.model
    return {
        "name": model.name,
        "engine": model.engine,
        "sees": model.sees,
        "threads": choice.load.threads,
        "image_tokens": choice.load.image_tokens,
    }


def effort_facts(effort: Effort) -> dict[str, Any]:
    return {
        name: round(value, 1) if isinstance(value, float) else value for name, value in asdict(effort).items()
    }


def _box(box: Box) -> list[float]:
    return [round(side, 4) for side in (box.left, box.top, box.right, box.bottom)]
