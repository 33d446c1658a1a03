"""Which skill a key's gesture begins: the default of pins.toml, and of pads.toml for the pad's keys, changed by the
settings file. What a key means in one mode alone is changed for that mode alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chestnut.core.conductor import BUILT_IN, Keymap
from chestnut.core.gestures import Kind
from chestnut.core.session import MODES
from chestnut.runtime.pins import Pins
from chestnut.runtime.settings import BadSettings, known
from chestnut.skills.table import SKILLS


def keymap(
    pins: Pins,
    moved: dict[str, dict[str, str]],
    pad: Mapping[str, Mapping[Kind, str]] | None = None,
    skills: Iterable[str] = tuple(SKILLS),
) -> Keymap:
    """moved: the [keys] of the settings; "companion.read" is a key in one mode. pad: the pad's keys, None where there
    is none. skills: by name. BadSettings for a key, mode or skill that does not exist."""
    found: dict[tuple[str, Kind] | tuple[str, Kind, str], str] = {
        (button.name, kind): getattr(button, kind.value) for button in pins.buttons for kind in Kind
    }
    services = [line for line in pins.header if line.kind == "button"]
    for line in services:
        found |= {(line.name, Kind.PRESS): line.press, (line.name, Kind.HOLD): line.hold}
    for name, meanings in (pad or {}).items():
        found |= {(name, kind): skill for kind, skill in meanings.items()}
    buttons = [*(button.name for button in pins.buttons), *(line.name for line in services), *(pad or {})]
    named = [*BUILT_IN, *skills]
    for only in pins.only:
        for kind in Kind:
            if skill := getattr(only, kind.value):
                found[only.button, kind, only.mode] = skill
    for place, gestures in moved.items():
        mode, _, button = place.rpartition(".")
        known("keys", button, buttons)
        if mode:
            known("keys", mode, list(MODES))
        for gesture, skill in gestures.items():
            known(f"keys.{place}.{gesture}", skill, named)
            found[(button, Kind(gesture), mode) if mode else (button, Kind(gesture))] = skill
    stops = [skill for place, skill in found.items() if place[:2] == ("stop", Kind.PRESS)]
    if any(skill != "stop" for skill in stops):
        raise BadSettings("keys.stop.press: the stop key always stops")
    return found
