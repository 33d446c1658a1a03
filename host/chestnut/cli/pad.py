"""chestnut pad: which pads there are, and what their keys tell."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.core.events import ButtonChanged, Edge, Event, PadMeasured, Part, PartFound, PartLost
from chestnut.core.gestures import Kind
from chestnut.core.pad import PREFIX
from chestnut.core.ports import Post
from chestnut.devices.pad_pairing import BluezPairing, PairingFailed
from chestnut.devices.pads_here import PadHere, pads_here
from chestnut.locale import Phrases
from chestnut.runtime.assemble.pad import open_pad
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keymap import keymap
from chestnut.runtime.pads import PadsError, load_pads
from chestnut.runtime.pins import PinsError, load_pins
from chestnut.runtime.settings import BadSettings

TEST_S = 20.0


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    pad = commands.add_parser(
        "pad", help="the gamepad beside the pod: which there are, and a test of its keys"
    )
    ways = pad.add_subparsers(title="ways", metavar="WAY", required=True, parser_class=type(pad))
    command = ways.add_parser(
        "list", parents=[spoken], help="those the system has, and those that are paired"
    )
    command.set_defaults(run=listed)
    command = ways.add_parser(
        "test", parents=[spoken], help="tell each key that is pressed, and what it means"
    )
    command.add_argument("--seconds", type=_seconds, default=TEST_S, help=f"how long (default: {TEST_S:.0f})")
    command.set_defaults(run=test)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("a number from 0.1 to 3600")
    return seconds


def listed(options: argparse.Namespace) -> Answer:
    answer = Answer(options.lang or settings_of(options).voice.language)
    try:
        here = pads_here(load_pads().models)
    except PadsError as error:
        raise WrongUse(str(error)) from error
    answer.facts["pads"] = [_facts(pad) for pad in here]
    answer.shown = [_line(pad) for pad in here] or ["no pad is switched on here, or none may be seen"]
    try:
        paired = asyncio.run(BluezPairing(HostClock()).paired())
    except PairingFailed as error:
        answer.facts["paired"] = None
        answer.shown.append(f"Bluetooth does not answer: {error}")
    else:
        answer.facts["paired"] = [{"address": pad.address, "name": pad.name} for pad in paired]
        answer.shown += [f"paired: {pad.name}, {pad.address}" for pad in paired] or ["no pad is paired"]
    if not here:
        answer.refused = "no_pad"
    return answer


def _facts(pad: PadHere) -> dict[str, Any]:
    return {
        "path": str(pad.path),
        "name": pad.name,
        "id": f"{pad.vendor:04x}:{pad.product:04x}",
        "address": pad.address,
        "model": pad.model,
        "mode": pad.mode,
        "readable": pad.readable,
        "battery": pad.battery,
    }


def _line(pad: PadHere) -> str:
    known = f"{pad.model}, mode {pad.mode}" if pad.model else "in no table: read as a gamepad"
    battery = "" if pad.battery is None else f", battery {pad.battery} %"
    closed = "" if pad.readable else "; it may not be read: sudo usermod -aG input USER, then log in anew"
    return f"{pad.path} {pad.vendor:04x}:{pad.product:04x} {pad.name} ({known}){battery}{closed}"


def test(options: argparse.Namespace) -> Answer:
    """The pad is taken as the device takes it, so a running device must not have it."""
    settings = settings_of(options)
    answer = Answer(options.lang or settings.voice.language)
    if settings.pad.link == "none":
        settings = replace(settings, pad=replace(settings.pad, link="evdev"))
    try:
        meanings = keymap(load_pins(), settings.keys, load_pads().keys)
    except (BadSettings, PadsError, PinsError) as error:
        raise WrongUse(str(error)) from error
    tables = Phrases.of(answer.lang).tables
    show: Callable[[str], None] = (
        (lambda line: None) if options.json else (lambda line: print(line, flush=True))
    )
    answer.facts |= {"keys": [], "found": False, "lost": [], "battery": None}

    def hear(event: Event) -> None:
        facts = answer.facts
        match event:
            case PartFound(part=Part.PAD):
                facts["found"] = True
                show("a pad is there: press its keys")
            case PartLost(part=Part.PAD, reason=reason):
                facts["lost"].append(reason)
                show(Phrases.of(answer.lang).render(reason, {}))
            case PadMeasured(percent=percent):
                facts["battery"] = percent
            case ButtonChanged(button=button, edge=edge):
                facts["keys"].append({"key": button, "edge": str(edge), "at": round(event.at, 4)})
                if edge is not Edge.UP:
                    kind = Kind.HOLD if edge is Edge.HELD else Kind.PRESS
                    skill = meanings.get((button, kind), "")
                    means = tables["skills"].get(skill, "")
                    show(f"{button.removeprefix(PREFIX)}, {tables['gestures'][str(kind)]}: {means}")

    asyncio.run(_test(lambda post: open_pad(settings.pad, post, HostClock()), hear, options.seconds))
    if not answer.facts["found"]:
        answer.refused = "no_pad"
        show("no pad: switch it on, or see chestnut pad list")
    return answer


wait = asyncio.sleep  # the tests press keys meanwhile


async def _test(opening: Callable[[Post], Any], hear: Callable[[Event], None], seconds: float) -> None:
    pad = opening(hear)
    await pad.start()
    try:
        await wait(seconds)
    finally:
        await pad.close()
