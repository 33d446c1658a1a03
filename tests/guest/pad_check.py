"""Runs the Low Energy pad's check with the device's Python, as root in the guest, and tells its verdict."""

from __future__ import annotations

import subprocess
import sys

from running import HERE, PYTHON, environment, run

LIMIT_S = 400.0
NO_ADAPTER = 3
TRIES = 3


def main() -> int:
    try:
        for _ in range(TRIES):
            command = [PYTHON, "-u", HERE / "ble_pad.py"]
            done = subprocess.run(command, env=environment(), timeout=LIMIT_S, check=False)
            if done.returncode != NO_ADAPTER:
                break
            print("the kernel gave the adapter up; once more", flush=True)
        if done.returncode == 0:
            print("ble pad ok", flush=True)
            return 0
    except subprocess.TimeoutExpired:
        print(f"not within {LIMIT_S:.0f} s", flush=True)
    print(run("journalctl", "-b", "-u", "bluetooth.service", "-o", "cat", "-n", "30"))
    print(run("sh", "-c", "dmesg | grep -i bluetooth | tail -n 20"))
    print("ble pad FAILED", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
