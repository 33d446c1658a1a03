"""chestnut update with the real ssh-keygen: what is taken, what is refused, and that a cut at any moment leaves one
whole version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from chestnut.memory.schema import MIGRATIONS
from chestnut.update import bundle
from chestnut.update.install import Running, install
from chestnut.update.refusal import Refused
from chestnut.update.versions import WHOLE, Trial, Versions
from chestnut_tests.updates import FILES, RUNNING, Maker, contents, machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools import make_update

SYSTEM = make_update.PROJECT / "host" / "system"


@pytest.fixture(scope="module")
def maker(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    return Maker(tmp_path_factory.mktemp("maker"))


def put(maker: Maker, versions: Versions, file: Path, *, downgrade: bool = False) -> None:
    install(file, maker.signers, versions, RUNNING, downgrade=downgrade)


def refusal(maker: Maker, versions: Versions, file: Path, *, downgrade: bool = False) -> str:
    """Why it is refused. Nothing has changed then."""
    before = versions.current
    with pytest.raises(Refused) as refused:
        put(maker, versions, file, downgrade=downgrade)
    assert versions.current == before and versions.trial() is None
    assert len(str(refused.value).splitlines()) == 1
    return refused.value.reason


def test_an_update_stands_beside_the_running_version_and_is_on_trial(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    put(maker, versions, maker.make())
    assert (versions.current, versions.previous) == ("0.2.0", "0.1.0")
    assert versions.trial() == Trial("0.2.0", "0.1.0", 0)
    assert contents(versions.folder("0.2.0")) == FILES
    assert contents(versions.folder("0.1.0")) == {"old": b"old"}
    assert os.access(versions.folder("0.2.0") / "bin/chestnut", os.X_OK)
    assert not os.access(versions.folder("0.2.0") / "README.md", os.X_OK)


def test_the_way_back_and_forth(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    put(maker, versions, maker.make())
    assert versions.undo() == "0.1.0"
    assert (versions.current, versions.trial()) == ("0.1.0", None)
    before = (versions.folder("0.2.0") / "README.md").stat().st_ino
    put(maker, versions, maker.make())  # it is there, whole: nothing is unpacked again
    assert versions.current == "0.2.0"
    assert (versions.folder("0.2.0") / "README.md").stat().st_ino == before


def test_of_the_versions_the_running_one_and_the_one_before_are_kept(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    for version in ("0.2.0", "0.10.0", "0.11.0"):
        put(maker, versions, maker.make(version))
    assert versions.installed() == ("0.10.0", "0.11.0")


def test_the_newest_of_a_folder_is_taken_and_a_damaged_one_left_aside(tmp_path: Path) -> None:
    maker = Maker(tmp_path)
    for version in ("0.9.0", "0.10.0", "0.8.0"):
        maker.make(version)
    damaged = maker.make("0.11.0")
    damaged.write_bytes(damaged.read_bytes()[:2000])
    (maker.stick / "letter.txt").write_text("no update")
    assert bundle.newest(maker.stick, maker.signers)[1].version == "0.10.0"


def test_where_there_is_none_the_reason_is_told(maker: Maker, tmp_path: Path) -> None:
    for place, reason in ((tmp_path, "update_none"), (tmp_path / "no such", "update_unreadable")):
        with pytest.raises(Refused) as refused:
            bundle.newest(place, maker.signers)
        assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("made", "downgrade", "reason"),
    [
        ({"machine": "x86_64"}, False, "update_wrong_machine"),
        ({"version": "0.1.0"}, False, "update_same"),
        ({"version": "0.0.9"}, False, "update_older"),
        ({"version": "0.0.9", "memory_schema": 2}, True, "update_memory"),
        ({"least": "0.1.5"}, False, "update_too_new"),
    ],
)
def test_what_does_not_fit_is_refused(
    maker: Maker, tmp_path: Path, made: dict[str, str], downgrade: bool, reason: str
) -> None:
    versions = machine(tmp_path)
    assert refusal(maker, versions, maker.make(**made), downgrade=downgrade) == reason  # type: ignore[arg-type]
    assert versions.installed() == ()


def test_an_older_version_is_installed_when_it_is_asked_for(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    put(maker, versions, maker.make("0.0.9"), downgrade=True)
    assert versions.current == "0.0.9"


def test_a_signature_of_somebody_else_is_refused(maker: Maker, tmp_path: Path) -> None:
    stranger = Maker(tmp_path / "stranger")
    assert refusal(maker, machine(tmp_path / "opt"), stranger.make()) == "update_unsigned"


def test_without_a_list_of_trusted_signers_nothing_is_installed(maker: Maker, tmp_path: Path) -> None:
    file, versions = maker.make(), machine(tmp_path)
    with pytest.raises(Refused) as refused:
        install(file, tmp_path / "nobody", versions, RUNNING)
    assert refused.value.reason == "update_no_signers"


def test_too_little_room_is_told_before_anything_is_written(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = machine(tmp_path)
    monkeypatch.setattr("chestnut.update.install.SPARE_BYTES", 1 << 60)
    assert refusal(maker, versions, maker.make()) == "update_no_room"
    assert not versions.folder("0.2.0").exists()


def test_a_second_update_beside_the_first_waits_its_turn(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    with versions.alone():
        assert refusal(maker, Versions(tmp_path), maker.make()) == "update_busy"


def test_what_cannot_be_prepared_is_thrown_away(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    script = b"echo no wheels for this machine >&2; exit 3"
    file = maker.make(files=FILES | {"host/system/prepare_version.sh": script})
    assert refusal(maker, versions, file) == "update_not_prepared"
    assert not versions.folder("0.2.0").exists()


def test_what_is_being_prepared_keeps_out_others_also_when_the_update_is_killed(
    maker: Maker, tmp_path: Path
) -> None:
    versions = machine(tmp_path)
    go_on, begun = tmp_path / "go_on", tmp_path / "begun"
    os.mkfifo(go_on)
    os.mkfifo(begun)
    script = f"echo > {begun}; cat {go_on} > /dev/null".encode()
    file = maker.make(files=FILES | {"host/system/prepare_version.sh": script})
    child = os.fork()
    if not child:
        try:
            put(maker, versions, file)
        finally:
            os._exit(1)
    begun.read_text()  # it is being prepared
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert refusal(maker, versions, maker.make()) == "update_busy"
    with go_on.open("w"):  # the script ends
        pass
    for _ in range(1000):
        try:
            with versions.alone():
                break
        except Refused:
            time.sleep(0.01)
    put(maker, versions, maker.make())
    assert versions.current == "0.2.0" and contents(versions.folder("0.2.0")) == FILES


def test_a_machine_without_versions_says_so(maker: Maker, tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "opt"):
        with pytest.raises(Refused) as refused:
            put(maker, Versions(root), maker.make())
        assert refused.value.reason == "update_not_installed"


@pytest.mark.slow
def test_this_very_project_is_packed_signed_installed_and_proves_itself(
    maker: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its packages are those of the version before, so nothing is fetched. The guard asks its quick self-test."""
    (tmp_path / "opt").mkdir()
    versions = machine(tmp_path / "opt")
    asked = ["bash", SYSTEM / "install.sh", "--environment"]
    environment = (
        versions.root / subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    )
    (environment / "bin").mkdir(parents=True)
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (environment / "complete").touch()
    (versions.folder("0.1.0") / "venv").symlink_to(Path("../..") / environment.relative_to(versions.root))

    packed = make_update.make(
        make_update.files_of(make_update.PROJECT, None), maker.key, tmp_path, "0.9.0", "any", "0.1.0"
    )
    install(packed, maker.signers, versions, Running(len(MIGRATIONS)))
    new = versions.folder("0.9.0")
    assert not (new / "tests").exists() and (new / "host/chestnut/cli/main.py").is_file()
    assert list(new.glob("host/chestnut/cli/__pycache__/main.*.pyc"))

    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("CHESTNUT_ROOT", str(versions.root))
    for when in ("start", "check", "confirm"):
        done = subprocess.run([SYSTEM / "update_guard.sh", when], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert versions.current == "0.9.0" and versions.trial() is None


def test_without_git_what_was_made_here_stays_at_home(tmp_path: Path) -> None:
    for name in ("host/a.py", ".venv/b.py", "host/__pycache__/a.pyc", "build/x", "tests/t.py", "README.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    wheels = tmp_path / ".wheels"
    wheels.mkdir()
    (wheels / "a-1-py3-none-any.whl").write_text("")
    assert set(make_update.files_of(tmp_path, wheels)) == {
        *("host/a.py", "README.md"),
        "wheels/a-1-py3-none-any.whl",
    }


# --- damage ------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_bundle_cut_or_changed_anywhere_is_refused_or_is_still_what_was_signed(
    maker: Maker, tmp_path: Path, data: st.DataObject
) -> None:
    whole = maker.make()
    good, original = bundle.check(whole, maker.signers), whole.read_bytes()
    at = data.draw(st.integers(0, len(original) - 1))
    if data.draw(st.booleans()):
        changed = original[:at]
    else:
        changed = original[:at] + bytes([original[at] ^ data.draw(st.integers(1, 255))]) + original[at + 1 :]
    file = tmp_path / "changed.update"
    file.write_bytes(changed)
    try:
        assert bundle.check(file, maker.signers) == good  # a time or an owner in the tar's own headers
    except Refused as refused:
        assert refused.reason in ("update_damaged", "update_unsigned")


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_no_bundle_is_refused(maker: Maker, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "any.update"
    file.write_bytes(data)
    with pytest.raises(Refused):
        bundle.check(file, maker.signers)


def test_a_stick_changed_between_two_readings_installs_nothing(maker: Maker, tmp_path: Path) -> None:
    versions = machine(tmp_path)
    file, other = maker.make(), maker.make("0.3.0")
    folder = versions.begin("0.2.0")
    with pytest.raises(Refused):
        bundle.unpack(other, maker.signers, bundle.read_manifest(file, maker.signers), folder)
    assert contents(folder) == {}


# --- a cut at any moment ------------------------------------------------------------------------------------

SEEN = (
    "open",
    "os.mkdir",
    "os.rename",
    "os.symlink",
    "os.remove",
    "os.rmdir",
    "shutil.rmtree",
    "fcntl.flock",
)


def forked(work: Callable[[], None], dies_at: int) -> int:
    """The status of a child that does the work and gets SIGKILL before its file operation of that number."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    left = [dies_at]

    def count(event: str, arguments: tuple[object, ...]) -> None:
        if event in SEEN:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        sys.addaudithook(count)
        work()
        status = 0
    finally:
        os._exit(status)


def whole_version(versions: Versions) -> str:
    """The current one, every byte of which is there."""
    current = versions.current
    expected = {"old": b"old"} if current == "0.1.0" else FILES
    assert contents(versions.folder(current)) == expected
    return current


def test_a_cut_at_any_file_operation_leaves_one_whole_version(maker: Maker, tmp_path: Path) -> None:
    file = maker.make()
    seen = set()
    for dies_at in range(1, 1000):
        versions = machine(tmp_path / str(dies_at))
        status = forked(lambda versions=versions: put(maker, versions, file), dies_at)  # type: ignore[misc]
        seen.add(whole_version(versions))
        if versions.current == "0.2.0":
            assert versions.previous == "0.1.0" and versions.trial() is not None
            assert versions.undo() == "0.1.0"
        put(maker, versions, file)  # again, and it goes through
        assert whole_version(versions) == "0.2.0" and (versions.folder("0.2.0") / WHOLE).exists()
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0
            break
    assert seen == {"0.1.0", "0.2.0"}
    assert dies_at > 30, "most of it was never cut"


def test_a_cut_on_the_way_back_leaves_one_whole_version(maker: Maker, tmp_path: Path) -> None:
    file = maker.make()
    for dies_at in range(1, 100):
        versions = machine(tmp_path / str(dies_at))
        put(maker, versions, file)
        status = forked(lambda versions=versions: versions.undo() and None, dies_at)  # type: ignore[misc]
        whole_version(versions)
        if os.WIFEXITED(status):
            break
    assert whole_version(versions) == "0.1.0" and dies_at > 5
