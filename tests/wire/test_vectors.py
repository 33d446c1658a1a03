"""The pod's interpreter and ours make the same bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from chestnut.sim.pod import find_micropython


def test_both_interpreters_print_the_same(project_dir: Path) -> None:
    script = str(project_dir / "tests" / "wire" / "vectors.py")
    environment = {**os.environ, "MICROPYPATH": f"{project_dir / 'shared'}:.frozen"}
    cpython = subprocess.run([sys.executable, script], capture_output=True, timeout=60, check=True)
    micropython = subprocess.run(
        [find_micropython(), script], capture_output=True, timeout=60, check=True, env=environment
    )
    assert cpython.stdout == micropython.stdout
    assert len(cpython.stdout) > 1000
