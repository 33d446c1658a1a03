"""A process without a network, in a process of its own: it cannot be given back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from chestnut_tests.tiny_models.litert import write_litert

FORBIDS = """
import socket, subprocess, sys, threading
from chestnut.engine.offline import forbid_network
kept = socket.socket(socket.AF_INET)
assert forbid_network() and forbid_network()
def refused(family):
    try:
        socket.socket(family).close()
    except OSError as error:
        return error.strerror
    return "opened"
told = [refused(family) for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_UNIX)]
print(*told, sep="; ")
thread = threading.Thread(target=lambda: print(refused(socket.AF_INET)))
thread.start()
thread.join()
child = "import socket; socket.socket(socket.AF_INET)"
print(subprocess.run([sys.executable, "-c", child], capture_output=True).returncode)
kept.close()
pair = socket.socketpair()
"""
THINKS = """
import sys
from chestnut.engine.offline import forbid_network
assert forbid_network()
from chestnut.engine.litert import LitertBackend
from chestnut.engine.messages import Load, Think
backend = LitertBackend(Load("litert", sys.argv[1]))
print("".join(backend.think(Think(1, "", ("What?",)), None, lambda stage: None)))
backend.close()
"""
NONE = "Address family not supported by protocol"


def run(script: str, *arguments: str) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=120
    )
    return done.stdout, done.stderr


def test_only_local_sockets_can_be_opened_any_more() -> None:
    assert run(FORBIDS) == (f"{NONE}; {NONE}; {NONE}; opened\n{NONE}\n1\n", "")


def test_a_language_model_needs_no_network(tmp_path: Path) -> None:
    model = write_litert(tmp_path / "tiny.litertlm")
    assert run(THINKS, str(model)) == ("The picture is nothing.\n", "")
