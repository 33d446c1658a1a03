"""The device as a service manager sees it: ready, alive, stopping, on a real socket."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

CHESTNUT = Path(sys.executable).parent / "chestnut"
PATIENCE_S = 60.0


def test_the_device_tells_that_it_is_ready_lives_and_stops(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[voice]\nspeaker = "none"\n', encoding="ascii")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(PATIENCE_S)
        told: list[dict[str, str]] = []

        def until(name: str, count: int = 1) -> None:
            while sum(name in state for state in told) < count:
                lines = heard.recv(4096).decode().split("\n")
                told.append(dict(line.split("=", 1) for line in lines))

        device = subprocess.Popen(
            [CHESTNUT, "run", "--sim", "--config", settings],
            env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "10000000"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            until("WATCHDOG", 2)
            device.send_signal(signal.SIGTERM)
            until("STOPPING")
            _, errors = device.communicate(timeout=PATIENCE_S)
        finally:
            device.kill()
            device.wait()
    assert device.returncode == 0, errors
    assert told[0]["READY"] == "1", "nothing is told before it is ready"
    assert sum("READY" in state for state in told) == 1
    assert "STOPPING" in told[-1]
    assert all(state["STATUS"].startswith(("ready", "stopping")) for state in told if "STATUS" in state)
