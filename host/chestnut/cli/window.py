"""chestnut window, and chestnut run --window: the maker's page."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import socket
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
from chestnut.runtime.workbench import Workbench
from chestnut.window.listening import CannotListen, listen
from chestnut.window.secret import BadSecret, Door, address, default_path, open_secret, renew, write_own

log = logging.getLogger(__name__)

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
    if not settings.window.port:
        answer.shown.append("its port is another with each start: chestnut run --window prints it")
    if options.new:
        answer.shown.append("a page that runs now takes the old tokens until it is started again")
    answer.facts |= {"enabled": settings.window.enabled, "file": str(path)}
    return answer


class PageAhead:
    """What the page needs of a network: made before the device is begun, which has none. browser: waits for what it
    shall show; None where there is no desktop."""

    def __init__(self, on: socket.socket, browser: subprocess.Popen[bytes] | None) -> None:
        self.on = on
        self._browser = browser

    @classmethod
    def open(cls, port: int, show: Callable[[str], None]) -> PageAhead | None:
        """None where the page cannot be served, and why is told."""
        try:
            on = listen(port)
        except CannotListen as error:
            _not_open(error, show)
            return None
        return cls(on, waiting_browser() if sys.stdin.isatty() and sys.stdout.isatty() else None)

    def show_in_browser(self, address: str) -> None:
        """In the desktop's browser, where there is one. The address goes there in a file of the owner's: everybody on
        the machine can read a command line."""
        if self._browser is None or self._browser.stdin is None:
            return
        leaf: Path = default_path().with_name("window.html")
        to = escape(address)
        text = f'<!doctype html><meta http-equiv="refresh" content="0;url={to}"><a href="{to}">Chestnut</a>\n'
        try:
            write_own(leaf, text)
            self._browser.stdin.write(f"{leaf}\n".encode())
            self._browser.stdin.flush()
        except OSError as error:
            log.info("no browser was opened: %s", error)

    def close(self) -> None:
        """May be called twice. The browser lives on."""
        self.on.close()
        if self._browser is not None and self._browser.stdin is not None:
            with contextlib.suppress(OSError):
                self._browser.stdin.close()
            self._browser.wait()


def waiting_browser(environment: Mapping[str, str] = os.environ) -> subprocess.Popen[bytes] | None:
    """A process that opens the file of which it is told by one line, and ends."""
    opener = shutil.which("xdg-open", path=environment.get("PATH"))
    if opener is None or not (environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")):
        return None
    wait = ["sh", "-c", 'read -r leaf && exec setsid --fork "$0" "$leaf"', opener]
    nothing = subprocess.DEVNULL
    try:
        return subprocess.Popen(
            wait, stdin=subprocess.PIPE, stdout=nothing, stderr=nothing, start_new_session=True
        )
    except OSError as error:
        log.info("no browser will be opened: %s", error)
        return None


@asynccontextmanager
async def opened_page(
    device: Runtime,
    keys: Keymap,
    ahead: PageAhead,
    show: Callable[[str], None],
    workbench: Workbench | None = None,
) -> AsyncIterator[None]:
    """Beside a running device. workbench: of a simulated one. Where it cannot be served the device lives on without
    it, and why is told."""
    from chestnut.window.window import Window

    try:
        page = Window(device, keys, load_pins(), open_secret(default_path()), ahead.on, workbench)
    except BadSecret as error:
        _not_open(error, show)
        yield
        return
    page.start()
    try:
        for door, what in ADDRESSES.items():
            show(f"{what}: {page.address(door)}")
        ahead.show_in_browser(page.address())
        yield
    finally:
        await asyncio.to_thread(page.close)


def _not_open(error: Exception, show: Callable[[str], None]) -> None:
    log.error("the page is not open: %s", error)
    show(f"the page is not open: {error}")
