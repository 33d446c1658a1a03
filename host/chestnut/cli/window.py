"""chestnut window, and chestnut run --window: the maker's page."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from html import escape
from pathlib import Path
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.core.conductor import Keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.window.listening import CannotListen
from chestnut.window.secret import BadSecret, Door, address, default_path, open_secret, renew, write_own

log = logging.getLogger(__name__)

OPEN_S = 5.0
ADDRESSES = {Door.ALL: "the page", Door.CARE: "for carers"}


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "window", parents=[spoken], help="the addresses of the maker's page, with their tokens"
    )
    command.add_argument(
        "--new", action="store_true", help="other tokens; those given out before open nothing"
    )
    command.set_defaults(run=window)


def window(options: argparse.Namespace) -> Answer:
    """The addresses as they are when the page is served by itself, on the settings' port."""
    settings = settings_of(options)
    path = default_path()
    try:
        if options.new:
            renew(path)
        secret = open_secret(path)
    except BadSecret as error:
        raise WrongUse(str(error)) from error
    answer = Answer(options.lang or settings.voice.language)
    for door, what in ADDRESSES.items():
        answer.facts[door] = address(secret, settings.window.port, door)
        answer.shown.append(f"{what}: {answer.facts[door]}")
    if not settings.window.enabled:
        answer.shown.append(
            "it is off: chestnut run --window, or enabled = true under [window] in the settings"
        )
    if options.new:
        answer.shown.append("a page that runs now takes the old tokens until it is started again")
    answer.facts |= {"enabled": settings.window.enabled, "file": str(path)}
    return answer


@asynccontextmanager
async def opened_page(
    device: Runtime, keys: Keymap, port: int, show: Callable[[str], None]
) -> AsyncIterator[None]:
    """Beside a running device. Where it cannot be served the device lives on without it, and why is told."""
    from chestnut.window.window import Window

    try:
        page = Window.open(device, keys, load_pins(), port, default_path())
    except (BadSecret, CannotListen) as error:
        log.error("the page is not open: %s", error)
        show(f"the page is not open: {error}")
        yield
        return
    try:
        for door, what in ADDRESSES.items():
            show(f"{what}: {page.address(door)}")
        if sys.stdin.isatty() and sys.stdout.isatty():
            browse(page.address())
        yield
    finally:
        await asyncio.to_thread(page.close)


def browse(address: str, environment: Mapping[str, str] = os.environ) -> bool:
    """In the desktop's browser, where there is one. The address goes there in a file of the owner's: everybody on the
    machine can read a command line."""
    opener = shutil.which("xdg-open", path=environment.get("PATH"))
    if opener is None or not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return False
    leaf: Path = default_path(environment).with_name("window.html")
    to = escape(address)
    text = f'<!doctype html><meta http-equiv="refresh" content="0;url={to}"><a href="{to}">Chestnut</a>\n'
    nothing = subprocess.DEVNULL
    try:
        write_own(leaf, text)
        apart = ["setsid", "--fork", opener, str(leaf)]
        subprocess.run(apart, stdin=nothing, stdout=nothing, stderr=nothing, check=True, timeout=OPEN_S)
    except (OSError, subprocess.SubprocessError) as error:
        log.info("no browser was opened: %s", error)
        return False
    return True
