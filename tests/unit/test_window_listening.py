"""Where the page is served: a socket of our own, or systemd's."""

from __future__ import annotations

import os
import socket
from contextlib import closing

import pytest
from chestnut.window.listening import CannotListen, given, handed, listen


def environment(count: str = "1", owner: int | None = None) -> dict[str, str]:
    return {
        "LISTEN_PID": str(os.getpid() if owner is None else owner),
        "LISTEN_FDS": count,
        "LISTEN_FDNAMES": "a",
    }


def test_it_is_on_the_loopback_address_alone() -> None:
    with closing(listen(0, {})) as own:
        assert own.getsockname()[0] == "127.0.0.1" and own.getsockname()[1]
        assert not os.get_inheritable(own.fileno())


def test_a_port_in_use_is_told_with_the_remedy() -> None:
    with closing(listen(0, {})) as own, pytest.raises(CannotListen, match="another port under"):
        listen(own.getsockname()[1], {})


def test_systemds_socket_is_taken_once_and_not_handed_on() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as theirs:
        number = os.dup(theirs.fileno())
        os.set_inheritable(number, True)
        given_to_us = environment()
        assert handed(given_to_us)
        found = given(given_to_us, number)
        assert found is not None
        with closing(found):
            assert found.getsockname() == theirs.getsockname()
            assert not os.get_inheritable(number) and given_to_us == {}
            assert given(given_to_us, number) is None


@pytest.mark.parametrize("count", ["0", "", "x", "-1", "²"])
def test_nothing_is_taken_that_is_not_for_us(count: str) -> None:
    assert given(environment(count)) is None
    assert given(environment(owner=1)) is None and not handed(environment(owner=1))
    assert given({}) is None


def test_a_socket_of_the_network_is_refused() -> None:
    with closing(socket.socket()) as theirs:
        theirs.bind(("0.0.0.0", 0))
        with pytest.raises(CannotListen, match="not on the loopback"):
            given(environment(), os.dup(theirs.fileno()))


def test_what_is_no_socket_is_refused() -> None:
    reader, writer = os.pipe()
    try:
        with pytest.raises(CannotListen, match="no socket"):
            given(environment(), reader)
    finally:
        os.close(reader)
        os.close(writer)
