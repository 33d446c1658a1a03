#!/opt/chestnut/current/venv/bin/python
"""MicroPython's unix port as a program, in the guest: the wheel that brings it was unpacked, not installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "packages"))

from micropython_unix import main

sys.exit(main())
