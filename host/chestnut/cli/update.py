"""chestnut update: a new version from a stick or a folder, signed; and the way back."""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from chestnut.cli.answer import ANSWERED, WRONG_USE, Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.cli.opened import say
from chestnut.core.effects import Say
from chestnut.memory.schema import MIGRATIONS
from chestnut.runtime.checking import State
from chestnut.update import bundle
from chestnut.update.install import Running, fit, install
from chestnut.update.manifest import Manifest
from chestnut.update.refusal import Refused
from chestnut.update.versions import ROOT, Versions
from chestnut.update.writable import writable

SIGNERS = Path("/etc/chestnut/update_signers")
log = logging.getLogger(__name__)

SERVICE, USER = "chestnut.service", "chestnut"
CHECK_S = 60.0


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "update", parents=[spoken], help="a new version from a stick or a folder; --undo goes back"
    )
    command.add_argument(
        "source", nargs="?", metavar="FILE_OR_FOLDER", help="a bundle, or a folder that holds one"
    )
    command.add_argument("--undo", action="store_true", help="back to the version before this one")
    command.add_argument("--look", action="store_true", help="verify it and tell what it is, change nothing")
    command.add_argument("--downgrade", action="store_true", help="also to an older version")
    command.add_argument("--no-restart", action="store_true", help="leave the running device as it is")
    command.add_argument(
        "--at-start",
        action="store_true",
        help="as chestnut-update.service does it: what is refused is left for the device to tell",
    )
    command.add_argument(
        "--signers", default=SIGNERS, type=Path, metavar="F", help=f"whose signatures count ({SIGNERS})"
    )
    command.add_argument(
        "--root", default=ROOT, type=Path, metavar="FOLDER", help=f"where versions are ({ROOT})"
    )
    command.set_defaults(run=update)


def update(options: argparse.Namespace) -> Answer:
    if (options.source is None) is not options.undo:
        raise WrongUse("name an update file or a folder with one, or say --undo")
    answer = Answer(language_of(options))
    versions = Versions(options.root)
    try:
        with contextlib.nullcontext() if options.look else writable(versions.root):
            if options.undo:
                _undo(answer, versions)
            else:
                _update(answer, versions, options)
    except Refused as refusal:
        say(answer, Say(refusal.reason))
        answer.refused = refusal.reason
        answer.facts["error"] = str(refusal)
        answer.status = WRONG_USE
        print(f"chestnut: {refusal}", file=sys.stderr)
        if options.at_start and not options.undo:
            _leave_told(refusal, versions, Path(options.source))
            answer.status = ANSWERED
        return answer
    if not (options.look or options.no_restart or options.at_start) and _restart():
        answer.shown.append(f"{SERVICE} is started anew")
    return answer


def _update(answer: Answer, versions: Versions, options: argparse.Namespace) -> None:
    file, manifest = bundle.newest(Path(options.source), options.signers)
    running = Running(len(MIGRATIONS))
    answer.facts |= _facts(file, manifest) | {"current": versions.current}
    fit(manifest, versions, running, downgrade=options.downgrade)
    if options.at_start and versions.was_left(manifest.version):
        raise Refused("update_same", f"version {manifest.version} was tried already and left again")
    with answer.timed("verify" if options.look else "install"):
        if options.look:
            bundle.check(file, options.signers)
        else:
            install(
                file,
                options.signers,
                versions,
                running,
                downgrade=options.downgrade,
                spared=_missing(versions),
            )
    say(answer, Say("update_fits" if options.look else "update_placed", {"version": manifest.version}))
    if manifest.memory_schema > running.memory_schema:
        say(answer, Say("update_memory_changes"))


def _leave_told(refusal: Refused, versions: Versions, source: Path) -> None:
    """What lies there since the last start is nothing new, and what is installed already is no fault."""
    if refusal.reason in ("update_same", "update_older"):
        return
    try:
        found = sorted(f"{file.name} {file.stat().st_size}" for file in source.glob(f"*{bundle.ENDING}"))
        versions.tell(refusal.reason, " ".join(found))
    except OSError as error:
        log.warning("what became of the update cannot be told: %s", error)


def _undo(answer: Answer, versions: Versions) -> None:
    with versions.alone():
        now = versions.current
        back = versions.undo()
    answer.facts |= {"current": back, "before": now}
    say(answer, Say("update_undone", {"version": back}))
    ours, theirs = versions.manifest(now), versions.manifest(back)
    schema = len(MIGRATIONS) if ours is None else ours.memory_schema
    if theirs is not None and theirs.memory_schema < schema:
        say(answer, Say("update_memory_unread"))


def _missing(versions: Versions) -> tuple[str, ...]:
    """What is missing before the update already is not the new version's fault. The device's own user looks, for root
    would leave files in the memory's folder that the user cannot open."""
    launch = versions.folder(versions.current) / "host/system/launch"
    if not launch.is_file():
        return ()
    become = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 and _is_user(USER) else []
    asked = [*become, str(launch), "check", "--quick", "--json"]
    try:
        done = subprocess.run(
            asked, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=CHECK_S
        )
        parts = json.loads(done.stdout)["facts"]["parts"]
        return tuple(f"{part['part']}:{part['say']}" for part in parts if part["state"] == State.MISSING)
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        log.warning("what is missing before the update is not known: %s", error)
        return ()


def _is_user(name: str) -> bool:
    try:
        return bool(pwd.getpwnam(name))
    except KeyError:
        return False


def _facts(file: Path, manifest: Manifest) -> dict[str, Any]:
    return {
        "file": str(file),
        "version": manifest.version,
        "machine": manifest.machine,
        "bytes": manifest.size,
        "files": len(manifest.files),
    }


def _restart() -> bool:
    """The service, where there is one. Nobody waits for it: whether the new version proves itself is its guard's."""
    if shutil.which("systemctl") is None:
        return False
    asked = ["systemctl", "try-restart", "--no-block", SERVICE]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
