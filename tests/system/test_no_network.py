"""No command of the device makes a socket that is not local; the tour is watched in test_device.py, likewise."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from chestnut_tests import no_network
from chestnut_tests.no_network import REACHED_OUT
from chestnut_tests.sealed import sealed

CHESTNUT = Path(sys.executable).parent / "chestnut"


def watched(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, no_network.__file__, *command], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_who_asks_for_a_socket_of_a_network_is_seen(family: str) -> None:
    """Also a process of a process: else the others here would prove nothing."""
    asks = f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)"
    assert watched(sys.executable, "-c", asks).returncode == REACHED_OUT
    assert watched("/bin/sh", "-c", f"{sys.executable} -c '{asks}'; true").returncode == REACHED_OUT


def test_a_local_socket_is_nobodys_business() -> None:
    result = watched(sys.executable, "-c", "import socket; socket.socketpair(); print('local')")
    assert (result.returncode, result.stdout) == (0, "local\n")


def test_a_process_that_has_closed_the_network_is_refused_quietly() -> None:
    asks = (
        "from chestnut.engine.offline import forbid_network; import socket; assert forbid_network()\n"
        "try: socket.socket()\n"
        "except OSError as error: print(error.errno)"
    )
    result = watched(sys.executable, "-c", asks)
    assert (result.returncode, result.stdout) == (0, "97\n"), result.stderr  # EAFNOSUPPORT


def test_a_device_inside_the_tests_has_none_either_and_the_tests_beside_it_have() -> None:
    def asks() -> str:
        with pytest.raises(OSError, match="Address family"):
            socket.socket()
        command = [sys.executable, "-c", "import socket; socket.socket()"]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    assert "Address family" in sealed(asks)
    socket.socket().close()


def test_eyes_and_reader_reach_out_no_more(tmp_path: Path) -> None:
    """MediaPipe and ONNX Runtime look for a network as soon as they are used."""
    from skimage import data, io

    picture = tmp_path / "astronaut.png"
    io.imsave(picture, data.astronaut())
    result = watched(CHESTNUT, "describe", str(picture))
    assert result.returncode == 0, result.stderr
    assert result.stdout


def test_checking_itself_reaches_out_to_nobody() -> None:
    result = watched(CHESTNUT, "check")
    assert result.returncode in (0, 1), result.stderr
    assert "memory" in result.stdout
