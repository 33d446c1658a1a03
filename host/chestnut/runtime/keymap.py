"""Which skill a key's gesture begins: pins.toml's default, changed by the settings file. What a key means in one mode
alone stays as it is."""

from __future__ import annotations

from chestnut.core.conductor import Keymap
from chestnut.core.gestures import Kind
from chestnut.runtime.pins import Pins
from chestnut.runtime.settings import BadSettings, known
from chestnut.skills.table import SKILLS


def keymap(pins: Pins, moved: dict[str, dict[str, str]]) -> Keymap:
    """moved: the [keys] of the settings. BadSettings for a key or a skill that does not exist."""
    found: dict[tuple[str, Kind] | tuple[str, Kind, str], str] = {
        (button.name, kind): getattr(button, kind.value) for button in pins.buttons for kind in Kind
    }
    buttons = [button.name for button in pins.buttons]
    skills = ["stop", *SKILLS]
    for button, gestures in moved.items():
        known("keys", button, buttons)
        for kind, skill in gestures.items():
            known(f"keys.{button}.{kind}", skill, skills)
            found[button, Kind(kind)] = skill
    for only in pins.only:
        for kind in Kind:
            if skill := getattr(only, kind.value):
                found[only.button, kind, only.mode] = skill
    if found["stop", Kind.PRESS] != "stop" or any(only.button == "stop" and only.press for only in pins.only):
        raise BadSettings("keys.stop.press: the stop key always stops")
    return found
