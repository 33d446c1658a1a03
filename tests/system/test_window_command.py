"""chestnut window, and the page beside chestnut run: addresses, and what is told where it cannot be served."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import stat
from contextlib import closing
from pathlib import Path

import pytest
from chestnut.cli.main import main
from chestnut.cli.window import PageAhead, opened_page, waiting_browser
from chestnut.core.session import Session
from chestnut.memory.unkept import UnkeptReminders
from chestnut.runtime.loop import Runtime
from chestnut.runtime.settings import BadSettings, Settings, parse
from chestnut.window.listening import listen
from chestnut.window.secret import Door, default_path, open_secret
from chestnut_tests.drive import default_keymap
from chestnut_tests.reminder_desk import HandClock, Reminded


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    assert main(["window", *arguments, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert isinstance(facts, dict)
    return facts


def test_the_addresses_are_told_and_stay_until_others_are_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    first = told(capsys)
    assert first["all"].startswith("http://127.0.0.1:8765/?token=")
    assert first["care"].startswith("http://127.0.0.1:8765/care?token=")
    assert told(capsys) == first
    assert told(capsys, "--new")["all"] != first["all"]
    assert main(["window"]) == 0
    printed = capsys.readouterr().out
    assert "the page: http://" in printed and "it is off: chestnut run --window" in printed


def test_a_damaged_secret_is_told_with_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    path = default_path()
    path.parent.mkdir(parents=True)
    path.write_text("damaged", encoding="ascii")
    path.chmod(0o600)
    assert main(["window"]) == 2
    assert "delete it" in capsys.readouterr().err


def test_settings() -> None:
    assert not Settings().window.enabled
    assert parse("[window]\nenabled = true\nport = 9000").window.port == 9000
    assert parse("[window]\nport = 0").window.port == 0
    for port in ("80", "70000", "-1"):
        with pytest.raises(BadSettings, match=r"window\.port"):
            parse(f"[window]\nport = {port}")


def beside(port: int) -> list[str]:
    """What is shown of the page beside a device of stand-ins, which lives on in any case."""
    shown: list[str] = []

    async def scenario(ahead: PageAhead) -> None:
        reminded = Reminded(UnkeptReminders(), HandClock())
        async with Runtime(reminded._assemble, default_keymap(), Session()) as device:
            async with opened_page(device, default_keymap(), ahead, shown.append):
                await reminded.settle()
                if len(shown) > 1:
                    served = await asyncio.to_thread(_answer, shown[0].partition(": ")[2])
                    assert served.startswith(b"HTTP/1.1 200")
            assert device.taps == []

    if (ahead := PageAhead.open(port, shown.append)) is not None:
        with closing(ahead):
            asyncio.run(scenario(ahead))
    return shown


def _answer(address: str) -> bytes:
    host, _, path = address.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    with closing(socket.create_connection((name, int(port)))) as line:
        line.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return line.recv(4096)


def test_beside_a_device_the_address_is_shown_and_answers() -> None:
    shown = beside(0)
    assert [line.partition(": ")[0] for line in shown] == ["the page", "for carers"]
    token = open_secret(default_path()).token(Door.ALL)
    assert shown[0].endswith(f"/?token={token}")


def test_without_a_page_the_device_lives_on_and_why_is_told() -> None:
    with closing(listen(0, {})) as other:
        (line,) = beside(other.getsockname()[1])
    assert line.startswith("the page is not open: port") and "[window]" in line
    open_secret(default_path())
    default_path().chmod(0o644)
    (line,) = beside(0)
    assert "chmod 600" in line


def test_the_browser_is_given_the_address_in_a_file_of_the_owners(tmp_path: Path) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text("#!/bin/sh\n", encoding="ascii")
    opener.chmod(0o755)
    environment = {"PATH": f"{opener.parent}:{os.environ['PATH']}"}
    assert waiting_browser(environment) is None
    default_path().parent.mkdir(parents=True)
    with closing(PageAhead(listen(0, {}), waiting_browser({**environment, "DISPLAY": ":0"}))) as ahead:
        ahead.show_in_browser("http://127.0.0.1:1/?token=0&x")
    leaf = default_path().with_name("window.html")
    assert stat.S_IMODE(leaf.stat().st_mode) == 0o600
    assert "http://127.0.0.1:1/?token=0&amp;x" in leaf.read_text(encoding="ascii")
