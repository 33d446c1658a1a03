"""Makes a signed update out of a tree of files: python -m tools.make_update KEY [--tree FOLDER] [--wheels FOLDER]

KEY is a private SSH key (`ssh-keygen -t ed25519 -f KEY`); its public half goes into each device's
/etc/chestnut/update_signers. The tree is this project by default: what git knows of it, and nothing else.
docs/update.md tells the whole way.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from chestnut.memory.schema import MIGRATIONS
from chestnut.update import bundle
from chestnut.update.manifest import ANY_MACHINE, File, Manifest, parse, rank
from chestnut.update.refusal import Refused
from chestnut.update.signature import IDENTITY, NAMESPACE, sign

PROJECT = Path(__file__).resolve().parents[1]
LEAST = "0.1.0"
NOT_ON_A_DEVICE = ("tests/", "bench/", ".github/", "docs/images/")


def manifest_of(sources: Mapping[str, Path], version: str, machine: str, least: str) -> Manifest:
    """Of these files, by their paths in the version's folder and in the order of those."""
    files = []
    for name, source in sorted(sources.items()):
        data = source.read_bytes()
        executable = bool(source.stat().st_mode & 0o100)
        files.append(File(name, len(data), hashlib.sha256(data).hexdigest(), executable))
    manifest = Manifest(version, least, machine, len(MIGRATIONS), tuple(files))
    parse(manifest.encoded())  # what a device would refuse is refused here
    return manifest


def make(sources: Mapping[str, Path], key: Path, place: Path, version: str, machine: str, least: str) -> Path:
    """The bundle, in the folder `place`. Refused when the key cannot sign."""
    manifest = manifest_of(sources, version, machine, least)
    file = place / f"chestnut-{version}-{machine}{bundle.ENDING}"
    half = file.with_name(file.name + ".new")
    try:
        bundle.write(half, manifest, sign(manifest.encoded(), key), sources)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
    return file


def files_of(tree: Path, wheels: Path | None) -> dict[str, Path]:
    """What git knows of the tree, or every file that was not made here where it is no checkout; and the wheels."""
    if (tree / ".git").exists():
        listed = subprocess.run(["git", "-C", tree, "ls-files", "-z"], capture_output=True, check=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
    else:
        files = (file.relative_to(tree) for file in tree.rglob("*") if file.is_file())
        names = [str(file) for file in files if not any(_made(part) for part in file.parts)]
    sources = {name: tree / name for name in names if not name.startswith(NOT_ON_A_DEVICE)}
    return sources | {f"wheels/{wheel.name}": wheel for wheel in (wheels.glob("*.whl") if wheels else ())}


def _made(part: str) -> bool:
    """By tools, as .venv and __pycache__ are."""
    return part.startswith(".") or part in ("build", "__pycache__") or part.endswith(".egg-info")


def version_of(tree: Path) -> str:
    found = re.search(
        r'^version = "(.+)"$', (tree / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    if found is None:
        raise ValueError(f"{tree / 'pyproject.toml'} names no version")
    return found[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("key", type=Path, help="the private SSH key to sign with")
    parser.add_argument("--tree", type=Path, default=PROJECT, help="what to put in (this project)")
    parser.add_argument("--wheels", type=Path, help="Python packages for the machine, as in pip download")
    parser.add_argument("--version", help="(pyproject.toml's)")
    parser.add_argument("--machine", help=f"as platform.machine() says it, or {ANY_MACHINE}")
    parser.add_argument("--least", default=LEAST, help=f"the oldest version it can follow ({LEAST})")
    parser.add_argument("--into", type=Path, default=Path("build"), help="folder of the bundle (build)")
    options = parser.parse_args()
    try:
        version = options.version or version_of(options.tree)
        rank(version), rank(options.least)
        # Wheels are of one machine; without them the device's own packages are used, whatever it is.
        machine = options.machine or ("aarch64" if options.wheels else ANY_MACHINE)
        options.into.mkdir(parents=True, exist_ok=True)
        sources = files_of(options.tree, options.wheels)
        file = make(sources, options.key, options.into, version, machine, options.least)
    except (OSError, ValueError, Refused, subprocess.CalledProcessError) as error:
        print(f"make_update: {error}", file=sys.stderr)
        return 2
    public = options.key.with_name(options.key.name + ".pub")
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, version {version} for {machine}")
    if public.is_file():
        words = public.read_text(encoding="utf-8").split()
        line = f'{IDENTITY} namespaces="{NAMESPACE}" {words[0]} {words[1]}'
        print(f"on the device, /etc/chestnut/update_signers needs the line:\n{line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
