"""A maker's desk with a signing key, and a machine with versions of Chestnut."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from chestnut.update import bundle
from chestnut.update.install import Running
from chestnut.update.manifest import File, Manifest
from chestnut.update.signature import IDENTITY, NAMESPACE, sign
from chestnut.update.versions import WHOLE, Versions

FILES = {
    "bin/chestnut": b"#!/bin/sh\necho new\n",
    "host/eyes.py": b"x" * 5000,
    "README.md": "привет".encode(),
}
RUNNING = Running(memory_schema=3, machine="aarch64")


class Maker:
    """folder: where its key, what it trusts and its bundles are."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.key, self.signers, self.stick = folder / "key", folder / "signers", folder / "stick"
        self.stick.mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.key], check=True)
        public = (folder / "key.pub").read_text().strip()
        self.signers.write_text(f'{IDENTITY} namespaces="{NAMESPACE}" {public}\n')

    def make(
        self,
        version: str = "0.2.0",
        files: Mapping[str, bytes] = FILES,
        machine: str = "any",
        least: str = "0.1.0",
        memory_schema: int = 3,
    ) -> Path:
        sources = {}
        for name, data in files.items():
            sources[name] = self.folder / "tree" / version / name
            sources[name].parent.mkdir(parents=True, exist_ok=True)
            sources[name].write_bytes(data)
        listed = tuple(
            File(name, len(data), hashlib.sha256(data).hexdigest(), name.startswith("bin/") or ".sh" in name)
            for name, data in files.items()
        )
        manifest = Manifest(version, least, machine, memory_schema, listed)
        path = self.stick / f"chestnut-{version}-{machine}.update"
        bundle.write(path, manifest, sign(manifest.encoded(), self.key), sources)
        return path


def machine(root: Path, version: str = "0.1.0") -> Versions:
    """A machine on which install.sh put this version."""
    folder = root / "versions" / version
    folder.mkdir(parents=True)
    (folder / "old").write_text("old")
    (root / "current").symlink_to(f"versions/{version}")
    return Versions(root)


def contents(folder: Path) -> dict[str, bytes]:
    """Of a version, without its mark of wholeness."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith(WHOLE)
    }
