"""Tells by the system's own voice that the device has failed and starts again.

A program by itself, started by chestnut-trouble.service after each failure. It must speak when the device cannot even
be imported: system Python, standard library, the command espeak-ng, and the phrases of locale/ are all it needs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("en", "ru")
FORGET_S = 600.0  # failures longer ago do not count
TOLD = (1, 3)  # which failure in a row is told, and then each tenth
RATE_WPM = 160
SPEAKING_S = 45.0


def main(environment: Mapping[str, str] = os.environ, command: str = "espeak-ng") -> int:
    """0 when it was told or need not be told again so soon."""
    count = failures(Path(environment.get("RUNTIME_DIRECTORY", "/run/chestnut-trouble")) / "failures")
    if count not in TOLD and count % 10:
        return 0
    language = language_of(environment)
    key = reason(environment.get("MONITOR_SERVICE_RESULT", ""), count)
    return speak(phrase(key, language), language, command)


def failures(path: Path) -> int:
    """How many in a row this is; the file keeps when the others were (monotonic seconds, one a line)."""
    now_s = time.monotonic()
    try:
        earlier = [float(line) for line in path.read_text(encoding="ascii").split()]
    except (OSError, ValueError):
        earlier = []
    row = [at_s for at_s in earlier if 0 <= now_s - at_s <= FORGET_S][-1000:]
    try:
        path.write_text("".join(f"{at_s}\n" for at_s in (*row, now_s)), encoding="ascii")
    except OSError as error:
        print(f"failures cannot be counted: {error.strerror}", file=sys.stderr)
    return len(row) + 1


def reason(result: str, count: int) -> str:
    """The phrase key. result: systemd's word for how the service ended."""
    if count >= TOLD[1]:
        return "service_keeps_failing"
    if result == "watchdog":
        return "service_hung"
    if result in ("oom-kill", "resources"):
        return "service_no_memory"
    return "service_failed"


def language_of(environment: Mapping[str, str]) -> str:
    """The language the wearer chose by key, else the settings', else English."""
    home = environment.get("HOME", "/nonexistent")
    state = Path(environment.get("XDG_STATE_HOME") or Path(home) / ".local" / "state")
    config = Path(environment.get("XDG_CONFIG_HOME") or Path(home) / ".config")
    try:
        language = json.loads((state / "chestnut" / "session.json").read_text(encoding="utf-8"))["language"]
        if language in LANGUAGES:
            return str(language)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        settings = tomllib.loads((config / "chestnut" / "settings.toml").read_text(encoding="utf-8"))
        language = settings["voice"]["language"]
    except (OSError, ValueError, KeyError, TypeError):
        return LANGUAGES[0]
    return str(language) if language in LANGUAGES else LANGUAGES[0]


def phrase(key: str, language: str) -> str:
    tables = tomllib.loads((LOCALE / f"{language}.toml").read_text(encoding="utf-8"))
    return str(tables["phrases"][key])


def speak(text: str, language: str, command: str) -> int:
    try:
        return subprocess.run(
            [command, "-v", language, "-s", str(RATE_WPM), text], timeout=SPEAKING_S, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"the failure could not be told: {type(error).__name__}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
