"""From a bundle to a version on trial, in steps that may be cut off anywhere."""

from __future__ import annotations

import logging
import os
import platform
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chestnut.update import bundle
from chestnut.update.manifest import ANY_MACHINE, Manifest, rank
from chestnut.update.refusal import Refused
from chestnut.update.versions import Versions, refused

log = logging.getLogger(__name__)

SPARE_BYTES = 64 << 20  # to be left for the device's own work
WHEELS_GROW = 4  # a wheel, unpacked and compiled
PREPARE = Path("host/system/prepare_version.sh")  # of the new version: what must be made on this machine
PREPARE_S = 1800.0


@dataclass(frozen=True, slots=True)
class Running:
    """What an update is compared with. memory_schema: of the running version's memory."""

    memory_schema: int
    machine: str = platform.machine()


def fit(manifest: Manifest, versions: Versions, running: Running, *, downgrade: bool) -> None:
    """May it be installed here? Refused when not; nothing is changed."""
    new, now = manifest.version, versions.current
    if manifest.machine not in (ANY_MACHINE, running.machine):
        raise Refused(
            "update_wrong_machine",
            f"version {new} is for {manifest.machine}, this is {running.machine}: fetch the one for this machine",
        )
    if rank(new) == rank(now):
        raise Refused("update_same", f"version {now} is installed already")
    if rank(new) < rank(now):
        if not downgrade:
            raise Refused(
                "update_older", f"version {new} is older than {now}: to go back all the same, add --downgrade"
            )
        if manifest.memory_schema < running.memory_schema:
            raise Refused(
                "update_memory",
                f"version {new} cannot read the memory of {now}: stay, or export and wipe the memory first",
            )
    if rank(now) < rank(manifest.least):
        raise Refused(
            "update_too_new",
            f"version {new} needs {manifest.least} before it, this is {now}: install that first",
        )


def install(
    file: Path,
    signers: Path,
    versions: Versions,
    running: Running,
    *,
    downgrade: bool = False,
    spared: Sequence[str] = (),
) -> Manifest:
    """All of it is verified before anything is written; then it is written beside the running version, and the link
    changes last. Refused at any step leaves the running version current. spared: as in Versions.switch."""
    manifest = bundle.check(file, signers)
    with versions.alone() as lock:
        fit(manifest, versions, running, downgrade=downgrade)
        try:
            if versions.manifest(manifest.version) != manifest:  # it may be there since an earlier update
                _put(file, signers, manifest, versions, lock)
            versions.switch(manifest.version, spared)
        except OSError as error:
            raise refused(error, versions.root) from error
        with suppress(OSError):  # it is done; the next update tries again to make room
            versions.drop_others()
    return manifest


def _put(file: Path, signers: Path, manifest: Manifest, versions: Versions, lock: int) -> None:
    versions.drop_others()
    _make_room(manifest, versions)
    folder = versions.begin(manifest.version)
    try:
        log.info("unpacking %d files, %.1f MB", len(manifest.files), manifest.size / 1e6)
        bundle.unpack(file, signers, manifest, folder)
        _prepare(folder, lock)
        versions.finish(manifest.version, manifest)
    except BaseException:
        versions.drop(manifest.version)
        raise


def _make_room(manifest: Manifest, versions: Versions) -> None:
    """Refused when it does not fit even without the version before the running one, which is then kept."""
    blocks = sum(
        -file.bytes % 4096 + 4096 for file in manifest.files
    )  # half-filled blocks, and what names them
    needed = manifest.size + blocks + SPARE_BYTES
    room = os.statvfs(versions.root)
    free = room.f_bavail * room.f_frsize
    if free < needed:
        raise Refused(
            "update_no_room",
            f"{needed / 1e6:.0f} MB are needed in {versions.root}, {free / 1e6:.0f} MB are free: free some space",
        )


def _prepare(folder: Path, lock: int) -> None:
    """What must be made on this machine, by the new version's own script: signed as the rest of it. It keeps the lock
    too, and so does not meet another update if this one is killed."""
    script = folder / PREPARE
    if not script.is_file():
        return
    try:
        done = subprocess.run(
            ["bash", str(script), str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PREPARE_S,
            check=False,
            pass_fds=(lock,),
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        )
    except subprocess.TimeoutExpired as error:
        raise Refused("update_not_prepared", f"{script} did not end: try again, and report it") from error
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Refused(
            "update_not_prepared", f"the new version could not be prepared ({words[-1]}): report it"
        )
