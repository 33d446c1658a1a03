"""What the page needs of a network is there before the network is closed."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from chestnut.cli.window import PageAhead, waiting_browser

PATIENCE_S = 20.0


def test_the_page_has_its_socket_and_without_a_terminal_no_browser() -> None:
    said: list[str] = []
    ahead = PageAhead.open(0, said.append)
    assert ahead is not None
    with socket.create_connection(("127.0.0.1", ahead.on.getsockname()[1]), PATIENCE_S):
        pass
    ahead.show_in_browser("http://127.0.0.1:1/?token=x")
    ahead.close()
    ahead.close()
    assert said == []


def test_a_port_in_use_is_told_and_the_device_lives_on() -> None:
    said: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert PageAhead.open(other.getsockname()[1], said.append) is None
    assert len(said) == 1
    assert said[0].startswith("the page is not open: ")


def test_the_browser_gets_the_address_in_a_file_of_the_owners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command line could be read by everybody."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data" / "chestnut").mkdir(parents=True)  # where the tokens are already
    os.mkfifo(tmp_path / "shown")
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\n{{ echo "$1"; cat "$1"; }} >"{tmp_path}/shown"\n', encoding="ascii")
    opener.chmod(0o755)
    browser = waiting_browser({"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":0"})
    assert browser is not None
    ahead = PageAhead(socket.create_server(("127.0.0.1", 0)), browser)
    ahead.show_in_browser("http://127.0.0.1:8765/?token=secret")
    shown = subprocess.run(
        ["cat", tmp_path / "shown"], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    leaf, *page = shown.stdout.split("\n")
    ahead.close()
    assert "http://127.0.0.1:8765/?token=secret" in "".join(page)
    assert stat.S_IMODE(Path(leaf).stat().st_mode) == 0o600
    assert browser.returncode == 0


def test_a_browser_that_is_not_wanted_any_more_never_opens(tmp_path: Path) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\ntouch "{tmp_path}/opened"\n', encoding="ascii")
    opener.chmod(0o755)
    browser = waiting_browser({"PATH": f"{tmp_path}:/usr/bin:/bin", "WAYLAND_DISPLAY": "wayland-0"})
    assert isinstance(browser, subprocess.Popen)
    PageAhead(socket.create_server(("127.0.0.1", 0)), browser).close()
    assert browser.returncode is not None
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0", "PATH": "/nowhere"}, {"PATH": "/usr/bin:/bin"}])
def test_without_a_desktop_there_is_no_browser(environment: dict[str, str]) -> None:
    assert waiting_browser(environment) is None
