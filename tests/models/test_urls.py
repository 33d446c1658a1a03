"""Fetching from an address: a real local server that breaks off, knows no ranges, or is not there."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from chestnut_models import download
from chestnut_models.cache import SPARE_BYTES, fetch_files
from chestnut_models.catalogue import Catalogue, Url
from chestnut_models.errors import Denied, FetchFailed, NoNetwork, NoRoom, WrongHash
from chestnut_models.progress import Progress

from .conftest import WEIGHTS, Server, left_in, model_file


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "PAUSE_S", 0.0)


@pytest.fixture
def catalogue(server: Server) -> Catalogue:
    server.files["/net.bin"] = WEIGHTS
    return {"net.bin": model_file("net.bin", WEIGHTS, Url(f"{server.address}/net.bin"))}


def start_of_it(cache: Path, catalogue: Catalogue, data: bytes) -> None:
    (cache / ".partial").mkdir(parents=True)
    (cache / ".partial" / catalogue["net.bin"].sha256).write_bytes(data)


def test_a_file_comes_whole(cache: Path, catalogue: Catalogue, quiet: Progress) -> None:
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS
    assert left_in(cache) == {"net.bin", ".partial"}


def test_a_broken_connection_goes_on_where_it_stopped(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.cut = [3000, 2000]
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS
    assert [wanted for _, wanted in server.asked] == [None, "bytes=3000-", "bytes=5000-"]


def test_a_later_run_goes_on_where_an_earlier_one_stopped(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    start_of_it(cache, catalogue, WEIGHTS[:4000])
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS
    assert server.asked == [("/net.bin", "bytes=4000-")]


def test_a_server_without_ranges_starts_anew(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.ranges = False
    start_of_it(cache, catalogue, WEIGHTS[:4000])
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS


def test_a_wrong_beginning_is_thrown_away(cache: Path, catalogue: Catalogue, quiet: Progress) -> None:
    start_of_it(cache, catalogue, b"x" * 4000)
    with pytest.raises(WrongHash):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == {".partial"}
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS


def test_a_file_that_has_grown_is_refused(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.files["/net.bin"] = WEIGHTS + b"more"
    with pytest.raises(WrongHash):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == {".partial"}


def test_a_file_that_has_shrunk_ends(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.files["/net.bin"] = WEIGHTS[:-10]
    with pytest.raises(FetchFailed, match="run make models again"):
        fetch_files(catalogue, None, cache, quiet)
    assert "net.bin" not in left_in(cache)


def test_what_the_server_does_not_have_is_named(cache: Path, server: Server, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, Url(f"{server.address}/gone.bin"))}
    with pytest.raises(FetchFailed, match=r"gone\.bin: the server answers 404"):
        fetch_files(catalogue, None, cache, quiet)
    assert "net.bin" not in left_in(cache)


def test_without_network_the_remedy_is_named(cache: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, Url("http://127.0.0.1:9/net.bin"))}
    with pytest.raises(NoNetwork, match="connect to the network and run make models again"):
        fetch_files(catalogue, None, cache, quiet)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_a_redirect_is_followed_also_in_the_middle(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.files["/store/net"] = server.files.pop("/net.bin")
    server.moved["/net.bin"] = "/store/net"
    server.cut = [3000]
    fetch_files(catalogue, None, cache, quiet)
    assert (cache / "net.bin").read_bytes() == WEIGHTS
    assert ("/store/net", "bytes=3000-") in server.asked


def test_a_host_that_states_another_file_is_refused_before_a_byte_is_fetched(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    """As Hugging Face does it: the statement stands beside the redirect, which is not followed."""
    server.moved["/net.bin"] = "/store/net"
    server.stated["/net.bin"] = (len(WEIGHTS), sha256(b"new weights"))
    start_of_it(cache, catalogue, WEIGHTS[:4000])
    with pytest.raises(WrongHash, match=r"another file than the catalogue names .*: nothing was fetched"):
        fetch_files(catalogue, None, cache, quiet)
    assert server.asked == []
    assert (cache / ".partial" / catalogue["net.bin"].sha256).read_bytes() == WEIGHTS[:4000]


@pytest.mark.parametrize("length", [len(WEIGHTS), 5])
def test_what_the_host_states_does_not_replace_the_check(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress, length: int
) -> None:
    server.stated["/net.bin"] = (length, catalogue["net.bin"].sha256)
    server.files["/net.bin"] = bytes(reversed(WEIGHTS))
    with pytest.raises(WrongHash):
        fetch_files(catalogue, None, cache, quiet)
    assert "net.bin" not in left_in(cache)


def test_the_statement_is_read_through_a_repository_that_was_renamed(server: Server) -> None:
    server.moved = {"/old/net.bin": "/new/net.bin", "/new/net.bin": "http://elsewhere.invalid/net"}
    server.stated["/new/net.bin"] = (len(WEIGHTS), sha256(WEIGHTS))
    assert download.stated(f"{server.address}/old/net.bin") == download.Stated(len(WEIGHTS), sha256(WEIGHTS))


def test_a_host_that_states_nothing_is_no_hindrance(server: Server) -> None:
    server.files["/net.bin"] = WEIGHTS
    server.moved = {"/round": "/round", "/away": "http://elsewhere.invalid/net"}
    server.stated["/odd"] = (5, "no checksum")
    for path in ("/net.bin", "/gone", "/round", "/away", "/odd"):
        assert download.stated(f"{server.address}{path}") is None
    assert download.stated("http://127.0.0.1:9/net.bin") is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_file_can_be_put_there_by_hand(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress, status: int
) -> None:
    server.refused["/net.bin"] = status
    with pytest.raises(
        Denied, match=rf"answers {status} .*put it at {cache}/net\.bin and run chestnut models verify"
    ):
        fetch_files(catalogue, None, cache, quiet)
    (cache / "net.bin").write_bytes(WEIGHTS)
    assert fetch_files(catalogue, None, cache, quiet) == ()


def test_a_file_that_is_refused_only_when_it_is_fetched_is_denied_too(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.moved["/net.bin"] = "/store/net"
    server.refused["/store/net"] = 403
    with pytest.raises(Denied, match="put it at"):
        fetch_files(catalogue, None, cache, quiet)


def test_a_host_that_is_busy_is_asked_again(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    server.refused["/net.bin"] = 429
    with pytest.raises(NoNetwork, match="answers 429"):
        fetch_files(catalogue, None, cache, quiet)
    assert len(server.asked) == download.ATTEMPTS


def test_room_is_asked_for_before_the_download_and_only_for_the_rest(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_of_it(cache, catalogue, WEIGHTS[:4000])
    free = SPARE_BYTES + len(WEIGHTS) - 4000
    usage = shutil.disk_usage(cache)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free - 1))
    with pytest.raises(NoRoom, match="are needed: free some space"):
        fetch_files(catalogue, None, cache, quiet)
    assert server.asked == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=free))
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin",)


def test_an_optional_file_comes_only_by_name_and_has_its_own_remedy(cache: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, Url("http://127.0.0.1:9/net.bin"), optional=True)}
    assert fetch_files(catalogue, None, cache, quiet) == ()
    with pytest.raises(NoNetwork, match="run make gemma again"):
        fetch_files(catalogue, ["net.bin"], cache, quiet, "make gemma")


FETCH = """
import sys
from pathlib import Path
from chestnut_models import cache
from chestnut_models.catalogue import ModelFile, Url
from chestnut_models.progress import Progress
url, folder, size, digest = sys.argv[1:]
file = ModelFile("net.bin", "a test", "MIT", "here", int(size), digest, (Url(url),))
print(cache.fetch_files({"net.bin": file}, None, Path(folder), Progress()))
"""


def arguments(catalogue: Catalogue, server: Server, folder: Path) -> list[str]:
    file = catalogue["net.bin"]
    return [f"{server.address}/net.bin", str(folder), str(file.bytes), file.sha256]


def test_two_processes_fetch_once(cache: Path, catalogue: Catalogue, server: Server) -> None:
    command = [sys.executable, "-c", FETCH, *arguments(catalogue, server, cache)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = sorted(process.communicate(timeout=60)[0] for process in both)
    assert answers == ["('net.bin',)\n", "()\n"] or answers == ["()\n", "('net.bin',)\n"]
    assert len(server.asked) == 1


def test_a_disk_that_fills_up_leaves_no_half_file(
    cache: Path, catalogue: Catalogue, server: Server, quiet: Progress
) -> None:
    """The room was there when it was asked for; /dev/full then refuses every byte, as a full disk does."""
    partial = cache / ".partial" / catalogue["net.bin"].sha256
    partial.parent.mkdir(parents=True)
    partial.symlink_to("/dev/full")
    with pytest.raises(NoRoom, match="free some space and run make models again"):
        fetch_files(catalogue, None, cache, quiet)
    assert not (cache / "net.bin").exists()
    assert not list(cache.glob(".staging-*"))
